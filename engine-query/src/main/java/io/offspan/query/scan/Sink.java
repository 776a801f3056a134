package io.offspan.query.scan;

import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.BlockDirectory;

/** Takes the spans that a scan finds. */
public interface Sink {
    /** Wants every span and keeps none: the scan counts, and looks at no span where an index knows the number. */
    Sink COUNT = new Sink() {
        @Override
        public boolean looksAtSpans() {
            return false;
        }

        @Override
        public void take(SpanView span, int index) {}
    };

    /** Tells whether the spans matter, and not only how many there are. */
    default boolean looksAtSpans() {
        return true;
    }

    /** Tells whether a span of a block could be of use, by the bounds that are known of it. */
    default boolean wants(BlockDirectory bounds, int block) {
        return true;
    }

    /** Says that the spans that follow are in another block. */
    default void enterBlock(BlockPlace block) {}

    /** Tells whether this span would be kept if it passed. */
    default boolean wants(SpanView span) {
        return true;
    }

    /** Takes a span that passed, by its place in its block. */
    void take(SpanView span, int index);
}
