package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.value.ValueSource;

/** Passes spans that have a parent id. */
final class ParentTest extends SpanTest {
    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public boolean passes(SpanView span) {
        return span.hasParent();
    }

    @Override
    public int cost() {
        return ValueSource.LINE;
    }
}
