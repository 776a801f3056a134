package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.query.scan.Sink;

/** Notes the traces of the spans that pass. */
final class CandidateTraces implements Sink {
    private final TraceFacts facts;

    CandidateTraces(TraceFacts facts) {
        this.facts = facts;
    }

    @Override
    public void take(SpanView span, int index) {
        facts.add(span.traceIdHigh(), span.traceIdLow());
    }
}
