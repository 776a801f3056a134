package io.offspan.query.scan;

import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import org.jspecify.annotations.Nullable;

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

    /** Tells whether a span of a leaf could be of use, by the bounds of all its blocks. */
    default boolean wantsAny(BlockDirectory bounds) {
        return true;
    }

    /** Tells whether a span of a block could be of use, by the bounds that are known of it. */
    default boolean wants(BlockDirectory bounds, int block) {
        return true;
    }

    /**
     * Takes the indexed spans of a leaf by the terms of its index, where that tells all that has to be known of them.
     *
     * @param among those of them that passed, null for all; may be asked for its bits, and is not to be walked through
     * @return false when they have to be shown; nothing was taken then
     */
    default boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        return false;
    }

    /** Returns the order of which only the first spans are kept, or null where it does not matter. */
    default @Nullable SpanOrder order() {
        return null;
    }

    /** Returns the rank in that order, unsigned, that a span has to have at least to be kept; 0 while every span may be. */
    default long leastRank() {
        return 0;
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
