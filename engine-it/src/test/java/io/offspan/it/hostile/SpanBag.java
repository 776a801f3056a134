package io.offspan.it.hostile;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Spans with all that they share, counted: what protobuf-java makes of requests, fields that it does not know left out. */
final class SpanBag {
    private static final Parser<ExportTraceServiceRequest> PARSER =
            DiscardUnknownFieldsParser.wrap(ExportTraceServiceRequest.parser());

    private final Map<List<Object>, Integer> counts = new HashMap<>();

    /** Adds the spans of a request. */
    SpanBag add(byte[] request) throws InvalidProtocolBufferException {
        for (ResourceSpans resource : PARSER.parseFrom(request).getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    counts.merge(
                            List.of(
                                    resource.hasResource(),
                                    resource.getResource(),
                                    resource.getSchemaUrl(),
                                    scope.hasScope(),
                                    scope.getScope(),
                                    scope.getSchemaUrl(),
                                    span),
                            1,
                            Integer::sum);
                }
            }
        }
        return this;
    }

    int size() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpanBag that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
