package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.value.ValueSource;

/** Compares kind or status with a code; a code that OTLP does not name differs from all that it does. */
final class CodeTest extends SpanTest {
    private final boolean ofStatus;
    private final boolean negated;
    private final int code;

    private CodeTest(boolean ofStatus, boolean negated, int code) {
        this.ofStatus = ofStatus;
        this.negated = negated;
        this.code = code;
    }

    static CodeTest kind(boolean negated, int code) {
        return new CodeTest(false, negated, code);
    }

    static CodeTest status(boolean negated, int code) {
        return new CodeTest(true, negated, code);
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public boolean passes(SpanView span) {
        return ((ofStatus ? span.statusCode() : span.kind()) == code) != negated;
    }

    @Override
    public int cost() {
        return ValueSource.LINE;
    }
}
