package io.offspan.query.exec;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;

/** Takes what a scan finds. As it is, it wants everything and keeps nothing: the scan counts. */
class Collector {
    /** Tells whether a span within these bounds could be of use. */
    boolean wants(BlockBounds bounds) {
        return true;
    }

    /** Says that the spans that follow are in another block. */
    void enterBlock(BlockSource source, BlockReader block) {}

    /** Tells whether this span would be kept if it passed. */
    boolean wants(SpanView span) {
        return true;
    }

    /** Takes a span that passed, by its place in its block. */
    void add(SpanView span, int index) {}
}
