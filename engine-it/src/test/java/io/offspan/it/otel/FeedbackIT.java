package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the Java agent instrumenting the HTTP client, an exporter's requests do not make spans that it then sends. */
@Timeout(300)
class FeedbackIT {
    private static final Path AGENT = Path.of("target", "agent", "opentelemetry-javaagent.jar");

    @TempDir
    Path scratch;

    @Test
    void anIdleStoreStaysAsItIsWhileItsExporterIsHiddenFromTheAgentAndGrowsWithoutThat() throws IOException {
        assertThat(AGENT).exists();
        try (ChildJvm hidden = observer("hidden", true);
                ChildJvm seen = observer("seen", false)) {
            long flat = grown(hidden);
            long growing = grown(seen);
            boolean pass = flat == 0 && growing > 0;
            new Gate("no-feedback", 0)
                    .put("grown", flat)
                    .put("grown_without_scope", growing)
                    .put("window_s", 2)
                    .report(pass);
            assertThat(flat).as("spans that the exporter's requests made").isZero();
            assertThat(growing).as("spans without the scope, the planted bug").isPositive();
        }
    }

    private static long grown(ChildJvm child) {
        assertThat(child.await(90)).as(child.report()).isZero();
        Matcher line = Pattern.compile("grown (\\d+)").matcher(child.output());
        assertThat(line.find()).as(child.report()).isTrue();
        return Long.parseLong(line.group(1));
    }

    private ChildJvm observer(String name, boolean scope) throws IOException {
        int port = freePort();
        Path data = Files.createDirectory(scratch.resolve(name));
        return ChildJvm.of(SelfObserver.class)
                .flag("-javaagent:" + AGENT.toAbsolutePath())
                .flag("-Dotel.traces.exporter=otlp")
                .flag("-Dotel.metrics.exporter=none")
                .flag("-Dotel.logs.exporter=none")
                .flag("-Dotel.exporter.otlp.protocol=http/protobuf")
                .flag("-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + port)
                .flag("-Dotel.bsp.schedule.delay=50")
                // Requests that come in are none of this test's business.
                .flag("-Dotel.instrumentation.common.default-enabled=false")
                .flag("-Dotel.instrumentation.java-http-client.enabled=true")
                .flag("-Dotel.instrumentation.opentelemetry-api.enabled=true")
                .arguments(data.resolve("store"), port, scope)
                .scratch(scratch)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
