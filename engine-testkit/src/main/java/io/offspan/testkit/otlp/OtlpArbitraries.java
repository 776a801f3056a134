package io.offspan.testkit.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

/**
 * Arbitrary OTLP trace requests, valid by the specification and awkward otherwise: every type of value, nested ones, empty and
 * missing resources and scopes, repeated keys, texts of every plane, numbers at the borders of their types.
 *
 * <p>All of it shrinks: a request that fails comes down to the spans and attributes that make it fail. Names, keys and small numbers
 * come from short lists, {@link #NAMES} and {@link #KEYS}, so that questions about them find something.
 */
public final class OtlpArbitraries {
    /** Names that spans, services and texts mostly have. */
    public static final List<String> NAMES = List.of("GET /cart", "checkout", "pay", "db.query", "naïve café");
    /** Keys that attributes mostly have. */
    public static final List<String> KEYS = List.of("http.method", "http.status_code", "db.system", "retry", "user.id");

    /** The first moment at which spans start, in nanoseconds since the epoch. */
    public static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final int DEPTH = 2;

    private OtlpArbitraries() {}

    /** Requests of up to three resources with up to three scopes of up to six spans. */
    public static Arbitrary<ExportTraceServiceRequest> requests() {
        return resourceSpans()
                .list()
                .ofMaxSize(3)
                .map(all -> ExportTraceServiceRequest.newBuilder()
                        .addAllResourceSpans(all)
                        .build());
    }

    private static Arbitrary<ResourceSpans> resourceSpans() {
        return Combinators.combine(resources().optional(0.8), schemaUrls(), few(scopeSpans(), 3))
                .as((resource, schema, scopes) -> {
                    ResourceSpans.Builder made =
                            ResourceSpans.newBuilder().setSchemaUrl(schema).addAllScopeSpans(scopes);
                    resource.ifPresent(made::setResource);
                    return made.build();
                });
    }

    private static Arbitrary<ScopeSpans> scopeSpans() {
        return Combinators.combine(scopes().optional(0.8), schemaUrls(), few(spans(), 6))
                .as((scope, schema, spans) -> {
                    ScopeSpans.Builder made =
                            ScopeSpans.newBuilder().setSchemaUrl(schema).addAllSpans(spans);
                    scope.ifPresent(made::setScope);
                    return made.build();
                });
    }

    /** Resources, most of them of a service, one in six of them empty. */
    public static Arbitrary<Resource> resources() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, filledResources()), Tuple.of(1, Arbitraries.just(Resource.getDefaultInstance())));
    }

    private static Arbitrary<Resource> filledResources() {
        return Combinators.combine(Arbitraries.of(NAMES).optional(0.8), few(attributes(), 3), droppedCounts())
                .as((service, attributes, dropped) -> {
                    Resource.Builder made = Resource.newBuilder();
                    service.ifPresent(name -> made.addAttributes(
                            KeyValue.newBuilder().setKey("service.name").setValue(text(name))));
                    return made.addAllAttributes(attributes)
                            .setDroppedAttributesCount(dropped)
                            .build();
                });
    }

    /** Instrumentation scopes. */
    public static Arbitrary<InstrumentationScope> scopes() {
        return Combinators.combine(texts(), Arbitraries.of("", "1.0", "2.3.4-rc.1"), few(attributes(), 2))
                .as((name, version, attributes) -> InstrumentationScope.newBuilder()
                        .setName(name)
                        .setVersion(version)
                        .addAllAttributes(attributes)
                        .build());
    }

    /** Spans that start within ten minutes of each other. */
    public static Arbitrary<Span> spans() {
        Arbitrary<Span.Builder> plain = Combinators.combine(
                        ids(TRACE_ID_BYTES),
                        ids(SPAN_ID_BYTES),
                        ids(SPAN_ID_BYTES).optional(0.7),
                        texts(),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.longs().between(0, 10 * MINUTE_NANOS),
                        Arbitraries.longs().between(0, MINUTE_NANOS),
                        few(attributes(), 6))
                .as((traceId, spanId, parent, name, kind, start, duration, attributes) -> {
                    Span.Builder made = Span.newBuilder()
                            .setTraceId(traceId)
                            .setSpanId(spanId)
                            .setName(name)
                            .setKindValue(kind)
                            .setStartTimeUnixNano(EPOCH_NANOS + start)
                            .setEndTimeUnixNano(EPOCH_NANOS + start + duration)
                            .addAllAttributes(attributes);
                    parent.ifPresent(made::setParentSpanId);
                    return made;
                });
        return Combinators.combine(
                        plain, statuses().optional(0.5), few(events(), 3), few(links(), 2), droppedCounts(), texts())
                .as((made, status, events, links, dropped, state) -> {
                    status.ifPresent(made::setStatus);
                    return made.addAllEvents(events)
                            .addAllLinks(links)
                            .setDroppedEventsCount(dropped)
                            .setTraceState(dropped == 0 ? "" : state)
                            .setFlags(dropped == 0 ? 1 : 0)
                            .build();
                });
    }

    private static Arbitrary<Status> statuses() {
        return Combinators.combine(Arbitraries.integers().between(0, 2), texts())
                .as((code, message) -> Status.newBuilder()
                        .setCodeValue(code)
                        .setMessage(code == Status.StatusCode.STATUS_CODE_ERROR_VALUE ? message : "")
                        .build());
    }

    private static Arbitrary<Span.Event> events() {
        return Combinators.combine(texts(), Arbitraries.longs().between(0, MINUTE_NANOS), few(attributes(), 2))
                .as((name, after, attributes) -> Span.Event.newBuilder()
                        .setName(name)
                        .setTimeUnixNano(EPOCH_NANOS + after)
                        .addAllAttributes(attributes)
                        .build());
    }

    private static Arbitrary<Span.Link> links() {
        return Combinators.combine(ids(TRACE_ID_BYTES), ids(SPAN_ID_BYTES), few(attributes(), 2))
                .as((traceId, spanId, attributes) -> Span.Link.newBuilder()
                        .setTraceId(traceId)
                        .setSpanId(spanId)
                        .addAllAttributes(attributes)
                        .build());
    }

    /** Attributes, one in twelve of them without a value. */
    public static Arbitrary<KeyValue> attributes() {
        return attributes(DEPTH);
    }

    private static Arbitrary<KeyValue> attributes(int depth) {
        Arbitrary<String> keys = Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.of(KEYS)), Tuple.of(1, texts()));
        return Combinators.combine(keys, values(depth).optional(0.92)).as((key, value) -> {
            KeyValue.Builder made = KeyValue.newBuilder().setKey(key);
            value.ifPresent(made::setValue);
            return made.build();
        });
    }

    /** Values of every type, arrays and lists of keys and values to a depth of two. */
    public static Arbitrary<AnyValue> values() {
        return values(DEPTH);
    }

    private static Arbitrary<AnyValue> values(int depth) {
        Arbitrary<AnyValue> flat = Arbitraries.oneOf(
                texts().map(OtlpArbitraries::text),
                Arbitraries.oneOf(Arbitraries.longs().between(0, 600), Arbitraries.longs())
                        .map(number -> AnyValue.newBuilder().setIntValue(number).build()),
                Arbitraries.doubles()
                        .map(number ->
                                AnyValue.newBuilder().setDoubleValue(number).build()),
                Arbitraries.of(true, false)
                        .map(truth -> AnyValue.newBuilder().setBoolValue(truth).build()),
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofMaxSize(40)
                        .map(bytes -> AnyValue.newBuilder()
                                .setBytesValue(ByteString.copyFrom(bytes))
                                .build()),
                Arbitraries.just(AnyValue.getDefaultInstance()));
        if (depth == 0) {
            return flat;
        }
        Arbitrary<AnyValue> arrays = Arbitraries.lazy(() -> few(values(depth - 1), 4))
                .map(all -> AnyValue.newBuilder()
                        .setArrayValue(ArrayValue.newBuilder().addAllValues(all))
                        .build());
        Arbitrary<AnyValue> lists = Arbitraries.lazy(() -> few(attributes(depth - 1), 3))
                .map(all -> AnyValue.newBuilder()
                        .setKvlistValue(KeyValueList.newBuilder().addAllValues(all))
                        .build());
        return Arbitraries.frequencyOf(Tuple.of(8, flat), Tuple.of(1, arrays), Tuple.of(1, lists));
    }

    /** Texts: mostly of {@link #NAMES}, else any that UTF-8 can say, some of them long. */
    public static Arbitrary<String> texts() {
        return Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(NAMES)),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .ofMaxLength(12)
                                .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)))),
                Tuple.of(1, Arbitraries.of("", "日本語", "👩‍🚀 in space", "\0", "a\nb", "\"quoted\\\"")),
                Tuple.of(1, Arbitraries.integers().between(1, 3_000).map("x"::repeat)));
    }

    /** Ids of a length in bytes, never all zeros. */
    public static Arbitrary<ByteString> ids(int length) {
        return Arbitraries.bytes().array(byte[].class).ofSize(length).map(bytes -> {
            bytes[length - 1] |= 1;
            return ByteString.copyFrom(bytes);
        });
    }

    private static Arbitrary<String> schemaUrls() {
        return Arbitraries.of("", "", "https://opentelemetry.io/schemas/1.24.0");
    }

    private static Arbitrary<Integer> droppedCounts() {
        return Arbitraries.of(0, 0, 0, 1, Integer.MAX_VALUE, -1);
    }

    private static <T> ListArbitrary<T> few(Arbitrary<T> of, int most) {
        return of.list().ofMaxSize(most);
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }
}
