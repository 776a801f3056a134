package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people see on a terminal: no line wider than it is, help that can be pasted, and hints where they were near. */
class TerminalOutputTest {
    private static final String SQL = "SELECT name FROM customers WHERE id IN (" + "?, ".repeat(2_000) + "?)";

    @TempDir
    static Path scratch;

    private static Path data;

    @BeforeAll
    static void store() throws Exception {
        data = scratch.resolve("store");
        List<Span> spans = new ArrayList<>();
        String[] names = {SQL, "日本語".repeat(60), "😀".repeat(90), "turn\u202eed", "GET /"};
        for (int i = 0; i < names.length; i++) {
            spans.add(Requests.span(i).toBuilder()
                    .setName(names[i])
                    .addAttributes(Requests.attribute("statement", SQL))
                    .build());
        }
        Ended.of("ingest", "--data", data, Requests.write(scratch.resolve("a.bin"), Requests.request("cart", spans)))
                .expect(0);
    }

    /** The lines of a command on a terminal. */
    private static List<String> watch(int columns, Object... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.of(out, out, true).colours(false).columns(columns);
        Offspan.run(terminal, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 40, 80, 100, 143, 250})
    void noLineOfAListIsWiderThanTheTerminal(int columns) {
        String select = "{ } | select(.statement, span:duration)";
        for (List<String> lines : List.of(
                watch(columns, "query", "--data", data),
                watch(columns, "query", "--data", data, select),
                watch(columns, "tail", "--data", data, "--from-start", "--limit", 5),
                watch(columns, "tail", "--data", data, select, "--from-start", "--limit", 5),
                watch(columns, "trace", "--data", data, Requests.traceIdHex(0)),
                watch(columns, "trace", "--data", data, Requests.traceIdHex(0), "--full"))) {
            assertThat(lines)
                    .hasSizeGreaterThanOrEqualTo(5)
                    .allMatch(line -> Cells.width(line) <= columns)
                    .noneMatch(line -> line.contains("\u202e"))
                    .noneMatch(line -> line.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff));
        }
    }

    @Test
    void aListOnAHundredColumnsKeepsWhatFindsTheTrace() {
        List<String> lines = watch(100, "query", "--data", data);
        assertThat(lines.get(0)).contains("START", "DURATION", "SERVICE", "NAME", "KIND", "STATUS", "TRACE", "SPAN");
        String start = lines.get(1).substring(lines.get(0).indexOf("TRACE")).split(" ")[0];
        assertThat(start).hasSizeGreaterThanOrEqualTo(8);
        assertThat(Requests.traceIdHex(0)).startsWith(start);
        assertThat(watch(300, "query", "--data", data).get(1)).contains(Requests.traceIdHex(0));
    }

    @Test
    void whatNobodyWatchesIsNotCut() {
        String text = Ended.of("query", "--data", data, "{ } | select(.statement)")
                .expect(0)
                .out();
        assertThat(text).contains("\t" + SQL + "\t").contains("turn\ufffded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "ingest",
                "trace",
                "query",
                "tail",
                "export",
                "replay",
                "stats",
                "verify",
                "reindex",
                "traces",
                "services",
                "tags",
                "top",
                "graph",
                "completion"
            })
    void examplesInHelpStayWhole(String command) {
        for (int columns : new int[] {55, 80, 200}) {
            List<String> lines = command.isEmpty() ? watch(columns, "--help") : watch(columns, command, "--help");
            List<String> examples = lines.stream()
                    .filter(line -> line.matches(" +(curl|source|offspan) .*") && line.contains("offspan " + command))
                    .toList();
            assertThat(command.isEmpty() || !examples.isEmpty())
                    .as("examples of %s at %d columns", command, columns)
                    .isTrue();
            assertThat(examples).allMatch(TerminalOutputTest::isWhole);
            assertThat(lines).noneMatch(line -> Cells.width(line) > columns && !line.startsWith("  "));
        }
        assertThat(Ended.of(command.isEmpty() ? new Object[] {"help"} : new Object[] {"help", command})
                        .expect(0)
                        .out())
                .isEqualTo(Ended.of(command.isEmpty() ? new Object[] {"--help"} : new Object[] {command, "--help"})
                        .expect(0)
                        .out());
    }

    /** Quotes are paired, and no option is without its dashes or its value. */
    private static boolean isWhole(String line) {
        boolean flag = line.matches(".* --(json|count|follow|repair|full|status)") || line.endsWith(" -");
        return line.chars().filter(c -> c == '\'').count() % 2 == 0 && (flag || !line.matches(".*( --\\w+| -|\\|)"));
    }

    @Test
    void theQueryOfHelpCanBePasted() {
        List<String> lines = watch(60, "query", "--help");
        assertThat(lines).contains("  offspan query --data spans '{ duration >= 100ms && kind = server }' --from -15m");
    }

    @Test
    void helpIsACommandToo() throws Exception {
        Schemas.check("help", Ended.of("help", "query", "--json").expect(0).json());
        assertThat(Ended.of("help", "nonsense").expect(2).err()).contains("'nonsense' is no command");
    }

    @Test
    void anOptionWithOneDashIsRecognised() {
        assertThat(Ended.of("query", "-data", data).expect(2).err()).contains("'-data' is not an option; write --data");
        assertThat(Ended.of("query", "--data", data, "-limit=3").expect(2).err())
                .contains("write --limit");
        assertThat(Ended.of("query", "-x").expect(2).err()).doesNotContain("write -");
    }

    @Test
    void formatsAreNamedOnce() {
        String said = Ended.of("ingest", "--data", data, "--format", "xml", "-")
                .expect(2)
                .err();
        assertThat(said).contains("'xml' is none of otlp, otlp-json, ").doesNotContain("OTLP_JSON");
        assertThat(Ended.of("ingest", "--help").expect(0).out()).doesNotContain("OTLP_JSON");
    }

    @Test
    void whereACommandTakesOneStoreTheNamesOfSeveralAreTheAnswer() throws Exception {
        Path path = scratch.resolve("path");
        Path file = scratch.resolve("a.bin");
        Ended.of("ingest", "--data", path.resolve("0"), file).expect(0);
        Ended.of("ingest", "--data", path.resolve("cart/1"), file).expect(0);
        for (String command : List.of("verify", "tail", "reindex")) {
            assertThat(Ended.of(command, "--data", path).expect(3).err())
                    .contains("No store in " + path + " itself, but in " + path.resolve("0") + ", "
                            + path.resolve("cart/1"))
                    .contains("name one of them");
        }
        assertThat(Ended.of("ingest", "--data", path, file).expect(3).err()).contains("name one of them");
    }

    @Test
    void verifyAndStatsCountTheSameBlocks() throws Exception {
        long stats = Ended.of("stats", "--data", data, "--json")
                .expect(0)
                .json()
                .path("blocks")
                .asLong();
        long verify = Ended.of("verify", "--data", data, "--json")
                .expect(0)
                .json()
                .path("blocks")
                .asLong();
        assertThat(verify).isEqualTo(stats).isPositive();
    }
}
