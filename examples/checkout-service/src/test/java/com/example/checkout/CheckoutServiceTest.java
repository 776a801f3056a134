package com.example.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanStatus;
import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Filter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README of the example promises. */
class CheckoutServiceTest {
    @TempDir
    Path spans;

    @Test
    void whatTheServiceDidIsFoundInItsStoreWhileItRuns() throws IOException, InterruptedException {
        try (OpenTelemetrySdk sdk = sdk();
                CheckoutService service = new CheckoutService(sdk, 0);
                StoreReader reader = StoreReader.open(spans.resolve("0"))) {
            assertThat(get(service, "42")).isEqualTo("sold\n");
            assertThat(get(service, "7")).isEqualTo("sold\n");
            assertThat(get(service, "13")).isEqualTo("declined\n");
            // A client may have its answer before the span of its request has ended.
            service.close();

            assertThat(names(reader, Filter.service("checkout")))
                    .containsExactlyInAnyOrder(
                            "GET /checkout",
                            "charge card",
                            "order parcel",
                            "GET /checkout",
                            "charge card",
                            "order parcel",
                            "GET /checkout",
                            "charge card");
            assertThat(names(reader, Filter.status(SpanStatus.ERROR))).containsExactly("charge card");
        }
    }

    private OpenTelemetrySdk sdk() {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.service.name", "checkout",
                        "otel.traces.exporter", "offspan",
                        "otel.exporter.offspan.path", spans.toString(),
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none"))
                .build()
                .getOpenTelemetrySdk();
    }

    private static String get(CheckoutService service, String cart) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + service.port() + "/checkout?cart=" + cart);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }

    private static List<String> names(StoreReader reader, Filter filter) {
        List<String> names = new ArrayList<>();
        try (SpanCursor found = QueryEngine.over(reader).find(Query.where(filter))) {
            while (found.next()) {
                names.add(found.view().name());
            }
        }
        return names;
    }
}
