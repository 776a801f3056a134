package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** Passes what another test does not pass. */
final class NotTest extends SpanTest {
    private final SpanTest test;

    NotTest(SpanTest test) {
        this.test = test;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        test.enterBlock(strings);
    }

    @Override
    public boolean passes(SpanView span) {
        return !test.passes(span);
    }

    @Override
    public int cost() {
        return test.cost();
    }
}
