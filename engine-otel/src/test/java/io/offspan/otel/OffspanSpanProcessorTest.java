package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the processor stores equals what the SDK's own OTLP exporter would send. */
class OffspanSpanProcessorTest {
    private final RecordingSink sink = new RecordingSink();
    private final OffspanSpanProcessor processor = OffspanSpanProcessor.into(sink);
    private final List<SpanData> seen = new ArrayList<>();
    private final SdkTracerProvider provider = provider(Sampler.alwaysOn());

    private SdkTracerProvider provider(Sampler sampler) {
        return SdkTracerProvider.builder()
                .setSampler(sampler)
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfAttributes(12)
                        .setMaxNumberOfAttributesPerEvent(2)
                        .setMaxNumberOfAttributesPerLink(2)
                        .setMaxNumberOfEvents(3)
                        .setMaxNumberOfLinks(3)
                        .build())
                .setResource(Resource.create(
                        Attributes.builder()
                                .put("service.name", "bücher")
                                .put("host.cpus", 8)
                                .put("host.tags", "a", "", "ç")
                                .put("process.args", true, false)
                                .build(),
                        "https://opentelemetry.io/schemas/1.37.0"))
                .addSpanProcessor(processor)
                .addSpanProcessor(SimpleSpanProcessor.create(new Collecting()))
                .build();
    }

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void storesWhatTheOfficialExporterWouldSend() throws IOException {
        Tracer tracer = provider.tracerBuilder("scope")
                .setInstrumentationVersion("1.2")
                .setSchemaUrl("https://example.org/scope/1")
                .build();
        Tracer bare = provider.get("");
        plain(tracer);
        everyAttributeType(tracer);
        structuredValues(tracer);
        eventsAndLinksBeyondTheirLimits(tracer);
        kindsAndStatuses(bare);
        remoteParentAndTraceState(bare);
        localParent(bare);

        assertThat(sink.count()).isEqualTo(seen.size()).isEqualTo(17);
        assertThat(processor.stored()).isEqualTo(17);
        assertThat(processor.refused()).isZero();
        assertThat(flat(sink.request())).containsExactlyInAnyOrderElementsOf(flat(official()));
    }

    @Test
    void leavesOutWhatIsNotSampled() {
        try (SdkTracerProvider unsampled = provider(Sampler.alwaysOff())) {
            unsampled.get("scope").spanBuilder("none").startSpan().end();
        }
        assertThat(sink.count()).isZero();
    }

    @Test
    void countsWhatTheStoreRefuses() {
        OffspanSpanProcessor refusing = OffspanSpanProcessor.into(span -> -3);
        try (SdkTracerProvider other =
                SdkTracerProvider.builder().addSpanProcessor(refusing).build()) {
            other.get("scope").spanBuilder("none").startSpan().end();
        }
        assertThat(refusing.stored()).isZero();
        assertThat(refusing.refused()).isEqualTo(1);
    }

    @Test
    void neverFailsTheHostForAValueThatNoReaderWouldTake() {
        Value<?> nested = Value.of("innermost");
        for (int i = 0; i < 20_000; i++) {
            nested = Value.of(List.of(nested));
        }
        provider.get("scope")
                .spanBuilder("deep")
                .setAttribute(AttributeKey.valueKey("deep"), nested)
                .startSpan()
                .end();
        plain(provider.get("scope"));

        assertThat(processor.refused()).isEqualTo(1);
        assertThat(processor.stored()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class})
    void neverFailsTheHostForAnErrorOfOurs(Class<? extends Error> type) throws ReflectiveOperationException {
        Error error = type.getConstructor().newInstance();
        AtomicBoolean broken = new AtomicBoolean(true);
        OffspanSpanProcessor breaking = OffspanSpanProcessor.into(span -> {
            if (broken.getAndSet(false)) {
                throw error;
            }
            return sink.append(span);
        });
        try (LogLines log = new LogLines();
                SdkTracerProvider other =
                        SdkTracerProvider.builder().addSpanProcessor(breaking).build()) {
            other.get("scope").spanBuilder("first").startSpan().end();
            other.get("scope").spanBuilder("second").startSpan().end();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0)).contains("1 span was dropped", type.getSimpleName());
        }
        assertThat(breaking.refused()).isEqualTo(1);
        assertThat(breaking.stored()).isEqualTo(1);
    }

    @Test
    void storesEachSpanOnceWhenManyThreadsEndThem() throws InterruptedException {
        Tracer tracer = provider.get("scope");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String name = "thread " + t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    tracer.spanBuilder(name).setAttribute("i", i).startSpan().end();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(processor.stored()).isEqualTo(1600);
        assertThat(flat(sink.request()).stream().distinct()).hasSize(1600);
    }

    private static void plain(Tracer tracer) {
        tracer.spanBuilder("plain").startSpan().end();
    }

    private static void everyAttributeType(Tracer tracer) {
        tracer.spanBuilder("typed")
                .setAttribute("text", "käse \uD83E\uDDC0")
                .setAttribute("empty", "")
                .setAttribute("long", Long.MIN_VALUE)
                .setAttribute("double", -0.0)
                .setAttribute("bool", false)
                .setAttribute(AttributeKey.stringArrayKey("texts"), List.of("", "a", "ä"))
                .setAttribute(AttributeKey.longArrayKey("longs"), List.of(0L, -1L, Long.MAX_VALUE))
                .setAttribute(AttributeKey.doubleArrayKey("doubles"), List.of(0.0, Double.NaN))
                .setAttribute(AttributeKey.booleanArrayKey("bools"), List.of(true, false))
                .setAttribute(AttributeKey.stringArrayKey("none"), List.of())
                .startSpan()
                .end();
    }

    private static void structuredValues(Tracer tracer) {
        tracer.spanBuilder("structured")
                .setAttribute(AttributeKey.valueKey("bytes"), Value.of(new byte[] {0, 1, (byte) 0xff}))
                .setAttribute(AttributeKey.valueKey("nothing"), Value.empty())
                .setAttribute(
                        AttributeKey.valueKey("list"),
                        Value.of(
                                Value.of("x".repeat(200)),
                                Value.of(300),
                                Value.of(true),
                                Value.of(1.5),
                                Value.empty(),
                                Value.of("in bytes".getBytes(StandardCharsets.UTF_8)),
                                Value.of(Value.of(1), Value.of(2))))
                .setAttribute(
                        AttributeKey.valueKey("map"),
                        Value.of(
                                KeyValue.of("", Value.of("")),
                                KeyValue.of("b", Value.of(KeyValue.of("c", Value.of(0))))))
                .startSpan()
                .end();
    }

    private static void eventsAndLinksBeyondTheirLimits(Tracer tracer) {
        Attributes three =
                Attributes.builder().put("a", 1).put("b", "").put("c", true).build();
        var builder = tracer.spanBuilder("busy");
        for (int i = 0; i < 5; i++) {
            builder.addLink(context(i, TraceState.builder().put("k", "v" + i).build(), i % 2 == 0), three);
        }
        for (int i = 0; i < 20; i++) {
            builder.setAttribute("attribute " + i, i);
        }
        Span span = builder.startSpan();
        for (int i = 0; i < 5; i++) {
            span.addEvent("event " + i, i < 2 ? three : Attributes.empty(), Instant.ofEpochSecond(i));
        }
        span.recordException(new IllegalStateException("näh"));
        span.end();
    }

    private static void kindsAndStatuses(Tracer tracer) {
        for (SpanKind kind : SpanKind.values()) {
            tracer.spanBuilder("kind " + kind).setSpanKind(kind).startSpan().end();
        }
        for (StatusCode code : StatusCode.values()) {
            Span span = tracer.spanBuilder("status " + code).startSpan();
            span.setStatus(code);
            span.end();
        }
        Span failed = tracer.spanBuilder("failed").startSpan();
        failed.setStatus(StatusCode.ERROR, "ünlucky");
        failed.end(12, TimeUnit.SECONDS);
        tracer.spanBuilder("backwards")
                .setStartTimestamp(9, TimeUnit.SECONDS)
                .startSpan()
                .end(8, TimeUnit.SECONDS);
    }

    private static void remoteParentAndTraceState(Tracer tracer) {
        TraceState state =
                TraceState.builder().put("vendor", "1").put("other", "x:y").build();
        Context remote = Context.root().with(Span.wrap(context(7, state, true)));
        tracer.spanBuilder("from afar").setParent(remote).startSpan().end();
    }

    private static void localParent(Tracer tracer) {
        Span parent = tracer.spanBuilder("parent").startSpan();
        tracer.spanBuilder("child")
                .setParent(Context.root().with(parent))
                .startSpan()
                .end();
        parent.end();
    }

    private static SpanContext context(int seed, TraceState state, boolean remote) {
        String traceId = "%016x%016x".formatted(0x8000_0000_0000_0000L + seed, seed + 1L);
        String spanId = "%016x".formatted(0xf000_0000_0000_0000L + seed);
        return remote
                ? SpanContext.createFromRemoteParent(traceId, spanId, TraceFlags.getSampled(), state)
                : SpanContext.create(traceId, spanId, TraceFlags.getSampled(), state);
    }

    private ExportTraceServiceRequest official() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TraceRequestMarshaler.create(seen).writeBinaryTo(bytes);
        return ExportTraceServiceRequest.parseFrom(bytes.toByteArray());
    }

    /** One request of its own for every span, resource and scope included. */
    private static List<ResourceSpans> flat(ExportTraceServiceRequest request) {
        List<ResourceSpans> spans = new ArrayList<>();
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                scope.getSpansList()
                        .forEach(span -> spans.add(resource.toBuilder()
                                .clearScopeSpans()
                                .addScopeSpans(scope.toBuilder().clearSpans().addSpans(span))
                                .build()));
            }
        }
        return spans;
    }

    private final class Collecting implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            synchronized (seen) {
                seen.addAll(spans);
            }
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
