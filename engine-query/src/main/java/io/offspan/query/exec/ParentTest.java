package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** Passes spans that have a parent id. */
final class ParentTest extends SpanTest {
    @Override
    void enterBlock(StringHeap strings) {}

    @Override
    boolean passes(SpanView span) {
        return span.hasParent();
    }

    @Override
    int cost() {
        return Term.LINE;
    }
}
