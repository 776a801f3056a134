package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.ScanOutcome;
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
 * by as many traces as they say, and every metric is refused by its name.
 */
class ServerCasesTest {
    private static final int SEARCHES = 25;
    private static final int METRICS = 5;

    @Test
    void everySearchIsAnsweredAndEveryMetricIsRefusedByName() throws IOException {
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
                assertThatThrownBy(() -> TraceQl.parse(query))
                        .as(query)
                        .isInstanceOfSatisfying(
                                QueryException.class,
                                refusal -> assertThat(refusal.reason()).isEqualTo(Reason.UNSUPPORTED));
                metrics++;
            }
        }
        System.out.printf("%d searches of a server are answered, %d metrics refused by name%n", searches, metrics);
        assertThat(searches).isEqualTo(SEARCHES);
        assertThat(metrics).isEqualTo(METRICS);
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
