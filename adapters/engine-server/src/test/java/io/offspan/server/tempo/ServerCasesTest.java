package io.offspan.server.tempo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.server.ServerCase;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Questions to a server that speaks as Tempo does, which others keep in step with it, over the spans that they are put to, with their bounds on the answers. */
class ServerCasesTest extends ServerCase {
    private static final int CASES = 43;
    /** The spans start within 100 seconds of this. */
    private static final long START_SECONDS = 1_790_000_000L;

    private final ObjectMapper mapper = new ObjectMapper();

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void everyQuestionIsAnsweredWithinItsBounds() throws Exception {
        String corpora = System.getenv("OFFSPAN_CORPUS");
        assumeTrue(corpora != null, "NOT RUN: OFFSPAN_CORPUS is not set");
        Path folder = Path.of(corpora, "cerberus");
        byte[] spans = Files.readAllBytes(folder.resolve("spans.json"));
        HttpResponse<String> sent = ask(
                "/v1/traces",
                request -> request.header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(spans)));
        assertThat(sent.body()).isEqualTo("{}");
        Map<String, Integer> asked = new TreeMap<>();
        for (JsonNode one : mapper.readTree(folder.resolve("cases.json").toFile())) {
            answered(one);
            asked.merge(one.path("endpoint").asText(), 1, Integer::sum);
        }
        System.out.println("Questions of others, by endpoint: " + asked);
        assertThat(asked.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CASES);
    }

    private void answered(JsonNode one) throws Exception {
        String q = one.has("query") ? "q=" + encoded(one.path("query").asText()) : "x=";
        String times = "&start=" + (START_SECONDS - 1) + "&end=" + (START_SECONDS + 100);
        String tag = encoded(one.path("tag_name").asText());
        switch (one.path("endpoint").asText()) {
            case "search" -> {
                JsonNode traces = json(
                                one,
                                "/api/search?limit=1000&spss="
                                        + one.path("spss").asText("3") + "&" + q)
                        .path("traces");
                bounded(one, "traces", traces.size());
                for (JsonNode trace : traces) {
                    assertThat(trace.path("spanSets")).as(one.toString()).isNotEmpty();
                }
            }
            case "tags_v1" -> values(one, json(one, "/api/search/tags?" + q), "tagNames", "");
            case "tags_v2" ->
                values(
                        one,
                        json(
                                one,
                                "/api/v2/search/tags?scope=" + one.path("scope").asText() + "&" + q),
                        "tags",
                        "");
            case "tag_values_v1" -> values(one, json(one, "/api/search/tag/" + tag + "/values?" + q), "tagValues", "");
            case "tag_values_v2" ->
                values(one, json(one, "/api/v2/search/tag/" + tag + "/values?" + q), "tagValues", "value");
            case "metrics_range", "metrics_instant" -> series(one, q + times);
            case "traces" -> {
                String id = json(one, "/api/search?limit=1&" + q)
                        .path("traces")
                        .get(0)
                        .path("traceID")
                        .asText();
                assertThat(json(one, "/api/traces/" + id).path("batches")).isNotEmpty();
            }
            default -> throw new AssertionError("No such endpoint: " + one);
        }
    }

    private void series(JsonNode one, String parameters) throws Exception {
        boolean range = one.path("endpoint").asText().equals("metrics_range");
        String path = "/api/metrics/query"
                + (range ? "_range?step=" + one.path("step").asText() + "&" : "?");
        if (one.path("query").asText().contains("compare(")
                && get(path + parameters).statusCode() == 400) {
            assertThat(get(path + parameters).body()).contains("compare");
            return;
        }
        JsonNode series = json(one, path + parameters).path("series");
        bounded(one, "series", series.size());
        for (JsonNode each : series) {
            if (range) {
                assertThat(each.path("samples")).as(one.toString()).isNotEmpty();
            } else {
                assertThat(each.path("value").isNumber()).as(one.toString()).isTrue();
            }
        }
    }

    private JsonNode json(JsonNode one, String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(one + answer.body()).isEqualTo(200);
        return mapper.readTree(answer.body());
    }

    private static void values(JsonNode one, JsonNode answer, String name, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode array : answer.findValues(name)) {
            array.forEach(each ->
                    texts.add(field.isEmpty() ? each.asText() : each.path(field).asText()));
        }
        bounded(one, "values", texts.size());
        assertThat(texts).as(one.toString()).containsAll(lines(one, "expected_values"));
        assertThat(texts).as(one.toString()).noneMatch(lines(one, "expected_absent_values")::contains);
    }

    private static List<String> lines(JsonNode one, String name) {
        String text = one.path(name).asText();
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    private static void bounded(JsonNode one, String what, int found) {
        assertThat(found)
                .as(one.toString())
                .isBetween(
                        one.path("expected_min_" + what).asInt(0),
                        one.path("expected_max_" + what).asInt(Integer.MAX_VALUE));
    }
}
