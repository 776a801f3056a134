package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.send.Protocol;
import io.offspan.otel.OffspanSpanProcessor;
import io.offspan.testkit.otlp.SpanBag;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry's own exporter and ours send the same spans of one SDK to one receiver, and say the same. */
class TwoExportersIT {
    private static final int SPANS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String THEIRS = "/theirs";
    private static final String OURS = "/ours";

    @TempDir
    Path scratch;

    @Test
    void theReceiverGetsEqualSpansFromBoth() throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                OtlpReceiver overGrpc = OtlpReceiver.start();
                SpanStore store = SpanStore.open(scratch.resolve("store"))) {
            try (SdkTracerProvider provider = SdkTracerProvider.builder()
                    .setResource(Resource.create(Attributes.of(
                            AttributeKey.stringKey("service.name"),
                            "shop",
                            AttributeKey.stringArrayKey("zones"),
                            List.of("a", "ä"))))
                    .setSpanLimits(SpanLimits.builder()
                            .setMaxNumberOfAttributes(6)
                            .setMaxNumberOfEvents(3)
                            .setMaxNumberOfLinks(2)
                            .build())
                    .addSpanProcessor(OffspanSpanProcessor.into(store::append))
                    .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                    .setEndpoint(receiver.base() + THEIRS)
                                    .setTimeout(PATIENCE)
                                    .build())
                            .setMaxQueueSize(4 * SPANS)
                            .setExporterTimeout(PATIENCE)
                            .build())
                    .build()) {
                make(provider, new Random(42));
                assertThat(provider.forceFlush()
                                .join(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .isSuccess())
                        .isTrue();
            }
            export(store, ExportConfig.builder().endpoint(URI.create(receiver.base() + OURS)), "ours");
            export(
                    store,
                    ExportConfig.builder().protocol(Protocol.GRPC).endpoint(URI.create(overGrpc.base())),
                    "ours-grpc");

            SpanBag theirs = bag(receiver, THEIRS);
            assertThat(theirs.size()).isEqualTo(SPANS);
            SpanBag ours = bag(receiver, OURS);
            assertThat(ours.minus(theirs).isEmpty())
                    .as("ours alone: %s", brief(ours.minus(theirs)))
                    .isTrue();
            assertThat(ours).isEqualTo(theirs);
            assertThat(bag(overGrpc, "/")).isEqualTo(theirs);
        }
    }

    private static void export(SpanStore store, ExportConfig.Builder config, String name) {
        ExportConfig all = config.checkpointName(name).timeout(PATIENCE).build();
        try (ExportAgent agent = ExportAgent.start(store, all)) {
            assertThat(agent.drain(PATIENCE)).as("%s", agent.status()).isTrue();
        }
    }

    private static SpanBag bag(OtlpReceiver receiver, String path) {
        SpanBag bag = new SpanBag();
        receiver.accepted().stream()
                .filter(request -> request.path().startsWith(path))
                .forEach(request -> bag.add(request.message()));
        return bag;
    }

    private static String brief(SpanBag bag) {
        String text = bag.toString();
        return text.length() < 4_000 ? text : text.substring(0, 4_000) + " …";
    }

    /** Makes spans with everything that the API can say, some of it beyond the limits. */
    private static void make(SdkTracerProvider provider, Random random) {
        Tracer[] tracers = {
            provider.get("shop"),
            provider.tracerBuilder("cart").setInstrumentationVersion("1.2").build()
        };
        Span last = Span.getInvalid();
        for (int i = 0; i < SPANS; i++) {
            var builder = tracers[random.nextInt(2)]
                    .spanBuilder(i % 7 == 0 ? "" : "GET /cart/" + i % 5)
                    .setSpanKind(SpanKind.values()[random.nextInt(SpanKind.values().length)]);
            switch (random.nextInt(3)) {
                case 0 -> builder.setNoParent();
                case 1 -> builder.setParent(Context.root().with(last));
                default -> builder.setParent(Context.root().with(Span.wrap(remote(random))));
            }
            for (int link = random.nextInt(4); link > 0; link--) {
                builder.addLink(remote(random), Attributes.of(AttributeKey.longKey("n"), random.nextLong()));
            }
            Span span = builder.startSpan();
            describe(span, random);
            span.end();
            last = span;
        }
    }

    private static void describe(Span span, Random random) {
        for (int i = random.nextInt(9); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> span.setAttribute("text" + i, "日本語 " + random.nextInt(20));
                case 1 -> span.setAttribute("long" + i, random.nextLong());
                case 2 -> span.setAttribute("double" + i, random.nextDouble());
                case 3 -> span.setAttribute("truth" + i, random.nextBoolean());
                case 4 -> span.setAttribute(AttributeKey.stringArrayKey("texts" + i), List.of("a", "", "ß"));
                case 5 -> span.setAttribute(AttributeKey.longArrayKey("longs" + i), List.of(1L, -1L, 300L));
                case 6 -> span.setAttribute(AttributeKey.doubleArrayKey("doubles" + i), List.of(0.0, Double.NaN));
                default -> span.setAttribute(AttributeKey.booleanArrayKey("truths" + i), List.of());
            }
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            span.addEvent("event " + i, Attributes.of(AttributeKey.stringKey("k"), "v" + i));
        }
        switch (random.nextInt(4)) {
            case 0 -> span.setStatus(StatusCode.OK);
            case 1 -> span.setStatus(StatusCode.ERROR, "it failed");
            case 2 -> span.recordException(new IllegalStateException("no luck " + random.nextInt(3)));
            default -> {}
        }
    }

    private static SpanContext remote(Random random) {
        return SpanContext.createFromRemoteParent(
                String.format("%016x%016x", random.nextLong() | 1, random.nextLong()),
                String.format("%016x", random.nextLong() | 1),
                TraceFlags.getSampled(),
                random.nextBoolean()
                        ? TraceState.getDefault()
                        : TraceState.builder()
                                .put("vendor", "x" + random.nextInt(9))
                                .build());
    }
}
