package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.offspan.cli.metrics.PrometheusName;
import io.offspan.core.value.Metric;
import io.offspan.export.ExportMetrics;
import io.offspan.otel.StoreMeters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts beside the documentation, held against the metrics that there are. */
class MonitoringFilesTest {
    private static final Path FOLDER = Path.of("..", "docs", "monitoring");
    private static final Set<String> SERIES = Stream.concat(
                    StoreMeters.metrics().stream(), ExportMetrics.all().stream())
            .map((Metric metric) -> PrometheusName.of(metric).series())
            .collect(Collectors.toCollection(TreeSet::new));

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
    }

    private static JsonNode alerts() throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .readTree(FOLDER.resolve("alerts.yml").toFile())
                .path("groups")
                .path(0)
                .path("rules");
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        dashboard()
                .path("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> queries.add(target.path("expr").asText())));
        dashboard().path("templating").path("list").forEach(variable -> {
            String query = variable.path("query").asText();
            if (query.startsWith("label_values(")) {
                queries.add(query.substring("label_values(".length(), query.indexOf(',')));
            }
        });
        alerts().forEach(rule -> queries.add(rule.path("expr").asText()));
        return queries;
    }

    private static List<String> unknown(List<String> queries) {
        return queries.stream()
                .flatMap(query -> PromQl.series(query).stream())
                .filter(series -> !SERIES.contains(series))
                .toList();
    }

    @Test
    void everyQueryNamesMetricsThatThereAre() throws IOException {
        List<String> queries = queries();
        assertThat(queries)
                .hasSizeGreaterThan(30)
                .allSatisfy(query -> assertThat(PromQl.series(query)).as(query).isNotEmpty());
        assertThat(unknown(queries)).isEmpty();
    }

    @Test
    void aNameThatNoMetricHasIsFound() {
        assertThat(unknown(List.of(
                        "sum by (reason) (rate(offspan_store_spans_droped_total{reason=\"busy\"}[5m])) > 0",
                        "offspan_store_spans_live / offspan_store_spans")))
                .containsExactly("offspan_store_spans_droped_total", "offspan_store_spans");
    }

    @Test
    void everyMetricIsOnTheDashboard() throws IOException {
        Set<String> shown = new TreeSet<>();
        queries().forEach(query -> shown.addAll(PromQl.series(query)));
        assertThat(shown).isEqualTo(SERIES);
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatToDo() throws IOException {
        assertThat(alerts()).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(rule.path("alert").asText()).startsWith("Offspan");
            assertThat(rule.path("labels").path("severity").asText()).isIn("warning", "critical");
            assertThat(rule.path("annotations").path("summary").asText()).isNotEmpty();
            assertThat(rule.path("annotations").path("description").asText()).endsWith(".");
        });
    }
}
