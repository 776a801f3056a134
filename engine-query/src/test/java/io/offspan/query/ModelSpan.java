package io.offspan.query;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;

/** A span as plain objects, and where the store has it. */
record ModelSpan(Resource resource, InstrumentationScope scope, Span span, long ordinal) {
    static List<ModelSpan> of(Iterable<ExportTraceServiceRequest> requests) {
        List<ModelSpan> spans = new ArrayList<>();
        for (ExportTraceServiceRequest request : requests) {
            for (ResourceSpans resource : request.getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    for (Span span : scope.getSpansList()) {
                        spans.add(new ModelSpan(resource.getResource(), scope.getScope(), span, spans.size()));
                    }
                }
            }
        }
        return spans;
    }

    boolean hasEnd() {
        return span.getEndTimeUnixNano() != 0;
    }

    long durationNanos() {
        return Math.max(span.getEndTimeUnixNano() - span.getStartTimeUnixNano(), 0);
    }
}
