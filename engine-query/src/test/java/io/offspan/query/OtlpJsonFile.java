package io.offspan.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads the spans of a small OTLP/JSON file under {@code traceql/cases}. */
final class OtlpJsonFile {
    private OtlpJsonFile() {}

    static ExportTraceServiceRequest read(String name) throws IOException {
        try (InputStream file = OtlpJsonFile.class.getResourceAsStream("/traceql/cases/" + name)) {
            return read(file);
        }
    }

    static ExportTraceServiceRequest read(InputStream file) throws IOException {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (JsonNode resource : new ObjectMapper().readTree(file).path("resourceSpans")) {
            request.addResourceSpans(resourceSpans(resource));
        }
        return request.build();
    }

    private static ResourceSpans resourceSpans(JsonNode json) {
        ResourceSpans.Builder spans = ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAllAttributes(attributes(json.path("resource"))));
        for (JsonNode scope : json.path("scopeSpans")) {
            ScopeSpans.Builder scoped = ScopeSpans.newBuilder()
                    .setScope(InstrumentationScope.newBuilder()
                            .setName(scope.path("scope").path("name").asText())
                            .setVersion(scope.path("scope").path("version").asText())
                            .addAllAttributes(attributes(scope.path("scope"))));
            scope.path("spans").forEach(span -> scoped.addSpans(span(span)));
            spans.addScopeSpans(scoped);
        }
        return spans.build();
    }

    private static Span span(JsonNode json) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(json, "traceId"))
                .setSpanId(id(json, "spanId"))
                .setParentSpanId(id(json, "parentSpanId"))
                .setName(json.path("name").asText())
                .setKindValue(json.path("kind").asInt())
                .setStartTimeUnixNano(json.path("startTimeUnixNano").asLong())
                .setEndTimeUnixNano(json.path("endTimeUnixNano").asLong())
                .addAllAttributes(attributes(json));
        JsonNode status = json.path("status");
        if (!status.isMissingNode()) {
            span.setStatus(Status.newBuilder()
                    .setCodeValue(status.path("code").asInt())
                    .setMessage(status.path("message").asText()));
        }
        for (JsonNode event : json.path("events")) {
            span.addEvents(Span.Event.newBuilder()
                    .setName(event.path("name").asText())
                    .setTimeUnixNano(event.path("timeUnixNano").asLong())
                    .addAllAttributes(attributes(event)));
        }
        for (JsonNode link : json.path("links")) {
            span.addLinks(Span.Link.newBuilder()
                    .setTraceId(id(link, "traceId"))
                    .setSpanId(id(link, "spanId"))
                    .addAllAttributes(attributes(link)));
        }
        return span.build();
    }

    private static ByteString id(JsonNode json, String field) {
        return ByteString.copyFrom(HexFormat.of().parseHex(json.path(field).asText()));
    }

    private static List<KeyValue> attributes(JsonNode json) {
        List<KeyValue> attributes = new ArrayList<>();
        for (JsonNode attribute : json.path("attributes")) {
            attributes.add(KeyValue.newBuilder()
                    .setKey(attribute.path("key").asText())
                    .setValue(value(attribute.path("value")))
                    .build());
        }
        return attributes;
    }

    private static AnyValue value(JsonNode json) {
        AnyValue.Builder value = AnyValue.newBuilder();
        if (json.has("stringValue")) {
            value.setStringValue(json.path("stringValue").asText());
        } else if (json.has("intValue")) {
            value.setIntValue(json.path("intValue").asLong());
        } else if (json.has("boolValue")) {
            value.setBoolValue(json.path("boolValue").asBoolean());
        } else {
            throw new IllegalArgumentException("Value " + json + "; this reader takes texts, integers and booleans");
        }
        return value.build();
    }
}
