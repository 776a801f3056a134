package io.offspan.query.test;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;

/**
 * A filter ready to be asked of one span after another, block by block.
 *
 * <p><b>Threads.</b> Belongs to one thread. What it learns of a block's strings it forgets with {@link #enterBlock}.
 */
public abstract class SpanTest {
    /** Says that the spans that follow are in another block. */
    public abstract void enterBlock(StringHeap strings);

    public abstract boolean passes(SpanView span);

    /**
     * Returns the first span of a block, from one on, that may pass, or the number of its spans: what reads the same place of each line
     * passes over those that do not without going to them.
     */
    public int next(BlockReader block, int from) {
        return from;
    }

    /** Tells whether any span of a block could pass, by the bounds that are known of it; true when unsure. */
    public boolean mayPass(BlockDirectory bounds, int block) {
        return true;
    }

    /** Returns about what it costs to ask, so that of several tests the cheapest is asked first. */
    public abstract int cost();
}
