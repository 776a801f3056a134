package io.offspan.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes OTLP requests by protobuf-java, and reads what the command writes by it. */
final class Requests {
    /** When the spans made here start, nanoseconds since the epoch; the n-th a second later each. */
    static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;

    static final long SECOND_NANOS = 1_000_000_000L;

    private Requests() {}

    /** A span with what its request says about it. */
    record Stored(Message resource, String resourceSchema, Message scope, String scopeSchema, Span span) {}

    static ExportTraceServiceRequest request(String service, List<Span> spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(attribute("service.name", service)))
                        .setSchemaUrl("https://example.org/resource/1")
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .setScope(InstrumentationScope.newBuilder().setName("by hand"))
                                .addAllSpans(spans)))
                .build();
    }

    /** The n-th span: of trace n / 10, lasting n milliseconds; every tenth failed; every second is a server's. */
    static Span span(int n) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(traceId(n / 10))
                .setSpanId(id(n + 1))
                .setName("span " + n % 3)
                .setKind(n % 2 == 0 ? Span.SpanKind.SPAN_KIND_SERVER : Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(EPOCH_NANOS + n * SECOND_NANOS)
                .setEndTimeUnixNano(EPOCH_NANOS + n * SECOND_NANOS + n * 1_000_000L)
                .addAttributes(attribute("number", n))
                .addAttributes(attribute("text", "bücher " + n % 5));
        if (n % 10 != 0) {
            span.setParentSpanId(id(n));
        } else {
            span.setStatus(Status.newBuilder()
                    .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                    .setMessage("tenth"));
        }
        return span.build();
    }

    static List<Span> spans(int from, int to) {
        List<Span> spans = new ArrayList<>();
        for (int n = from; n < to; n++) {
            spans.add(span(n));
        }
        return spans;
    }

    static ByteString traceId(int trace) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(0xabcdef).putLong(trace + 1).array());
    }

    static String traceIdHex(int trace) {
        return "%016x%016x".formatted(0xabcdef, trace + 1);
    }

    static ByteString id(long id) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
    }

    static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    static KeyValue attribute(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    static Path write(Path file, ExportTraceServiceRequest request) throws IOException {
        return Files.write(file, request.toByteArray());
    }

    /** Reads a file of length-delimited requests. */
    static List<ExportTraceServiceRequest> readDelimited(Path file) throws IOException {
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            while (true) {
                ExportTraceServiceRequest request = ExportTraceServiceRequest.parseDelimitedFrom(in);
                if (request == null) {
                    return requests;
                }
                requests.add(request);
            }
        }
    }

    /** The multiset of spans in some requests. */
    static Map<Stored, Integer> bag(Iterable<ExportTraceServiceRequest> requests) {
        Map<Stored, Integer> bag = new HashMap<>();
        for (ExportTraceServiceRequest request : requests) {
            for (ResourceSpans resource : request.getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    for (Span span : scope.getSpansList()) {
                        Stored stored = new Stored(
                                resource.getResource(),
                                resource.getSchemaUrl(),
                                scope.getScope(),
                                scope.getSchemaUrl(),
                                span);
                        bag.merge(stored, 1, Integer::sum);
                    }
                }
            }
        }
        return bag;
    }
}
