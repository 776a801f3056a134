package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Intrinsic;
import org.jspecify.annotations.Nullable;

/** What the trace of a span says of it: nil for spans of traces that nothing is known of. */
final class TraceTerm extends Term {
    private final Intrinsic field;
    private final TraceFacts facts;
    private final Scalar value = new Scalar();
    private @Nullable TraceFact fact;

    TraceTerm(Intrinsic field, TraceFacts facts) {
        this.field = field;
        this.facts = facts;
    }

    @Override
    void enterBlock(StringHeap strings) {}

    @Override
    int enterSpan(SpanView span) {
        fact = facts.find(span.traceIdHigh(), span.traceIdLow());
        return 0;
    }

    @Override
    Scalar value(SpanView span, Spot spot) {
        TraceFact known = fact;
        value.setNil();
        if (known == null) {
            return value;
        }
        switch (field) {
            case TRACE_DURATION -> known.duration(value);
            case TRACE_ROOT_NAME -> known.rootName(value);
            case TRACE_ROOT_SERVICE -> known.rootService(value);
            case CHILD_COUNT -> value.setWhole(facts.children(known, span.spanId()));
            default -> throw new IllegalStateException("Field " + field + " is not one of a trace");
        }
        return value;
    }

    @Override
    int cost() {
        return SpanTest.ENVELOPE;
    }
}
