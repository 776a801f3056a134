package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.Destination;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.Headers;
import io.offspan.export.send.OtlpGrpcSender;
import io.offspan.export.send.Protocol;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportConfigTest {
    private static final String GENERAL = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";
    private static final String CANARY = "s3cr3t-canary";

    @TempDir
    Path temporary;

    private static ExportConfig of(String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return ExportConfig.fromEnvironment(map);
    }

    @ParameterizedTest
    @CsvSource({
        ",,http://localhost:4318/v1/traces",
        "https://a:4318,,https://a:4318/v1/traces",
        "https://a:4318/,,https://a:4318/v1/traces",
        "https://a/otlp,,https://a/otlp/v1/traces",
        "https://a/otlp/,,https://a/otlp/v1/traces",
        "https://a,https://b:1/here,https://b:1/here",
        "https://a,https://b:1,https://b:1/",
        "https://a,'   ',https://a/v1/traces",
        "http://127.0.0.1:4318,,http://127.0.0.1:4318/v1/traces",
        "http://[::1]:4318,,http://[::1]:4318/v1/traces",
    })
    void endpointsFollowTheRulesOfOpenTelemetry(String general, String traces, String expected) {
        ExportConfig config = of(
                GENERAL + "ENDPOINT",
                general == null ? "" : general,
                TRACES + "ENDPOINT",
                traces == null ? "" : traces);
        assertThat(config.endpoint()).isEqualTo(expected);
    }

    @Test
    void theVariableForTracesGoesFirst() {
        ExportConfig config = of(
                GENERAL + "TIMEOUT",
                "1000",
                TRACES + "TIMEOUT",
                "2000",
                GENERAL + "COMPRESSION",
                "gzip",
                TRACES + "COMPRESSION",
                "none",
                GENERAL + "HEADERS",
                "a=1",
                TRACES + "HEADERS",
                "b=2, C = x%2C%20y ,",
                GENERAL + "PROTOCOL",
                "grpc",
                TRACES + "PROTOCOL",
                "http/protobuf",
                "OFFSPAN_EXPORT_CHECKPOINT",
                "backend-2",
                "OFFSPAN_EXPORT_MAX_BATCH_BYTES",
                "65536",
                "OFFSPAN_EXPORT_BACKOFF_MAX",
                "5000",
                "OFFSPAN_EXPORT_PROBE_INTERVAL",
                "7000");
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.compression()).isEqualTo(Compression.NONE);
        assertThat(config.toString()).contains("headers = b=***, c=***\n");
        assertThat(config.checkpointName()).isEqualTo("backend-2");
        assertThat(config.maxBatchBytes()).isEqualTo(65_536);
        assertThat(config.backoffMax()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.probeInterval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(of(GENERAL + "TIMEOUT", "1500").timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(of().compression()).isEqualTo(Compression.GZIP);
        assertThat(of(GENERAL + "COMPRESSION", "ZSTD").compression()).isEqualTo(Compression.ZSTD);
        assertThat(of(GENERAL + "COMPRESSION", "auto").compression()).isEqualTo(Compression.AUTO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://collector:4318",
                "http://10.0.0.1",
                "http://localhost.example:4318",
                "http://127.0.0.1.example"
            })
    void plainHttpToAnotherMachineHasToBeAllowed(String endpoint) {
        assertThatThrownBy(() -> of(GENERAL + "ENDPOINT", endpoint))
                .isInstanceOf(DestinationException.class)
                .hasMessageContaining("OFFSPAN_EXPORT_ALLOW_PLAIN_HTTP=true");
        assertThat(of(GENERAL + "ENDPOINT", endpoint, "OFFSPAN_EXPORT_ALLOW_PLAIN_HTTP", "true")
                        .endpoint())
                .startsWith(endpoint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENDPOINT    | ftp://a                   | http",
                "ENDPOINT    | collector:4318            | http",
                "ENDPOINT    | localhost                 | http",
                "ENDPOINT    | https://s3cr3t-canary^@a  | not an address",
                "ENDPOINT    | https://u:s3cr3t-canary@a:99999 | names no host",
                "ENDPOINT    | https:///v1               | names no host",
                "PROTOCOL    | grpc                      | engine-export-grpc",
                "PROTOCOL    | http/json                 | http/protobuf",
                "PROTOCOL    | s3cr3t-canary             | http/protobuf",
                "TIMEOUT     | 10s                       | whole number",
                "TIMEOUT     | 0                         | outside",
                "COMPRESSION | s3cr3t-canary             | gzip, zstd, none or auto",
                "HEADERS     | s3cr3t-canary             | Entry 1",
                "HEADERS     | a=b,=s3cr3t-canary        | Entry 2",
                "HEADERS     | a=s3cr3t-canary%2         | %25",
                "HEADERS     | a=s3cr3t-canary%0d%0ab:c  | cannot carry",
                "HEADERS     | a b=s3cr3t-canary         | name of a header",
                "HEADERS     | Host=s3cr3t-canary        | set by the exporter",
                "CERTIFICATE | /s3cr3t-canary.pem        | cannot be read",
                "CLIENT_KEY  | /s3cr3t-canary.pem        | belong together",
            })
    void settingsThatCannotBeUsedAreRefusedWithoutTheirSecrets(String key, String value, String message) {
        assertThatThrownBy(() -> {
                    ExportConfig config = of(GENERAL + key, value);
                    new io.offspan.export.send.OtlpHttpSender(
                            config.destination(),
                            new Choice(config.compression()),
                            config.timeout(),
                            System::currentTimeMillis);
                })
                .isInstanceOfAny(DestinationException.class, IllegalArgumentException.class)
                .hasMessageContaining(message)
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("canary"));
    }

    @Test
    void aModuleOfGrpcWithoutItsLibraryIsRefusedWithWhatItNeeds() {
        Destination destination = Destination.of(
                URI.create("http://localhost:4317"), Headers.none(), null, false, Map.of(), Protocol.GRPC);
        assertThatThrownBy(() -> new OtlpGrpcSender(
                        destination,
                        (address, tls) -> {
                            throw new NoClassDefFoundError("org/eclipse/jetty/http2/client/HTTP2Client");
                        },
                        new Choice(Compression.NONE),
                        Duration.ofSeconds(1)))
                .isInstanceOf(DestinationException.class)
                .hasMessageContainingAll(
                        "io.offspan:engine-export-grpc", "jetty-http2-client", "Jetty 12.1", "HTTP2Client");
    }

    @Test
    void checkpointNamesAreNamesOfPlainFiles() {
        List<String> wrong = new ArrayList<>(
                List.of("", ".", "..", "../x", "a/b", "A", "a b", ".x", "x.lock", "x.new", "x.status", "é"));
        wrong.add("x".repeat(65));
        for (String name : wrong) {
            assertThatThrownBy(() -> ExportConfig.builder().checkpointName(name))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 64");
        }
        assertThat(ExportConfig.builder().checkpointName("x".repeat(64)).build().checkpointName())
                .hasSize(64);
    }

    @Test
    void limitsOfTheFlowAreReadAndHaveBounds() {
        assertThat(ExportConfig.builder().build().toString())
                .contains("concurrentRequests = 4\n", "bytesPerSecond = no limit\n", "spansPerSecond = no limit\n");
        assertThat(ExportConfig.builder().adaptive(false).build().concurrentRequests())
                .isEqualTo(1);
        assertThat(ExportConfig.fromEnvironment(Map.of(
                                "OFFSPAN_EXPORT_CONCURRENT_REQUESTS", "16",
                                "OFFSPAN_EXPORT_BYTES_PER_SECOND", "1024",
                                "OFFSPAN_EXPORT_SPANS_PER_SECOND", "1"))
                        .toString())
                .contains("concurrentRequests = 16\n", "bytesPerSecond = 1024\n", "spansPerSecond = 1\n");
        for (Map<String, String> wrong : List.of(
                Map.of("OFFSPAN_EXPORT_CONCURRENT_REQUESTS", "0"),
                Map.of("OFFSPAN_EXPORT_CONCURRENT_REQUESTS", "17"),
                Map.of("OFFSPAN_EXPORT_BYTES_PER_SECOND", "1023"),
                Map.of("OFFSPAN_EXPORT_SPANS_PER_SECOND", "-1"))) {
            assertThatThrownBy(() -> ExportConfig.fromEnvironment(wrong))
                    .as("%s", wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("[a-zA-Z]+ = -?\\d+ is .* \\d+ .*|[a-zA-Z]+ = \\d+ is outside 1 to 16");
        }
    }

    /** A receiver that repeats everything it was given, in every place where that could be printed. */
    @Test
    void noSecretReachesAnyOutput() throws IOException {
        StringBuilder printed = new StringBuilder();
        try (SpanStore store = TestSpans.open(temporary.resolve("store"));
                TestDestination to = new TestDestination(store)) {
            TestSpans.append(store, 1, 4);
            to.config
                    .endpoint(URI.create("http://user:" + CANARY + "-1@localhost:" + to.receiver.port()
                            + "/v1/traces?key=" + CANARY + "-2"))
                    .header("x-api-key", CANARY + "-3")
                    .header("x-token", "Bearer " + CANARY + "-4")
                    .timeout(Duration.ofSeconds(2));
            Reply echo = exchange -> {
                Received request = exchange.request();
                assertThat(request.headers().get("authorization")).startsWith("Basic ");
                assertThat(request.path()).endsWith(CANARY + "-2");
                String all = request.headers() + " " + request.path() + " user:" + CANARY + "-1 " + CANARY + "-4";
                int code = new int[] {503, 400, 401, 302, 200, 200}
                        [Math.min(5, to.receiver.received().size() - 1)];
                Reply answer = code == 200
                        ? Reply.partial(1, all)
                        : Reply.answer(
                                code,
                                all.getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "text/plain",
                                "Location",
                                "http://localhost/" + CANARY,
                                "Retry-After",
                                CANARY);
                return answer.to(exchange);
            };
            to.receiver.usually(echo);
            printed.append(to.config.build());
            printed.append(new Certificates(Path.of(CANARY), Path.of(CANARY), Path.of(CANARY)));
            for (int i = 0; i < 8; i++) {
                printed.append(to.runAfter(Duration.ofMinutes(1)));
            }
            assertThat(to.agent().status().spans()).isEqualTo(4);
            to.receiver.then(Reply.babble(CANARY + "-3 no http"));
            TestSpans.append(store, 5, 5);
            ExportStatus broken = to.runAfter(Duration.ofMinutes(1));
            assertThat(broken.state()).isEqualTo(ExportStatus.State.RETRYING);
            printed.append(broken);
        }
        assertThat(printed.toString()).contains("***").doesNotContain("canary", "dXNlcj");
    }
}
