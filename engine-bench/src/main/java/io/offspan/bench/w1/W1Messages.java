package io.offspan.bench.w1;

import com.google.protobuf.ByteString;
import io.offspan.codec.span.Envelope;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** The workload as OTLP messages, made by protobuf-java, and its resources and scopes as the codec takes them. */
public final class W1Messages {
    private static final String RESOURCE_SCHEMA = "https://opentelemetry.io/schemas/1.38.0";

    private W1Messages() {}

    /** Encodes spans as one request, grouped by service, then scope, and otherwise in their order. */
    public static byte[] request(List<W1Span> spans) {
        SortedMap<Integer, SortedMap<Boolean, List<W1Span>>> groups = spans.stream()
                .collect(Collectors.groupingBy(
                        W1Span::service,
                        TreeMap::new,
                        Collectors.groupingBy(s -> s.kind() == W1Span.INTERNAL, TreeMap::new, Collectors.toList())));
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        groups.forEach((service, scopes) -> {
            ResourceSpans.Builder resource = request.addResourceSpansBuilder()
                    .setResource(resource(service))
                    .setSchemaUrl(RESOURCE_SCHEMA);
            scopes.forEach((internal, members) -> {
                ScopeSpans.Builder scope = resource.addScopeSpansBuilder().setScope(scope(internal));
                members.forEach(span -> scope.addSpans(message(span)));
            });
        });
        return request.build().toByteArray();
    }

    /** Returns the resource of a service. */
    public static Envelope resourceEnvelope(int service) {
        byte[] message = resource(service).toByteArray();
        byte[] schema = RESOURCE_SCHEMA.getBytes(StandardCharsets.UTF_8);
        return new Envelope().set(message, 0, message.length, schema, 0, schema.length);
    }

    /** Returns the scope of internal or of other spans. */
    public static Envelope scopeEnvelope(boolean internal) {
        byte[] message = scope(internal).toByteArray();
        return new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
    }

    private static Resource resource(int service) {
        String name = W1Names.service(service);
        return Resource.newBuilder()
                .addAttributes(text("service.name", name))
                .addAttributes(text("service.namespace", "shop"))
                .addAttributes(text("service.version", "3." + service % 10 + ".0"))
                .addAttributes(text("service.instance.id", instance(name)))
                .addAttributes(text("deployment.environment.name", "production"))
                .addAttributes(text("host.name", "node-" + W1Names.digits(service) + ".prod.internal"))
                .addAttributes(text("telemetry.sdk.language", "java"))
                .build();
    }

    /** Returns what the resource of a service says, by key. */
    public static Map<String, String> resourceTexts(int service) {
        return resource(service).getAttributesList().stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey, pair -> pair.getValue().getStringValue(), (a, b) -> a, TreeMap::new));
    }

    /** Returns the name of the scope of internal or of other spans. */
    public static String scopeName(boolean internal) {
        return scope(internal).getName();
    }

    private static String instance(String service) {
        return UUID.nameUUIDFromBytes(service.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static InstrumentationScope scope(boolean internal) {
        return InstrumentationScope.newBuilder()
                .setName(internal ? "io.opentelemetry.app" : "io.opentelemetry.http-server")
                .setVersion(internal ? "1.4.2" : "2.10.0")
                .build();
    }

    private static Span message(W1Span span) {
        Span.Builder message = Span.newBuilder()
                .setTraceId(id(span.traceIdHigh(), span.traceIdLow()))
                .setSpanId(id(span.spanId()))
                .setName(span.name())
                .setKindValue(span.kind())
                .setStartTimeUnixNano(span.startNanos())
                .setEndTimeUnixNano(span.endNanos())
                .setFlags(W1Span.FLAGS)
                .addAttributes(text("http.request.method", span.method()))
                .addAttributes(text("http.route", span.route()))
                .addAttributes(text("url.full", span.url()))
                .addAttributes(number("http.response.status_code", span.statusCode()))
                .addAttributes(text("server.address", span.address()))
                .addAttributes(number("server.port", span.port()))
                .addAttributes(text("user.id", span.user()))
                .addAttributes(number("db.response.returned_rows", span.rows()))
                .addAttributes(value("cache.hit", AnyValue.newBuilder().setBoolValue(span.hit())))
                .addAttributes(value("app.score", AnyValue.newBuilder().setDoubleValue(span.score())));
        if (!span.root()) {
            message.setParentSpanId(id(span.parentId()));
        }
        if (span.status() != 0) {
            message.setStatus(Status.newBuilder().setCodeValue(span.status()).setMessage(span.message()));
        }
        event(span, message);
        return message.build();
    }

    private static void event(W1Span span, Span.Builder message) {
        if (span.event() == W1Span.Event.EXCEPTION) {
            message.addEventsBuilder()
                    .setTimeUnixNano(span.eventNanos())
                    .setName("exception")
                    .addAttributes(text("exception.type", W1Span.TIMEOUT))
                    .addAttributes(text("exception.message", span.message()));
        } else if (span.event() == W1Span.Event.MESSAGE) {
            message.addEventsBuilder()
                    .setTimeUnixNano(span.eventNanos())
                    .setName("message")
                    .addAttributes(number("message.id", span.rows()))
                    .addAttributes(text("message.type", span.messageType()));
        }
    }

    private static ByteString id(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * words.length);
        for (long word : words) {
            bytes.putLong(word);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    private static KeyValue text(String key, String value) {
        return value(key, AnyValue.newBuilder().setStringValue(value));
    }

    private static KeyValue number(String key, long value) {
        return value(key, AnyValue.newBuilder().setIntValue(value));
    }

    private static KeyValue value(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }
}
