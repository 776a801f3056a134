package io.offspan.query.discover;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.value.TraceValues;

/** Looks at every span of an answer, in any order. */
public interface SpanVisitor {
    /** Says what is known of whole traces, before the first block. */
    void begin(TraceValues traces);

    /** Says that the spans that follow are in another block. */
    void enterBlock(StringHeap strings);

    void visit(SpanView span);
}
