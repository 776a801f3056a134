package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.query.test.BlockBounds;

/** Takes what a scan finds. As it is, it wants everything and keeps nothing: the scan counts. */
public class Collector {
    /** Tells whether a span within these bounds could be of use. */
    public boolean wants(BlockBounds bounds) {
        return true;
    }

    /** Says that the spans that follow are in another block. */
    public void enterBlock(BlockSource source, BlockReader block) {}

    /** Tells whether this span would be kept if it passed. */
    public boolean wants(SpanView span) {
        return true;
    }

    /** Takes a span that passed, by its place in its block. */
    public void add(SpanView span, int index) {}
}
