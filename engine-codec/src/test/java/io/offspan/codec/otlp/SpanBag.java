package io.offspan.codec.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What two requests must have in common to be equal: the multiset of (resource and schema, scope and schema, span). */
final class SpanBag {
    /** A span with all that its request says about it; null where a message is absent. */
    record Entry(Message resource, String resourceSchema, Message scope, String scopeSchema, Span span) {}

    private final Map<Entry, Integer> counts = new HashMap<>();
    private int size;

    static SpanBag of(ExportTraceServiceRequest request) {
        return new SpanBag().add(request);
    }

    static SpanBag parse(byte[] request) {
        try {
            return of(ExportTraceServiceRequest.parseFrom(request));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("protobuf-java refuses the request", e);
        }
    }

    SpanBag add(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    counts.merge(
                            new Entry(
                                    resource.hasResource() ? resource.getResource() : null,
                                    resource.getSchemaUrl(),
                                    scope.hasScope() ? scope.getScope() : null,
                                    scope.getSchemaUrl(),
                                    span),
                            1,
                            Integer::sum);
                    size++;
                }
            }
        }
        return this;
    }

    int size() {
        return size;
    }

    /** Returns the spans, equal ones once. */
    Stream<Span> spans() {
        return counts.keySet().stream().map(Entry::span);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpanBag that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(counts);
    }

    @Override
    public String toString() {
        return size + " spans " + counts.keySet();
    }
}
