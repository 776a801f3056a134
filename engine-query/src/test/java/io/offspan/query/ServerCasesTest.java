package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.series.Label;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Questions to servers of TraceQL that others keep in step with the reference, over the spans that they are put to: every search is answered,
 * by as many traces as they say, and every metric by as many series.
 */
class ServerCasesTest {
    private static final int SEARCHES = 25;
    private static final int METRICS = 5;

    @Test
    void everySearchAndEveryMetricIsAnswered() throws IOException {
        Path folder = Corpora.folder("cerberus");
        TestBlocks blocks;
        try (InputStream spans = Files.newInputStream(folder.resolve("spans.json"))) {
            blocks = TestBlocks.of(List.of(OtlpJsonFile.read(spans)), 100);
        }
        int searches = 0;
        int metrics = 0;
        for (JsonNode one :
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile())) {
            String query = one.path("query").asText();
            if (one.path("endpoint").asText().equals("search")) {
                answered(new QueryEngine(blocks::leaves), query, one);
                searches++;
            } else if (one.path("endpoint").asText().startsWith("metrics")) {
                measured(new QueryEngine(blocks::leaves), query, one);
                metrics++;
            }
        }
        System.out.printf("%d searches and %d metrics of a server are looked at%n", searches, metrics);
        assertThat(searches).isEqualTo(SEARCHES);
        assertThat(metrics).isEqualTo(METRICS);
    }

    /** The spans start within 100 seconds. */
    private static void measured(QueryEngine engine, String text, JsonNode bounds) {
        long from = 1_790_000_000_000_000_000L - 1;
        long to = from + 100_000_000_000L;
        Steps steps = bounds.path("endpoint").asText().equals("metrics_instant")
                ? Steps.instant(from, to)
                : Steps.range(from, to, 60_000_000_000L);
        SeriesAnswer answer = engine.series(TraceQl.parseMetrics(text), steps);
        assertThat(answer.outcome().complete()).isTrue();
        assertThat(answer.series())
                .as(text)
                .hasSizeBetween(
                        bounds.path("expected_min_series").asInt(),
                        bounds.path("expected_max_series").asInt());
        for (Series series : answer.series()) {
            boolean marks = series.labels().get(0).key().equals("__meta_error");
            assertThat(series.samples().isEmpty()).as(text).isEqualTo(marks);
            assertThat(series.samples()).as(text).allMatch(sample -> sample.value() >= 0);
            String labels = bounds.path("semantic_checks").asText();
            int group = labels.indexOf("groupby_labels_present:");
            if (group >= 0) {
                assertThat(series.labels())
                        .extracting(Label::key)
                        .containsExactly(labels.substring(group).split(":")[1].strip());
            }
        }
    }

    private static void answered(QueryEngine engine, String text, JsonNode bounds) {
        Query query = Query.traceQl(text).limit(Query.MAX_LIMIT);
        ScanOutcome outcome = engine.explain(query);
        Set<String> traces = new HashSet<>();
        try (SpanCursor answer = engine.find(query)) {
            while (answer.next()) {
                traces.add(answer.view().traceIdHex());
            }
        }
        assertThat(outcome.complete()).isTrue();
        assertThat(traces)
                .as(text)
                .hasSizeBetween(
                        bounds.path("expected_min_traces").asInt(0),
                        bounds.path("expected_max_traces").asInt(Integer.MAX_VALUE));
    }
}
