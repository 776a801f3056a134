package io.offspan.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.codec.model.Attribute;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Event;
import io.offspan.codec.model.Link;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes spans as OTLP/JSON: ids in hexadecimal, enumerations as numbers, 64-bit numbers as strings.
 *
 * <p>What the spans of one resource would fill without end is cut into elements of a few MiB, because readers hold a whole one.
 */
final class OtlpJson {
    /** Half of what receivers take by default, and a fraction of what {@code ingest} does. */
    static final int ELEMENT_BYTES = 2 << 20;

    private static final ObjectMapper JSON = new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private final CountingOutput out;
    private final JsonGenerator generator;

    private OtlpJson(OutputStream stream) throws IOException {
        out = new CountingOutput(stream);
        generator = JSON.createGenerator(out);
    }

    /** Writes the TracesData object of some spans, grouped by resource and scope in their order. */
    static void write(List<Span> spans, OutputStream stream) throws IOException {
        Map<Resource, Map<Scope, List<Span>>> groups = new LinkedHashMap<>();
        for (Span span : spans) {
            groups.computeIfAbsent(span.resource(), resource -> new LinkedHashMap<>())
                    .computeIfAbsent(span.scope(), scope -> new ArrayList<>())
                    .add(span);
        }
        OtlpJson json = new OtlpJson(stream);
        try (JsonGenerator generator = json.generator) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("resourceSpans");
            for (Map.Entry<Resource, Map<Scope, List<Span>>> group : groups.entrySet()) {
                json.elements(group.getKey(), group.getValue());
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
    }

    private void elements(Resource resource, Map<Scope, List<Span>> scopes) throws IOException {
        long before = out.bytes();
        beginElement(resource);
        for (Map.Entry<Scope, List<Span>> scope : scopes.entrySet()) {
            beginScope(scope.getKey());
            for (Span span : scope.getValue()) {
                if (out.bytes() - before > ELEMENT_BYTES) {
                    endScope(scope.getKey());
                    endElement(resource);
                    before = out.bytes();
                    beginElement(resource);
                    beginScope(scope.getKey());
                }
                generator.writeTree(span(span));
            }
            endScope(scope.getKey());
        }
        endElement(resource);
    }

    private void beginElement(Resource resource) throws IOException {
        ObjectNode message = Json.object();
        attributes(message, resource.attributes(), resource.droppedAttributes());
        generator.writeStartObject();
        generator.writeFieldName("resource");
        generator.writeTree(message);
        generator.writeArrayFieldStart("scopeSpans");
    }

    private void endElement(Resource resource) throws IOException {
        generator.writeEndArray();
        end(resource.schemaUrl());
    }

    private void beginScope(Scope scope) throws IOException {
        ObjectNode message = Json.object();
        text(message, "name", scope.name());
        text(message, "version", scope.version());
        attributes(message, scope.attributes(), scope.droppedAttributes());
        generator.writeStartObject();
        generator.writeFieldName("scope");
        generator.writeTree(message);
        generator.writeArrayFieldStart("spans");
    }

    private void endScope(Scope scope) throws IOException {
        generator.writeEndArray();
        end(scope.schemaUrl());
    }

    private void end(String schemaUrl) throws IOException {
        if (!schemaUrl.isEmpty()) {
            generator.writeStringField("schemaUrl", schemaUrl);
        }
        generator.writeEndObject();
    }

    private static ObjectNode span(Span span) {
        ObjectNode object = Json.object();
        object.put("traceId", span.traceId());
        object.put("spanId", span.spanId());
        text(object, "traceState", span.traceState());
        String parent = span.parentSpanId();
        if (parent != null) {
            object.put("parentSpanId", parent);
        }
        number(object, "flags", span.flags());
        object.put("name", span.name());
        number(object, "kind", span.kind());
        object.put("startTimeUnixNano", Long.toUnsignedString(span.startNanos()));
        object.put("endTimeUnixNano", Long.toUnsignedString(span.endNanos()));
        attributes(object, span.attributes(), span.droppedAttributes());
        for (Event event : span.events()) {
            event(object.withArrayProperty("events").addObject(), event);
        }
        number(object, "droppedEventsCount", span.droppedEvents());
        for (Link link : span.links()) {
            link(object.withArrayProperty("links").addObject(), link);
        }
        number(object, "droppedLinksCount", span.droppedLinks());
        if (span.hasStatus()) {
            ObjectNode status = object.putObject("status");
            text(status, "message", span.statusMessage());
            number(status, "code", span.statusCode());
        }
        return object;
    }

    private static void event(ObjectNode object, Event event) {
        object.put("timeUnixNano", Long.toUnsignedString(event.timeNanos()));
        object.put("name", event.name());
        attributes(object, event.attributes(), event.droppedAttributes());
    }

    private static void link(ObjectNode object, Link link) {
        object.put("traceId", link.traceId());
        object.put("spanId", link.spanId());
        text(object, "traceState", link.traceState());
        attributes(object, link.attributes(), link.droppedAttributes());
        number(object, "flags", link.flags());
    }

    private static void attributes(ObjectNode object, Attributes attributes, int dropped) {
        if (!attributes.isEmpty()) {
            keyValues(object.putArray("attributes"), attributes);
        }
        number(object, "droppedAttributesCount", dropped);
    }

    private static void keyValues(ArrayNode array, Attributes attributes) {
        for (Attribute attribute : attributes) {
            ObjectNode entry = array.addObject();
            entry.put("key", attribute.key());
            value(entry.putObject("value"), attribute.value());
        }
    }

    /** Writes a value as OTLP has it in JSON, with its type for a name. */
    static void value(ObjectNode object, Value value) {
        if (value instanceof Value.StringValue text) {
            object.put("stringValue", text.value());
        } else if (value instanceof Value.LongValue number) {
            object.put("intValue", Long.toString(number.value()));
        } else if (value instanceof Value.DoubleValue number) {
            real(object, number.value());
        } else if (value instanceof Value.BoolValue flag) {
            object.put("boolValue", flag.value());
        } else if (value instanceof Value.BytesValue bytes) {
            object.put("bytesValue", Base64.getEncoder().encodeToString(bytes.value()));
        } else if (value instanceof Value.ArrayValue array) {
            ArrayNode values = object.putObject("arrayValue").putArray("values");
            array.values().forEach(element -> value(values.addObject(), element));
        } else if (value instanceof Value.MapValue map) {
            keyValues(object.putObject("kvlistValue").putArray("values"), map.entries());
        }
    }

    /** Numbers that JSON does not have are strings, as the protobuf mapping says. */
    private static void real(ObjectNode object, double value) {
        if (Double.isFinite(value)) {
            object.put("doubleValue", value);
        } else {
            object.put("doubleValue", Double.toString(value));
        }
    }

    private static void text(ObjectNode object, String name, String text) {
        if (!text.isEmpty()) {
            object.put(name, text);
        }
    }

    private static void number(ObjectNode object, String name, int unsigned) {
        if (unsigned != 0) {
            object.put(name, Integer.toUnsignedLong(unsigned));
        }
    }
}
