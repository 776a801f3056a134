package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Field;

/** What the trace of a span says of it. */
final class TraceSource extends ValueSource {
    private final Field field;
    private final TraceValues traces;
    private final Scalar value = new Scalar();

    TraceSource(Field field, TraceValues traces) {
        this.field = field;
        this.traces = traces;
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public int enterSpan(SpanView span) {
        return 0;
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        traces.read(field, span, value);
        return value;
    }

    @Override
    public int cost() {
        return ENVELOPE;
    }
}
