package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Terminal;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Reply;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of an export that goes on. */
class MetricsPortTest {
    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://localhost:\\d+/metrics)");
    private static final int PATIENCE_SECONDS = 60;
    private static final long POLL_NANOS = 5_000_000;

    @TempDir
    Path scratch;

    @Test
    void whileAReceiverIsSlowItsExporterAndTheStoreCanBeLookedAt() throws Exception {
        Path data = scratch.resolve("store");
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 60)));
        Ended.of("ingest", "--data", data, file).expect(0);
        CountDownLatch looked = new CountDownLatch(1);
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            receiver.usually(exchange -> {
                exchange.request();
                await(looked);
                return Reply.ok().to(exchange);
            });
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Terminal terminal = Terminal.of(
                    InputStream.nullInputStream(),
                    new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false);
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> Offspan.run(
                    terminal,
                    "export",
                    "--data",
                    data.toString(),
                    "--endpoint",
                    receiver.base(),
                    "--metrics-port",
                    "0",
                    "--timeout",
                    "2m",
                    "--give-up",
                    "2m"));
            try {
                String page = page(address(err));
                String of = "{otel_component_name=\"otlp\",otel_component_type=\"otlp_http_span_exporter\"} ";
                assertThat(page.lines())
                        .contains(
                                "offspan_store_spans_live 60.0",
                                "otel_sdk_exporter_span_exported_total" + of + "0.0",
                                "# TYPE offspan_store_disk_size_bytes gauge",
                                "# TYPE offspan_export_body_sent_bytes_total counter");
                assertThat(page).contains("offspan_export_state{otel_component_name=\"otlp\"", "state=\"sending\"} ");
            } finally {
                looked.countDown();
            }
            assertThat(status.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isZero();
            assertThat(receiver.take()).isEqualTo(60);
        }
    }

    private static void await(CountDownLatch looked) {
        try {
            assertThat(looked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String address(ByteArrayOutputStream err) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
            Matcher said = ADDRESS.matcher(err.toString(StandardCharsets.UTF_8));
            if (said.find()) {
                return said.group(1);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("No address of metrics in: " + err.toString(StandardCharsets.UTF_8));
    }

    private static String page(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void aPortForAFileOrAHostWithoutAPortIsRefused() {
        assertThat(Ended.of("export", "--data", scratch, "--output", "f", "--metrics-port", "0")
                        .expect(2)
                        .err())
                .contains("--output");
        assertThat(Ended.of(
                                "export",
                                "--data",
                                scratch,
                                "--endpoint",
                                "http://localhost:1",
                                "--metrics-host",
                                "0.0.0.0")
                        .expect(2)
                        .err())
                .contains("--metrics-port");
    }
}
