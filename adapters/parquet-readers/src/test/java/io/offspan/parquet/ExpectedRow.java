package io.offspan.parquet;

import com.google.protobuf.ByteString;
import io.offspan.codec.model.Value;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a row has to say of a span, worked out from its OTLP message alone. Floating-point numbers stand as their bits. */
final class ExpectedRow {
    private static final List<String> KINDS =
            List.of("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer");
    private static final List<String> STATUSES = List.of("Unset", "Ok", "Error");

    private ExpectedRow() {}

    static Map<String, Object> of(ResourceSpans resource, ScopeSpans scope, Span span) {
        Map<String, Object> row = new LinkedHashMap<>();
        long start = span.getStartTimeUnixNano();
        long end = span.getEndTimeUnixNano();
        row.put("Timestamp", start);
        row.put("TraceId", hex(span.getTraceId()));
        row.put("SpanId", hex(span.getSpanId()));
        row.put("ParentSpanId", hex(span.getParentSpanId()));
        row.put("TraceState", span.getTraceState());
        row.put("SpanName", span.getName());
        row.put("SpanKind", KINDS.get(span.getKindValue()));
        Map<String, String> origin = texts(resource.getResource().getAttributesList());
        row.put("ServiceName", origin.getOrDefault("service.name", ""));
        row.put("ResourceAttributes", origin);
        row.put("ScopeName", scope.getScope().getName());
        row.put("ScopeVersion", scope.getScope().getVersion());
        row.put("SpanAttributes", texts(span.getAttributesList()));
        row.put("SpanAttributesInt", typed(span, AnyValue::hasIntValue, AnyValue::getIntValue));
        row.put(
                "SpanAttributesDouble",
                typed(span, AnyValue::hasDoubleValue, value -> Double.doubleToRawLongBits(value.getDoubleValue())));
        row.put("SpanAttributesBool", typed(span, AnyValue::hasBoolValue, AnyValue::getBoolValue));
        row.put("Duration", end == 0 ? 0L : Math.max(0, end - start));
        row.put("StatusCode", STATUSES.get(span.getStatus().getCodeValue()));
        row.put("StatusMessage", span.getStatus().getMessage());
        List<Object> events = new ArrayList<>();
        for (Span.Event event : span.getEventsList()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("Timestamp", event.getTimeUnixNano());
            entry.put("Name", event.getName());
            entry.put("Attributes", texts(event.getAttributesList()));
            events.add(entry);
        }
        row.put("Events", events);
        List<Object> links = new ArrayList<>();
        for (Span.Link link : span.getLinksList()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("TraceId", hex(link.getTraceId()));
            entry.put("SpanId", hex(link.getSpanId()));
            entry.put("TraceState", link.getTraceState());
            entry.put("Attributes", texts(link.getAttributesList()));
            links.add(entry);
        }
        row.put("Links", links);
        row.put("OffspanOtlp", span);
        row.put("OffspanOtlpResource", resource.toBuilder().clearScopeSpans().build());
        row.put("OffspanOtlpScope", scope.toBuilder().clearSpans().build());
        return row;
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        for (KeyValue attribute : attributes) {
            texts.putIfAbsent(
                    attribute.getKey(),
                    ValueText.of(Value.decode(attribute.getValue().toByteArray())));
        }
        return texts;
    }

    private static Map<String, Object> typed(
            Span span, java.util.function.Predicate<AnyValue> is, java.util.function.Function<AnyValue, Object> value) {
        Map<String, AnyValue> first = new TreeMap<>();
        span.getAttributesList().forEach(each -> first.putIfAbsent(each.getKey(), each.getValue()));
        Map<String, Object> typed = new TreeMap<>();
        first.forEach((key, any) -> {
            if (is.test(any)) {
                typed.put(key, value.apply(any));
            }
        });
        return typed;
    }
}
