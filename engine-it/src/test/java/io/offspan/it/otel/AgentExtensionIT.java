package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java agent with the extension stores the spans of a service that knows nothing of either, in a JVM without any flag. */
@Timeout(300)
class AgentExtensionIT {
    private static final Path AGENT = Path.of("target", "agent", "opentelemetry-javaagent.jar");
    private static final Path EXTENSION = Path.of("..", "engine-otel", "target", "offspan-javaagent-extension.jar")
            .normalize();
    private static final long POLL_NANOS = 5_000_000;
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    @TempDir
    Path scratch;

    @Test
    void storesTheSpansOfTheAgentBeforeTheServiceIsKilled() {
        stores(
                "sdk-java-agent",
                "-Dotel.traces.exporter=offspan",
                "-Dotel.metrics.exporter=none",
                "-Dotel.logs.exporter=none",
                "-Dotel.exporter.offspan.path=" + path());
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void storesThemWhereAConfigurationFileNamesIt() throws IOException {
        Path file = Files.writeString(scratch.resolve("otel.yaml"), """
                file_format: "1.0"
                tracer_provider:
                  processors:
                    - offspan:
                        path: %s
                """.formatted(path()));
        stores("sdk-java-agent-file", "-Dotel.config.file=" + file);
    }

    private Path path() {
        return scratch.resolve("spans");
    }

    private void stores(String name, String... settings) {
        Gate gate = new Gate(name, 0);
        if (!Files.exists(EXTENSION)) {
            gate.notRun("the extension is built by the package phase");
            return;
        }
        ChildJvm.Builder starting = ChildJvm.of(AgentApp.class)
                .withoutAccess()
                .flag("-javaagent:" + AGENT.toAbsolutePath())
                .flag("-Dotel.javaagent.extensions=" + EXTENSION.toAbsolutePath())
                .scratch(scratch);
        for (String setting : settings) {
            starting.flag(setting);
        }
        try (ChildJvm child = starting.start()) {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (!child.output().contains("served")) {
                assertThat(child.alive() && System.nanoTime() - deadline < 0)
                        .as(child.report())
                        .isTrue();
                LockSupport.parkNanos(POLL_NANOS);
            }
            assertThat(child.kill()).isEqualTo(ChildJvm.KILLED);
            long spans = spans(path().resolve("0"));
            gate.put("requests", AgentApp.REQUESTS).put("spans", spans).report(spans >= AgentApp.REQUESTS);
            assertThat(spans).as(child.report()).isGreaterThanOrEqualTo(AgentApp.REQUESTS);
        }
    }

    private static long spans(Path store) {
        long spans = 0;
        try (StoreReader reader = StoreReader.open(store);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                spans += blocks.open().count();
            }
        }
        return spans;
    }
}
