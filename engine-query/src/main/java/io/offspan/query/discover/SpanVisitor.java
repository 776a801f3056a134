package io.offspan.query.discover;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.value.TraceValues;
import org.jspecify.annotations.Nullable;

/** Looks at every span of an answer, in any order. */
public interface SpanVisitor {
    /** Says what is known of whole traces, before the first block. */
    void begin(TraceValues traces);

    /** Tells whether a span of a part of the store could be of use, by the bounds of all its blocks. */
    default boolean wantsAny(BlockDirectory bounds) {
        return true;
    }

    /** Tells whether a span of a block could be of use, by the bounds that are known of it. */
    default boolean wants(BlockDirectory bounds, int block) {
        return true;
    }

    /** Says that the spans that follow are in another block. */
    void enterBlock(StringHeap strings);

    /**
     * Takes the indexed spans of a part of the store by the terms of its index, where that tells all that has to be known of them.
     *
     * @param among those of them that are in the answer, null for all; may be asked for its bits, and is not to be walked through
     * @return false when they have to be visited; nothing was taken then
     */
    default boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        return false;
    }

    void visit(SpanView span);
}
