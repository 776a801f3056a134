package io.offspan.server.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.server.ServerCase;
import io.offspan.server.otlp.Requests;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpanLinesTest extends ServerCase {
    private static final String PATH = "/api/telemetry/spans";

    @Test
    void givesTheNewestSpansALineEach() throws Exception {
        store.appendOtlp(Requests.of(1, 3).toByteArray());
        HttpResponse<String> answer = get(PATH + "?limit=2");
        assertThat(answer.headers().firstValue("content-type")).contains("application/x-ndjson");
        List<String> lines = answer.body().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .isEqualTo("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
                        + "{\"stringValue\":\"cart\"}}]},\"scopeSpans\":[{\"spans\":[{"
                        + "\"traceId\":\"00000000000000000000000000000001\",\"spanId\":\"00000000000003eb\","
                        + "\"name\":\"GET /cart\",\"startTimeUnixNano\":\"1700000000000000002\","
                        + "\"endTimeUnixNano\":\"1700000000100000002\"}]}]}]}");
        assertThat(get(PATH + "?q=" + URLEncoder.encode("{ status = error }", StandardCharsets.UTF_8))
                        .body())
                .isEmpty();
    }

    @Test
    void whatItGivesCanBeSentAgain() throws Exception {
        store.appendOtlp(Requests.of(1, 1).toByteArray());
        String line = get(PATH).body();
        assertThat(ask(
                                "/v1/traces",
                                request -> request.header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(line)))
                        .body())
                .isEqualTo("{}");
        assertThat(stored().size()).isEqualTo(2);
        assertThat(get(PATH).body().lines().distinct()).hasSize(1);
    }

    @Test
    @Timeout(120)
    void followsWhatComesAndLetsGoOfReadersWhoLeave() throws Exception {
        // More readers than may follow at once, one after the other.
        store.appendOtlp(Requests.of(1, 1).toByteArray());
        for (int round = 2; round < 2 + SpanLines.FOLLOWERS + 2; round++) {
            HttpResponse<InputStream> answer = follow();
            while (answer.statusCode() == 503) {
                // Those who have left are noticed by the spans that are sent to them.
                store.appendOtlp(Requests.of(round, 1).toByteArray());
                LockSupport.parkNanos(1_000_000);
                answer = follow();
            }
            assertThat(answer.statusCode()).isEqualTo(200);
            store.appendOtlp(Requests.of(round, 1).toByteArray());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).startsWith("{\"resourceSpans\":");
            }
        }
    }

    private HttpResponse<InputStream> follow() throws Exception {
        return client.send(HttpRequest.newBuilder(at(PATH + "?follow=true")).build(), BodyHandlers.ofInputStream());
    }

    /** Nothing is written to it, so that nobody would notice when it has gone. */
    @Test
    void aHeadFollowsNothing() throws Exception {
        for (int i = 0; i <= SpanLines.FOLLOWERS; i++) {
            assertThat(ask(
                                    PATH + "?follow=true",
                                    request -> request.method("HEAD", HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
        }
        try (InputStream lines = follow().body()) {
            store.appendOtlp(Requests.of(1, 1).toByteArray());
            assertThat(lines.read()).isEqualTo('{');
        }
    }

    @Test
    void refusesWhatNoSpanAnswersAlone() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (String q : List.of("{", "{ } | count() > 3")) {
            statuses.add(get(PATH + "?follow=true&q=" + URLEncoder.encode(q, StandardCharsets.UTF_8))
                    .statusCode());
        }
        statuses.add(get(PATH + "?limit=0").statusCode());
        statuses.add(get(PATH + "?limit=many").statusCode());
        assertThat(statuses).containsOnly(400);
    }
}
