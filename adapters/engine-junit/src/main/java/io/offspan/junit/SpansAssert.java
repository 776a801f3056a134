package io.offspan.junit;

import io.offspan.codec.model.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;

/** What can be asserted of all spans that a test has stored. */
public final class SpansAssert extends AbstractSpansAssert<SpansAssert> {
    SpansAssert(StoredSpans spans) {
        super(spans, SpansAssert.class, 0);
    }

    /** Goes on with one trace. */
    public TraceAssert trace(String traceId) {
        isNotNull();
        return new TraceAssert(actual, traceId, patienceNanos());
    }

    /** Goes on with the trace of a span. */
    public TraceAssert trace(SpanContext span) {
        return trace(span.getTraceId());
    }

    /** Asserts that there is exactly one trace, and goes on with it. */
    public TraceAssert onlyTrace() {
        hasTraceCount(1);
        return trace(actual.traceIds().get(0));
    }

    /** Asserts how many traces there are. */
    public SpansAssert hasTraceCount(int expected) {
        return eventually(() -> {
            int found = actual.traceIds().size();
            return found == expected
                    ? null
                    : "Expected " + expected + (expected == 1 ? " trace in " : " traces in ") + subject()
                            + ", but there " + (found == 1 ? "is 1." : "are " + found + ".");
        });
    }

    /** Asserts that nothing is stored. */
    public SpansAssert isEmpty() {
        return once(() -> looked().isEmpty() ? null : "Expected no spans in " + subject() + ".");
    }

    @Override
    List<Span> looked() {
        return actual.all();
    }

    @Override
    List<Span> answering(String traceQl) {
        return actual.find(traceQl);
    }

    @Override
    String subject() {
        return "the spans of this test";
    }
}
