package io.offspan.sample.policy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;

/** A condition at work on one span after another, block by block. Belongs to one thread. */
public interface SpanAsker {
    /** Says that the spans that follow are of this block. */
    void enterBlock(BlockReader block);

    /** Tells whether a span meets the condition. */
    boolean meets(SpanView span);
}
