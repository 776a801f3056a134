package io.offspan.testkit.otlp;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A multiset of spans, each with the resource and the scope that it came under: what two requests have to agree on to say the same.
 * Fields that protobuf does not know are left out.
 *
 * <p><b>Threads.</b> One.
 */
public final class SpanBag {
    private static final Parser<ExportTraceServiceRequest> PARSER =
            DiscardUnknownFieldsParser.wrap(ExportTraceServiceRequest.parser());

    private final Map<Member, Integer> counts = new LinkedHashMap<>();

    /**
     * A span with all that it shares with others.
     *
     * @param hasResource whether there was a resource, be it an empty one
     * @param resource the resource
     * @param resourceSchema the schema URL beside it
     * @param hasScope whether there was a scope, be it an empty one
     * @param scope the instrumentation scope
     * @param scopeSchema the schema URL beside it
     * @param span the span itself
     */
    public record Member(
            boolean hasResource,
            Resource resource,
            String resourceSchema,
            boolean hasScope,
            InstrumentationScope scope,
            String scopeSchema,
            Span span) {}

    /** Returns the spans of a request. */
    public static SpanBag of(ExportTraceServiceRequest request) {
        return new SpanBag().add(request);
    }

    /** Adds the spans of a request in bytes. */
    public SpanBag add(byte[] request) throws InvalidProtocolBufferException {
        return add(PARSER.parseFrom(request));
    }

    /** Adds the spans of a request. */
    public SpanBag add(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    add(
                            new Member(
                                    resource.hasResource(),
                                    resource.getResource(),
                                    resource.getSchemaUrl(),
                                    scope.hasScope(),
                                    scope.getScope(),
                                    scope.getSchemaUrl(),
                                    span),
                            1);
                }
            }
        }
        return this;
    }

    /** Adds the spans of another bag. */
    public SpanBag add(SpanBag other) {
        other.counts.forEach(this::add);
        return this;
    }

    private void add(Member member, int times) {
        counts.merge(member, times, Integer::sum);
    }

    /** Returns what this bag has more of than another. */
    public SpanBag minus(SpanBag other) {
        SpanBag rest = new SpanBag();
        counts.forEach((member, count) -> {
            int more = count - other.counts.getOrDefault(member, 0);
            if (more > 0) {
                rest.add(member, more);
            }
        });
        return rest;
    }

    /** Returns the spans that pass. */
    public SpanBag where(Predicate<Member> passes) {
        SpanBag found = new SpanBag();
        counts.forEach((member, count) -> {
            if (passes.test(member)) {
                found.add(member, count);
            }
        });
        return found;
    }

    /** Hands over each span as often as it is there. */
    public void forEach(Consumer<Member> taker) {
        counts.forEach((member, count) -> {
            for (int i = 0; i < count; i++) {
                taker.accept(member);
            }
        });
    }

    /** Returns how many spans there are. */
    public int size() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    public boolean isEmpty() {
        return counts.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SpanBag that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return size() + " spans " + counts;
    }
}
