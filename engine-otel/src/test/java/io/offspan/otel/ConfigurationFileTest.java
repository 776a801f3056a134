package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host gets that names us in the file of {@code otel.config.file}. */
class ConfigurationFileTest {
    private static final int SPANS = 5;

    @TempDir
    Path scratch;

    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    /** Starts an SDK with span processors as a configuration file has them, PATH standing for the directory of the test. */
    private OpenTelemetrySdk start(String processors) throws IOException {
        Path file = Files.writeString(
                scratch.resolve("otel.yaml"),
                """
                file_format: "1.1"
                tracer_provider:
                  processors:
                """
                        + processors
                                .replace("PATH", scratch.resolve("spans").toString())
                                .indent(4));
        System.setProperty("otel.config.file", file.toString());
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } finally {
            System.clearProperty("otel.config.file");
        }
    }

    private static void spans(OpenTelemetrySdk sdk) {
        for (int i = 0; i < SPANS; i++) {
            sdk.getTracer("test").spanBuilder("span " + i).startSpan().end();
        }
    }

    private long stored() {
        return StoredSpans.in(scratch.resolve("spans/0"));
    }

    @Test
    void aProcessorStoresEachSpanBeforeItsEndReturns() throws IOException {
        try (OpenTelemetrySdk sdk = start("""
                - offspan:
                    path: PATH
                """)) {
            spans(sdk);
            assertThat(stored()).isEqualTo(SPANS);
            assertThat(Offspan.current()).isPresent();
        }
        assertThat(Offspan.current()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void anExporterStoresWhatItsProcessorHandsOn() throws IOException {
        try (OpenTelemetrySdk sdk = start("""
                - batch:
                    schedule_delay: 600000
                    exporter:
                      offspan:
                        path: PATH
                """)) {
            spans(sdk);
            assertThat(stored()).as("still in the batch processor").isZero();
            sdk.getSdkTracerProvider().forceFlush().join(10, TimeUnit.SECONDS);
            assertThat(stored()).isEqualTo(SPANS);
        }
    }

    @Test
    void takesTheSettingsOfAnEntryWhateverTheirType() {
        OtelSettings settings = OtelSettings.declared(Map.of(
                "path",
                "spans",
                "budget",
                "100663296",
                "sync_interval",
                "50",
                "max_age",
                "7d",
                "open_modules",
                "true"));
        assertThat(settings.complaint()).isEmpty();
        assertThat(settings.path()).hasToString("spans");
        assertThat(settings.store().toString())
                .contains("budgetBytes = " + (96L << 20))
                .contains("syncInterval = PT0.05S")
                .contains("maxAge = PT168H")
                .contains("openModules = true");
    }

    @Test
    void namesWhatCannotBeUsedAsTheFileSpellsIt() throws IOException {
        try (OpenTelemetrySdk sdk = start("""
                - offspan:
                    path: PATH
                    sync_interval: soon
                    budget: 1
                    open_modules: 3
                    service_directory: true
                """)) {
            spans(sdk);
            assertThat(stored()).isEqualTo(SPANS);
        }
        assertThat(log.lines()).hasSize(1);
        assertThat(log.lines().get(0))
                .contains(
                        "the setting sync_interval = 'soon' cannot be used",
                        "the setting budget = '1' cannot be used",
                        "the setting open_modules = '3' cannot be used",
                        "service_directory is no setting and has no effect; there are attributes, budget,");
    }
}
