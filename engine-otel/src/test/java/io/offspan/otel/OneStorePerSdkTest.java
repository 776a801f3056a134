package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.internal.AutoConfigureUtil;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a host puts its configuration together and whichever of our ways in it asks: one store, each span once.
 *
 * <p>The host here lays sources of its own over what the SDK has read and what its customizers have said, as Spring does.
 */
class OneStorePerSdkTest {
    private static final int SPANS = 5;

    @TempDir
    Path scratch;

    /** What the SDK reads: the environment and the system properties. */
    private final Map<String, String> environment = new HashMap<>();
    /** What the host says in the end. */
    private final Map<String, String> host = new HashMap<>();

    private final Metrics metrics = new Metrics();
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    private Path directory(int number) {
        return scratch.resolve(Integer.toString(number));
    }

    private AutoConfiguredOpenTelemetrySdkBuilder builder() {
        host.put("otel.metrics.exporter", "none");
        host.put("otel.logs.exporter", "none");
        host.put("otel.exporter.offspan.path", scratch.toString());
        AutoConfiguredOpenTelemetrySdkBuilder builder = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> environment)
                .addMeterProviderCustomizer((meters, config) -> meters.registerMetricReader(metrics));
        return AutoConfigureUtil.setConfigPropertiesCustomizer(
                builder, read -> DefaultConfigProperties.createFromMap(host));
    }

    private OpenTelemetrySdk start() {
        return builder().build().getOpenTelemetrySdk();
    }

    private static void spans(OpenTelemetrySdk sdk) {
        for (int i = 0; i < SPANS; i++) {
            sdk.getTracer("test").spanBuilder("span " + i).startSpan().end();
        }
    }

    private static void flush(OpenTelemetrySdk sdk) {
        sdk.getSdkTracerProvider().forceFlush().join(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "offspan", "none"})
    void storesEachSpanOnceBeforeItsEndReturnsWhereTheHostsSourcesWin(String environmentSays) {
        if (!environmentSays.isEmpty()) {
            environment.put("otel.traces.exporter", environmentSays);
        }
        host.put("otel.traces.exporter", "offspan");
        try (OpenTelemetrySdk sdk = start()) {
            spans(sdk);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
            flush(sdk);
            assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", (long) SPANS);
        }
        assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
        assertThat(directory(1)).doesNotExist();
    }

    @Test
    void leavesTheBatchProcessorToTheOthersThatTheHostNames() {
        host.put("otel.traces.exporter", "offspan,noting");
        NotingExporterProvider.seen.set(0);
        try (OpenTelemetrySdk sdk = start()) {
            spans(sdk);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
            flush(sdk);
            assertThat(NotingExporterProvider.seen.get()).isEqualTo(SPANS);
        }
        assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
        assertThat(directory(1)).doesNotExist();
    }

    @Test
    void hasNoBatchProcessorWhereNobodyElseIsNamed() {
        host.put("otel.traces.exporter", "offspan");
        try (OpenTelemetrySdk sdk = start()) {
            assertThat(sdk.getSdkTracerProvider().toString()).doesNotContain("BatchSpanProcessor");
        }
    }

    @Test
    void standsBehindTheBatchProcessorWhereTheHostSaysSo() {
        host.put("otel.traces.exporter", "offspan");
        host.put("otel.exporter.offspan.processor", "batch");
        try (OpenTelemetrySdk sdk = start()) {
            spans(sdk);
            assertThat(StoredSpans.in(directory(0))).isZero();
            flush(sdk);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
            assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", (long) SPANS);
        }
        assertThat(directory(1)).doesNotExist();
    }

    @Test
    void namesTheDirectoryByTheServiceBehindTheBatchProcessor() {
        host.put("otel.traces.exporter", "offspan");
        host.put("otel.exporter.offspan.processor", "batch");
        host.put("otel.exporter.offspan.service.directory", "true");
        host.put("otel.resource.attributes", "service.name=cart");
        try (OpenTelemetrySdk sdk = start()) {
            spans(sdk);
        }
        assertThat(StoredSpans.in(scratch.resolve("cart/0"))).isEqualTo(SPANS);
    }

    @Test
    void recordsNothingWhereTheHostNamesAnother() {
        environment.put("otel.traces.exporter", "offspan");
        host.put("otel.traces.exporter", "noting");
        try (OpenTelemetrySdk sdk = start()) {
            spans(sdk);
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void recordsOnceWhereTheAutoconfigurationIsAskedTwice() {
        host.put("otel.traces.exporter", "offspan");
        AutoConfiguredOpenTelemetrySdkBuilder builder = builder();
        new OffspanAutoConfiguration().customize(builder);
        try (OpenTelemetrySdk sdk = builder.build().getOpenTelemetrySdk()) {
            spans(sdk);
            flush(sdk);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
        }
        assertThat(directory(1)).doesNotExist();
    }

    @Test
    void givesTwoSdksOnPurposeAStoreEachAndTheFirstAgainAfterBothHaveClosed() {
        host.put("otel.traces.exporter", "offspan");
        AutoConfiguredOpenTelemetrySdkBuilder builder = builder();
        try (OpenTelemetrySdk one = builder.build().getOpenTelemetrySdk();
                OpenTelemetrySdk other = builder.build().getOpenTelemetrySdk()) {
            spans(one);
            spans(other);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(SPANS);
            assertThat(StoredSpans.in(directory(1))).isEqualTo(SPANS);
        }
        try (OpenTelemetrySdk again = start()) {
            spans(again);
            assertThat(StoredSpans.in(directory(0))).isEqualTo(2 * SPANS);
        }
    }

    @Test
    void exporterOpensNoStoreBeforeABatchComesWhereNobodyTellsItAnything() {
        host.put("otel.exporter.offspan.path", scratch.toString());
        SpanExporter exporter =
                new OffspanSpanExporterProvider().createExporter(DefaultConfigProperties.createFromMap(host));
        assertThat(scratch).isEmptyDirectory();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build()) {
            provider.get("test").spanBuilder("span").startSpan().end();
            assertThat(StoredSpans.in(directory(0))).isEqualTo(1);
        }
    }

    @Test
    void exporterThatWasShutDownBeforeABatchCameOpensNoStore() {
        host.put("otel.exporter.offspan.path", scratch.toString());
        SpanExporter exporter =
                new OffspanSpanExporterProvider().createExporter(DefaultConfigProperties.createFromMap(host));
        assertThat(exporter.flush().isSuccess()).isTrue();
        assertThat(exporter.shutdown().isSuccess()).isTrue();
        assertThat(scratch).isEmptyDirectory();
    }
}
