package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.cli.terminal.Terminal;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code query} tells numbers over time: of one span in the first second, two in the second, and so on to four. */
class SeriesViewTest {
    private static final int SECONDS = 4;
    private static final String FROM = "2023-11-14T22:13:20Z";
    private static final String TO = "2023-11-14T22:13:24Z";

    @TempDir
    static Path scratch;

    private static Path data;

    @BeforeAll
    static void store() throws Exception {
        data = scratch.resolve("store");
        List<Span> spans = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++) {
            for (int i = 0; i <= second; i++) {
                long start = Requests.EPOCH_NANOS + second * Requests.SECOND_NANOS + 1 + i;
                spans.add(Span.newBuilder()
                        .setTraceId(Requests.traceId(spans.size() + 1))
                        .setSpanId(Requests.id(spans.size() + 1))
                        .setName(i == 0 ? "first" : "other")
                        .setStartTimeUnixNano(start)
                        .setEndTimeUnixNano(start + (second + 1) * 1_000_000L)
                        .addAttributes(Requests.attribute("n", i))
                        .build());
            }
        }
        Ended.of("ingest", "--data", data, Requests.write(scratch.resolve("web.bin"), Requests.request("web", spans)))
                .expect(0);
    }

    private static String[] words(String query, String... options) {
        return Stream.concat(
                        Stream.of("query", "--data", data.toString(), query, "--from", FROM, "--to", TO),
                        Stream.of(options))
                .toArray(String[]::new);
    }

    private static JsonNode ask(String query, String... options) {
        List<Object> words = new ArrayList<>(List.of((Object[]) words(query, options)));
        words.add("--json");
        JsonNode answer = Ended.of(words.toArray()).expect(0).json();
        Schemas.check("query", answer);
        return answer;
    }

    private static List<String> watch(String query, String... options) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.of(out, out, true).colours(false).columns(120);
        Offspan.run(terminal, words(query, options));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void seriesAreToldInTheShapeThatPanelsRead() {
        JsonNode answer = ask("{ } | count_over_time() by (name, span.n)", "--step", "1s");
        assertThat(answer.path("series")).hasSize(4);
        assertThat(answer.path("series").get(0).toString())
                .isEqualTo("{\"labels\":[{\"key\":\"name\",\"value\":{\"stringValue\":\"first\"}},"
                        + "{\"key\":\"span.n\",\"value\":{\"intValue\":\"0\"}}],"
                        + "\"samples\":[{\"timestampMs\":\"1700000000000\",\"value\":0.0},"
                        + "{\"timestampMs\":\"1700000001000\",\"value\":1.0},"
                        + "{\"timestampMs\":\"1700000002000\",\"value\":1.0},"
                        + "{\"timestampMs\":\"1700000003000\",\"value\":1.0},"
                        + "{\"timestampMs\":\"1700000004000\",\"value\":1.0}]}");
        assertThat(answer.path("query").asText()).isEqualTo("{ } | count_over_time() by(name, span.n)");
        assertThat(answer.path("step").asText()).isEqualTo("1000000000");
        assertThat(answer.has("matched")).isFalse();
    }

    @Test
    void anInstantHasOneNumberForEachSeries() {
        JsonNode answer = ask("{ } | rate() by (name)", "--instant");
        assertThat(answer.path("series").get(0).path("value").asDouble()).isEqualTo(1);
        assertThat(answer.path("series").get(1).path("value").asDouble()).isEqualTo(1.5);
        assertThat(answer.path("series").get(0).has("samples")).isFalse();
    }

    @Test
    void exemplarsAndTheRuleOfQuantilesAreTold() {
        JsonNode answer =
                ask("{ } | quantile_over_time(duration, .5) with (quantile=\"log2\", exemplars=2)", "--step", "4s");
        assertThat(answer.path("quantiles").asText()).isEqualTo("log2");
        JsonNode exemplars = answer.path("series").get(0).path("exemplars");
        assertThat(exemplars).isNotEmpty();
        assertThat(exemplars.get(0).path("labels").get(0).path("key").asText()).isEqualTo("trace:id");
        assertThat(exemplars.get(0).path("value").asDouble()).isBetween(0.001, 0.004);
    }

    @Test
    void aTerminalShowsALineForEachSeries() {
        assertThat(watch("{ } | count_over_time()", "--step", "1s"))
                .containsExactly(
                        "from 2023-11-14T22:13:19.000000Z to 2023-11-14T22:13:24.000000Z, in steps of 1.00s",
                        "SERIES           LEAST  GREATEST  LAST  OVER TIME",
                        "count_over_time  0      4         4     ▁▃▅▆█");
        assertThat(watch("{ } | count_over_time() by (name)", "--instant"))
                .endsWith("name=first  4      " + "█".repeat(32), "name=other  6      " + "█".repeat(48));
        assertThat(watch("{ } | max_over_time(duration) > 1ms", "--step", "1s", "--limit", "1")
                        .get(2))
                .endsWith(" ▅▆█");
        assertThat(watch("{ } | rate() by (name)", "--step", "1s", "--limit", "1"))
                .last()
                .isEqualTo("1 more series beyond --limit");
    }

    @Test
    void aComparisonShowsTheValuesFirstWhoseSharesDifferMost() {
        assertThat(watch("{ } | compare({ name = \"first\" })", "--instant", "--limit", "5"))
                .extracting(line -> line.replaceAll(" {2,}", " | "))
                .containsExactly(
                        "from 2023-11-14T22:13:20.000000Z to 2023-11-14T22:13:24.000000Z",
                        "selection: 4 spans, baseline: 6 spans",
                        "ATTRIBUTE | VALUE | SELECTION | BASELINE",
                        "name | first | 100.0% | 0.0%",
                        "name | other | 0.0% | 100.0%",
                        "span.n | 0 | 100.0% | 0.0%",
                        "span.n | 1 | 0.0% | 50.0%",
                        "span.n | 2 | 0.0% | 33.3%",
                        "5 more values beyond --limit");
        assertThat(watch("{ } | compare({ name = \"first\" }, 1)", "--step", "1s"))
                .extracting(line -> line.replaceAll(" {2,}", " | "))
                .contains("span.n | 1 | 0.0% | 50.0%", "span.n | 0 | 100.0% | few");
        JsonNode series =
                ask("{ } | compare({ name = \"first\" }, 1)", "--instant").path("series");
        assertThat(series.get(0).toString())
                .isEqualTo(
                        "{\"labels\":[{\"key\":\"__meta_error\",\"value\":{\"stringValue\":\"__too_many_values__\"}},"
                                + "{\"key\":\"span.n\",\"value\":{}}],\"samples\":[]}");
    }

    @Test
    void aMetricIsExplainedAsOtherQuestionsAre() {
        JsonNode explained =
                ask("{ name = \"first\" } | rate()", "--instant", "--explain").path("explain");
        assertThat(explained.path("query").asText()).isEqualTo("{ name = \"first\" } | rate()");
        assertThat(explained.path("spansMatched").asInt()).isEqualTo(4);
        assertThat(explained.path("plans")).isNotEmpty();
        assertThat(watch("{ name = \"first\" } | rate()", "--instant", "--explain"))
                .contains("query\t{ name = \"first\" } | rate()", "ending\tregular");
    }

    @Test
    void anotherProgramReadsTabs() {
        assertThat(Ended.of((Object[]) words("{ } | rate()", "--instant"))
                        .expect(0)
                        .out())
                .startsWith("SERIES\tVALUE\t\nrate\t2.5\t█");
    }

    @Test
    void whatTheTextSaysWrongIsShownByItsPlace() {
        assertThat(Ended.of((Object[]) words("{ } | rate() by (nme)")).expect(2).err())
                .contains("did you mean name?", "^");
        assertThat(Ended.of((Object[]) words("{ } | rate()", "--step", "1us"))
                        .expect(2)
                        .err())
                .contains("--step", "intervals; allowed are 1 to 10000");
        assertThat(Ended.of((Object[]) words("{ }", "--instant")).expect(2).err())
                .contains("--instant is about numbers over time");
    }
}
