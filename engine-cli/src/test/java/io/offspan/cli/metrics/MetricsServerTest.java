package io.offspan.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.cli.terminal.CommandException;
import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Metrics over a real socket, as a scraper gets them. */
class MetricsServerTest {
    private static final Metric SENT = new Metric("offspan.test.sent", Kind.COUNTER, "By", "Bytes that went out");
    private static final Metric WAITING = new Metric("offspan.test.waiting", Kind.LEVEL, "{span}", "Spans that wait");

    private static HttpResponse<String> get(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        request.timeout(Duration.ofSeconds(60));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aScraperGetsEveryReadingWithItsTypeUnitAndLabels() throws Exception {
        List<Reading> readings = List.of(
                new Reading(SENT, Map.of("otel.component.name", "a \"b\"\n"), 1L << 40),
                new Reading(SENT, Map.of("otel.component.name", "c"), 7),
                new Reading(WAITING, 12));
        try (MetricsServer server = MetricsServer.start("localhost", 0, () -> readings)) {
            assertThat(server.address()).startsWith("http://localhost:").endsWith("/metrics");
            HttpResponse<String> answer = get(server.address());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type").orElseThrow())
                    .startsWith("text/plain; version=0.0.4");
            assertThat(answer.body().lines())
                    .contains(
                            "# TYPE offspan_test_sent_bytes_total counter",
                            "# HELP offspan_test_sent_bytes_total Bytes that went out",
                            "offspan_test_sent_bytes_total{otel_component_name=\"a \\\"b\\\"\\n\"} 1.099511627776E12",
                            "offspan_test_sent_bytes_total{otel_component_name=\"c\"} 7.0",
                            "# TYPE offspan_test_waiting gauge",
                            "offspan_test_waiting 12.0");
            assertThat(get(server.address(), "Accept", "application/openmetrics-text; version=1.0.0")
                            .body())
                    .contains("# UNIT offspan_test_sent_bytes bytes")
                    .endsWith("# EOF\n");
        }
    }

    @Test
    void someWhoAskHalfAQuestionKeepNobodyElseWaiting() throws Exception {
        try (MetricsServer server = MetricsServer.start("localhost", 0, List::of)) {
            URI address = URI.create(server.address());
            List<Socket> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < MetricsServer.THREADS - 1; i++) {
                    Socket socket = new Socket(address.getHost(), address.getPort());
                    stalled.add(socket);
                    socket.getOutputStream().write("GET /metrics HT".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(get(server.address()).statusCode()).isEqualTo(200);
            } finally {
                for (Socket socket : stalled) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void whatIsNoQuestionForMetricsGetsNone() throws Exception {
        try (MetricsServer server = MetricsServer.start("localhost", 0, () -> {
            throw new IllegalStateException("no store");
        })) {
            String root = server.address().replace("/metrics", "/");
            assertThat(get(root).statusCode()).isEqualTo(404);
            HttpRequest post = HttpRequest.newBuilder(URI.create(server.address()))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(post, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(405);
            HttpResponse<String> failed = get(server.address());
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(failed.body()).isEqualTo("The store cannot be read: no store\n");
        }
    }

    @Test
    void aPortThatIsTakenOrNoneIsRefusedWithTheOptions() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            assertThatThrownBy(() -> MetricsServer.start("localhost", taken.getLocalPort(), List::of))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining(":" + taken.getLocalPort())
                    .hasMessageContaining("--metrics-port");
        }
        assertThatThrownBy(() -> MetricsServer.start("localhost", 70_000, List::of))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("0 (any free one) to 65535");
    }
}
