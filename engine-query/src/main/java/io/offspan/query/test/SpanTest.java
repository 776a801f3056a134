package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * A filter ready to be asked of one span after another, block by block.
 *
 * <p><b>Threads.</b> Belongs to one thread. What it learns of a block's strings it forgets with {@link #enterBlock}.
 */
public abstract class SpanTest {
    /** Says that the spans that follow are in another block. */
    public abstract void enterBlock(StringHeap strings);

    public abstract boolean passes(SpanView span);

    /** Tells whether any span within these bounds could pass; true when unsure. */
    public boolean mayPass(BlockBounds bounds) {
        return true;
    }

    abstract int cost();
}
