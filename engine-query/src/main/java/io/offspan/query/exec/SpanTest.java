package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * A filter ready to be asked of one span after another, block by block.
 *
 * <p><b>Threads.</b> Belongs to one thread. What it learns of a block's strings it forgets with {@link #enterBlock}.
 */
abstract class SpanTest {
    /** Costs of a test, for whoever has several to ask: what stands in the line comes first. */
    static final int LINE = 0;

    static final int STRING = 1;
    static final int ENVELOPE = 2;
    static final int ATTRIBUTE = 3;
    static final int LIST = 4;

    /** Says that the spans that follow are in another block. */
    abstract void enterBlock(StringHeap strings);

    abstract boolean passes(SpanView span);

    /** Tells whether any span within these bounds could pass; true when unsure. */
    boolean mayPass(BlockBounds bounds) {
        return true;
    }

    abstract int cost();
}
