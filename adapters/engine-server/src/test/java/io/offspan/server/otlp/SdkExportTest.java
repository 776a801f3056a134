package io.offspan.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.server.ServerCase;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Spans from the exporters of OpenTelemetry's Java SDK. */
class SdkExportTest extends ServerCase {
    @Test
    void storesWhatEachExporterSends() throws Exception {
        String endpoint = "http://localhost:" + server.address().getPort();
        int sent = 0;
        for (SpanExporter exporter : Stream.of("none", "gzip")
                .flatMap(packing -> Stream.<SpanExporter>of(
                        OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint + "/v1/traces")
                                .setCompression(packing)
                                .build(),
                        OtlpGrpcSpanExporter.builder()
                                .setEndpoint(endpoint)
                                .setCompression(packing)
                                .build()))
                .toList()) {
            try (SdkTracerProvider provider = SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build()) {
                provider.get("test").spanBuilder("visit").startSpan().end();
                assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess())
                        .isTrue();
            }
            assertThat(stored().size()).isEqualTo(++sent);
        }
    }
}
