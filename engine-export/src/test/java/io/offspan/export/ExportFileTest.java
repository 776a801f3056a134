package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.export.pack.Compression;
import io.offspan.export.send.DestinationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportFileTest {
    @TempDir
    Path directory;

    private List<ExportConfig> read(Map<String, String> environment, String... lines) throws IOException {
        Path file = directory.resolve("receivers.properties");
        Files.write(file, List.of(lines));
        return ExportFile.read(file, environment);
    }

    @Test
    void everyDestinationHasItsOwnSettingsUnderItsName() throws IOException {
        List<ExportConfig> all = read(
                Map.of("EU_KEY", "s3cr3t-canary"),
                "# two of them",
                "eu.west.otlp_http.endpoint = https://otlp.example.com/v1/traces",
                "eu.west.otlp_http.headers_list = api-key=${EU_KEY},b=${env:OTHER:-two}",
                "eu.west.otlp_http.compression = zstd",
                "eu.west.otlp_http.timeout = 1500",
                "eu.west.otlp_http.max_batch_bytes = 65536",
                "eu.west.otlp_http.backoff_max = 5000",
                "eu.west.otlp_http.probe_interval = 7000",
                "eu.west.otlp_http.concurrent_requests = 2",
                "eu.west.otlp_http.bytes_per_second = 1000000",
                "eu.west.otlp_http.spans_per_second = 5000",
                "archive.otlp_http.endpoint=http://10.0.0.1:4318/tenant",
                "archive.otlp_http.allow_plain_http=true",
                "archive.otlp_http.compression=${PACKING:-}");
        assertThat(all).extracting(ExportConfig::checkpointName).containsExactly("archive", "eu.west");
        ExportConfig archive = all.get(0);
        assertThat(archive.endpoint()).isEqualTo("http://10.0.0.1:4318/tenant");
        assertThat(archive.compression()).isEqualTo(Compression.GZIP);
        ExportConfig west = all.get(1);
        assertThat(west.endpoint()).isEqualTo("https://otlp.example.com/v1/traces");
        assertThat(west.compression()).isEqualTo(Compression.ZSTD);
        assertThat(west.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(west.maxBatchBytes()).isEqualTo(65_536);
        assertThat(west.backoffMax()).isEqualTo(Duration.ofSeconds(5));
        assertThat(west.probeInterval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(west.concurrentRequests()).isEqualTo(2);
        assertThat(west.bytesPerSecond()).isEqualTo(1_000_000);
        assertThat(west.spansPerSecond()).isEqualTo(5_000);
        assertThat(west.toString()).contains("headers = api-key=***, b=***\n").doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.otlp_http.compression=none                 | it has no endpoint; set a.otlp_http.endpoint",
                "A.otlp_http.endpoint=http://localhost        | The checkpoint name 'A'",
                "a.otlp_http.endpoint=http://collector:4318   | allow it with a.otlp_http.allow_plain_http=true",
                "a.otlp_http.endpoint=s3cr3t-canary^          | a.otlp_http.endpoint is not an address",
                "a.otlp_http.endpoint=${NOWHERE}              | the variable NOWHERE, which is not set",
                "a.otlp_http.endpont=http://localhost         | the key 'a.otlp_http.endpont'; keys are",
                "a.zipkin.endpoint=http://localhost           | the key 'a.zipkin.endpoint'; keys are",
                "endpoint=http://localhost                    | the key 'endpoint'; keys are",
                "a.otlp_http.timeout=s3cr3t-canary            | a.otlp_http.timeout is not a whole number",
                "a.otlp_http.timeout=0                        | timeout = PT0S is outside",
                "a.otlp_http.timeout=99999999999999999        | timeout = PT",
                "a.otlp_http.max_batch_bytes=1                | maxBatchBytes = 1 is outside",
                "a.otlp_http.max_batch_bytes=99999999999      | maxBatchBytes = 2147483647 is outside",
                "a.otlp_http.concurrent_requests=17           | concurrentRequests = 17 is outside 1 to 16",
                "a.otlp_http.concurrent_requests=99999999999  | concurrentRequests = 2147483647 is outside 1 to 16",
                "a.otlp_http.bytes_per_second=1               | bytesPerSecond = 1 is",
                "a.otlp_http.spans_per_second=-1              | spansPerSecond = -1 is",
                "a.otlp_http.backoff_max=99999999999999999    | backoffMax = PT",
                "a.otlp_http.probe_interval=0                 | probeInterval = PT0S is outside",
                "a.otlp_http.compression=s3cr3t-canary        | gzip, zstd, none or auto",
                "a.otlp_http.allow_plain_http=s3cr3t-canary   | neither true nor false",
                "a.otlp_http.tls.cert_file=/s3cr3t-canary     | belong together",
                "a.otlp_grpc.endpoint=http://localhost:4317   | needs the module io.offspan:engine-export-grpc",
                "#                                            | names 0 destinations; 1 to 32",
                "a=\\u12                                      | is no file of properties",
            })
    void whatCannotBeUsedIsRefusedByNameAndWithoutSecrets(String line, String message) {
        assertThatThrownBy(() -> read(Map.of(), line))
                .isInstanceOf(DestinationException.class)
                .hasMessageContaining("receivers.properties")
                .hasMessageContaining(message)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("canary"));
    }

    @Test
    void keysThatComeTwiceAndDestinationsWithTwoExportersAreRefused() {
        assertThatThrownBy(() -> read(
                        Map.of(),
                        "a.otlp_http.endpoint=http://localhost:1/x",
                        "a.otlp_http.endpoint=http://localhost:2/x"))
                .hasMessageContaining("the key 'a.otlp_http.endpoint' twice");
        assertThatThrownBy(() -> read(
                        Map.of(),
                        "a.otlp_http.endpoint=http://localhost:1/x",
                        "a.otlp_grpc.endpoint=http://localhost:2"))
                .hasMessageContaining("both otlp_http and otlp_grpc");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ExportFile.read(directory.resolve("none"), Map.of()))
                .isInstanceOf(DestinationException.class)
                .hasMessageContaining("none cannot be read (NoSuchFileException)");
    }
}
