package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;

/** Notes the traces of the spans that pass. */
final class CandidateTraces extends Collector {
    private final TraceFacts facts;

    CandidateTraces(TraceFacts facts) {
        this.facts = facts;
    }

    @Override
    void add(SpanView span, int index) {
        facts.add(span.traceIdHigh(), span.traceIdLow());
    }
}
