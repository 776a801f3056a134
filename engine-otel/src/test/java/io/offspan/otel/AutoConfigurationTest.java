package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.core.BlockCursor;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host gets that names us in {@code otel.traces.exporter}, whatever state it and its disk are in. */
class AutoConfigurationTest {
    private static final int SPANS = 5;

    @TempDir
    Path scratch;

    private final Map<String, String> properties = new HashMap<>(
            Map.of("otel.traces.exporter", "offspan", "otel.metrics.exporter", "none", "otel.logs.exporter", "none"));
    private final Metrics metrics = new Metrics();
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    private Path path() {
        return scratch.resolve("spans");
    }

    private AutoConfigureFixture start() {
        properties.putIfAbsent("otel.exporter.offspan.path", path().toString());
        return new AutoConfigureFixture(AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> properties)
                .addMeterProviderCustomizer((meters, config) -> meters.registerMetricReader(metrics))
                .build()
                .getOpenTelemetrySdk());
    }

    /** An SDK under test. */
    private record AutoConfigureFixture(OpenTelemetrySdk sdk) implements AutoCloseable {
        void spans() {
            Tracer tracer = sdk.getTracer("test");
            for (int i = 0; i < SPANS; i++) {
                tracer.spanBuilder("span " + i).startSpan().end();
            }
        }

        @Override
        public void close() {
            sdk.close();
        }
    }

    @Test
    void storesEachSpanBeforeItsEndReturns() {
        try (var host = start()) {
            for (int i = 1; i <= SPANS; i++) {
                host.sdk.getTracer("test").spanBuilder("one").startSpan().end();
                assertThat(StoredSpans.in(path().resolve("0"))).isEqualTo(i);
            }
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void leavesOtherExportersAsTheyAre() {
        properties.put("otel.traces.exporter", "noting , offspan");
        NotingExporterProvider.seen.set(0);
        try (var host = start()) {
            host.spans();
            assertThat(StoredSpans.in(path().resolve("0"))).isEqualTo(SPANS);
            assertThat(NotingExporterProvider.seen.get())
                    .as("still in the batch processor")
                    .isZero();
            host.sdk.getSdkTracerProvider().forceFlush().join(60, TimeUnit.SECONDS);
            assertThat(NotingExporterProvider.seen.get()).isEqualTo(SPANS);
        }
        assertThat(StoredSpans.in(path().resolve("0"))).as("once").isEqualTo(SPANS);
    }

    @Test
    void touchesNothingWhenItIsNotNamed() {
        properties.put("otel.traces.exporter", "noting");
        try (var host = start()) {
            host.spans();
        }
        assertThat(path()).doesNotExist();
        assertThat(metrics.read()).isEmpty();
        assertThat(log.lines()).isEmpty();
        assertThat(log.notes()).isEmpty();
    }

    @Test
    void touchesNothingWhenTheSdkIsDisabled() {
        properties.put("otel.sdk.disabled", "true");
        try (var host = start()) {
            host.spans();
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void standsBehindTheBatchProcessorWhenAsked() {
        properties.put("otel.exporter.offspan.processor", "batch");
        try (var host = start()) {
            host.spans();
            assertThat(StoredSpans.in(path().resolve("0"))).isZero();
            host.sdk.getSdkTracerProvider().forceFlush().join(60, TimeUnit.SECONDS);
            assertThat(StoredSpans.in(path().resolve("0"))).isEqualTo(SPANS);
            assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", (long) SPANS);
        }
    }

    @Test
    void leavesOutWhatTheSamplerDrops() {
        properties.put("otel.traces.sampler", "always_off");
        try (var host = start()) {
            host.spans();
            assertThat(StoredSpans.in(path().resolve("0"))).isZero();
        }
    }

    @Test
    void showsItsCountersAsMeters() throws IOException {
        try (var host = start()) {
            host.spans();
            host.sdk.getSdkTracerProvider().forceFlush().join(60, TimeUnit.SECONDS);
            long before = metrics.read().get("offspan.store.disk.size");
            Path index = Files.createDirectories(path().resolve("0/index"));
            Files.write(index.resolve("19700101-0005V.idx"), new byte[1_000]);
            assertThat(metrics.read()).containsEntry("offspan.store.disk.size", before + 1_000);
            assertThat(metrics.read())
                    .containsEntry("offspan.store.spans.accepted", (long) SPANS)
                    .containsEntry("offspan.store.spans.pending", 0L)
                    .containsEntry("offspan.store.spans.dropped noSlab", 0L)
                    .containsEntry("offspan.store.spans.dropped unfit", 0L)
                    .containsEntry("offspan.store.syncs.failed", 0L)
                    .containsEntry("offspan.store.disk.held", 0L)
                    .hasEntrySatisfying(
                            "offspan.store.log.written",
                            bytes -> assertThat(bytes).isPositive())
                    .hasEntrySatisfying(
                            "offspan.store.disk.size",
                            bytes -> assertThat(bytes).isGreaterThan(16L << 20));
        }
    }

    @Test
    void takesTheNextDirectoryWhenTheFirstIsHeldAndTheFirstAgainAfterARestart() {
        try (var first = start();
                var second = start()) {
            first.spans();
            second.spans();
            second.spans();
            assertThat(StoredSpans.in(path().resolve("0"))).isEqualTo(SPANS);
            assertThat(StoredSpans.in(path().resolve("1"))).isEqualTo(2 * SPANS);
        }
        try (var again = start()) {
            again.spans();
            assertThat(StoredSpans.in(path().resolve("0"))).isEqualTo(2 * SPANS);
        }
        assertThat(path().resolve("2")).doesNotExist();
        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"cart/api,cart_api", "..,service-__", "42,service-42", "çart,_art"})
    void namesTheDirectoryByTheServiceWhenAsked(String service, String directory) {
        properties.put("otel.exporter.offspan.service.directory", "true");
        properties.put("otel.service.name", service);
        try (var host = start()) {
            host.spans();
            assertThat(StoredSpans.in(path().resolve(directory).resolve("0"))).isEqualTo(SPANS);
        }
    }

    @Test
    void runsWithoutAStoreWhereAllDirectoriesAreHeld() {
        properties.put("otel.exporter.offspan.max.directories", "1");
        SpanStore held = SpanStore.open(path().resolve("0"));
        try (var host = start()) {
            dropsAndCounts(host, "otel.exporter.offspan.max.directories", "process");
        }
        held.close();
    }

    @Test
    void runsWithoutAStoreWhereThePathIsAFile() throws IOException {
        Files.writeString(path(), "a file");
        try (var host = start()) {
            dropsAndCounts(host, "is not a directory", "otel.exporter.offspan.path");
        }
    }

    @Test
    void runsWithoutAStoreWhereThePathIsAStoreItself() {
        SpanStore.open(path()).close();
        try (var host = start()) {
            dropsAndCounts(host, "is a store itself", "otel.exporter.offspan.path");
        }
    }

    @Test
    void runsWithoutAStoreWhereTheDirectoryHoldsSomethingElse() throws IOException {
        Files.createDirectories(path().resolve("0"));
        Files.writeString(path().resolve("0/notes.txt"), "mine");
        try (var host = start()) {
            dropsAndCounts(host, "'notes.txt'", "use an empty directory");
        }
    }

    @Test
    void runsWithoutAStoreWhereNoDirectoryCanBeMade() throws IOException {
        Files.writeString(scratch.resolve("file"), "");
        properties.put(
                "otel.exporter.offspan.path", scratch.resolve("file/below").toString());
        try (var host = start()) {
            dropsAndCounts(host, "cannot be made", "otel.exporter.offspan.path");
        }
    }

    private void dropsAndCounts(AutoConfigureFixture host, String... remedy) {
        host.spans();
        assertThat(log.lines()).hasSize(1);
        assertThat(log.lines().get(0)).contains(remedy).doesNotContain("\n");
        assertThat(metrics.read())
                .containsEntry("offspan.store.spans.dropped notOpen", (long) SPANS)
                .containsEntry("offspan.store.spans.accepted", 0L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "budget | much | 512MiB",
                "budget | 1MiB | outside 67108864",
                "budget | 99999999999TiB | 2^63",
                "durability | sync | process or interval",
                "sync.interval | soon | 250ms",
                "sync.interval | 1ms | outside PT0.01S",
                "overflow | block | drop or wait",
                "max.wait | 2h | outside PT0S to PT1M",
                "max.age | -3 | outside",
                "max.span.size | 1GiB | outside 4096",
                "max.span.size | 8GiB | outside 4096",
                "max.directories | 0 | 1 to 1024",
                "service.directory | yes | true or false",
                "processor | simple | immediate or batch",
            })
    void namesASettingThatCannotBeUsedAndRecordsWithItsDefault(String name, String value, String remedy) {
        properties.put("otel.exporter.offspan." + name, value);
        try (var host = start()) {
            host.spans();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0)).contains("otel.exporter.offspan." + name, "'" + value + "'", remedy);
            assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", (long) SPANS);
        }
    }

    @Test
    void namesASettingThatDoesNotExist() {
        System.setProperty("otel.exporter.offspan.bugdet", "1GiB");
        try (var host = start()) {
            host.spans();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0)).contains("otel.exporter.offspan.bugdet is no setting", "offspan.budget,");
            assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", (long) SPANS);
        } finally {
            System.clearProperty("otel.exporter.offspan.bugdet");
        }
    }

    @Test
    void takesTheSettingsThatItIsGiven() {
        properties.put("otel.exporter.offspan.budget", "96 mib");
        properties.put("otel.exporter.offspan.durability", "Process");
        properties.put("otel.exporter.offspan.sync.interval", "50ms");
        properties.put("otel.exporter.offspan.overflow", "WAIT");
        properties.put("otel.exporter.offspan.max.wait", "2s");
        properties.put("otel.exporter.offspan.max.age", "7d");
        properties.put("otel.exporter.offspan.max.span.size", "64k");
        OtelSettings settings = OtelSettings.read(DefaultConfigProperties.createFromMap(properties), "");
        assertThat(settings.complaint()).isEmpty();
        assertThat(settings.store().toString())
                .contains("budgetBytes = " + (96L << 20))
                .contains("durability = PROCESS")
                .contains("syncInterval = PT0.05S")
                .contains("overflow = WAIT")
                .contains("maxWait = PT2S")
                .contains("maxAge = PT168H")
                .contains("maxSpanBytes = 65536");
    }

    @Test
    void storesOfAttributesWhatTheRulesLeave() throws IOException {
        properties.put("otel.exporter.offspan.attributes", "drop span.secret; mask resource.* s3[a-z]*");
        properties.put("otel.resource.attributes", "shown=public,half=as s3cret as that");
        try (var host = start()) {
            host.sdk
                    .getTracer("test")
                    .spanBuilder("one")
                    .setAttribute("secret", "s3cret")
                    .setAttribute("shown", "public")
                    .startSpan()
                    .end();
            Resource resource = onlySpan().resource();
            assertThat(onlySpan().attributes().toString()).contains("public").doesNotContain("secret");
            assertThat(resource.attributes().toString()).contains("public", "as *** as that");
            assertThat(metrics.read())
                    .containsEntry("offspan.store.attributes.removed", 1L)
                    .containsEntry("offspan.store.attributes.masked", 1L);
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void storesNoAttributeWhereTheRulesCannotBeRead() {
        properties.put("otel.exporter.offspan.attributes", "drop secret");
        properties.put("otel.service.name", "cart");
        try (var host = start()) {
            host.sdk
                    .getTracer("test")
                    .spanBuilder("one")
                    .setAttribute("secret", "s3cret")
                    .startSpan()
                    .end();
            assertThat(onlySpan().attributes().size()).isZero();
            assertThat(onlySpan().serviceName()).isEqualTo("cart");
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0))
                    .contains(
                            "otel.exporter.offspan.attributes cannot be read",
                            "\"drop secret\"",
                            "drop span.user.email");
        }
    }

    private Span onlySpan() {
        try (StoreReader reader = StoreReader.open(path().resolve("0"));
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            assertThat(blocks.next()).isTrue();
            return Span.of(blocks.open().span(0));
        }
    }

    @Test
    void exporterSaysWhetherEverySpanOfABatchWasStored() {
        try (SpanStore store = SpanStore.open(path())) {
            OffspanSpanExporter exporter = OffspanSpanExporter.into(store);
            Telling telling = new Telling(exporter);
            try (SdkTracerProvider provider = SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(telling))
                    .build()) {
                provider.get("test").spanBuilder("small").startSpan().end();
                assertThat(telling.last.isSuccess()).isTrue();
                assertThat(exporter.flush().isSuccess()).isTrue();
                provider.get("test")
                        .spanBuilder("x".repeat(3 << 20))
                        .startSpan()
                        .end();
                assertThat(telling.last.isSuccess()).isFalse();
            }
            assertThat(exporter.stored()).isEqualTo(1);
            assertThat(exporter.refused()).isEqualTo(1);
            assertThat(exporter.export(List.of()).isSuccess())
                    .as("after shutdown")
                    .isFalse();
        }
    }

    private static final class Telling implements SpanExporter {
        private final SpanExporter to;
        private CompletableResultCode last = CompletableResultCode.ofFailure();

        Telling(SpanExporter to) {
            this.to = to;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            last = to.export(spans);
            return last;
        }

        @Override
        public CompletableResultCode flush() {
            return to.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return to.shutdown();
        }
    }
}
