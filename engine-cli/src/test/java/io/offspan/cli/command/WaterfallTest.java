package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Event;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WaterfallTest {
    private static final long ZERO = 1_000;
    private static final int SERVER = 2;
    private static final int CLIENT = 3;

    private static Span span(long id, long parent, long start, long end) {
        return span(id, parent, start, end, SERVER, "shop");
    }

    private static Span span(long id, long parent, long start, long end, int kind, String service) {
        Span.Builder span = Span.builder()
                .ids(1, 2, id)
                .name("s" + id)
                .kind(kind)
                .status(id % 3 == 0 ? 2 : 0, id % 3 == 0 ? "broken" : "")
                .times(ZERO + start, ZERO + end)
                .resource(Resource.builder().put("service.name", service).build());
        return (parent == 0 ? span : span.parent(parent)).build();
    }

    private static List<String> print(List<Span> spans) {
        return print(spans, out -> Terminal.of(out, out, false));
    }

    private static List<String> print(List<Span> spans, Function<PrintStream, Terminal> terminal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Waterfall(spans).print(terminal.apply(out));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** What is said to be odd, line by line. */
    private static List<String> notes(List<Span> spans) {
        return print(spans).stream()
                .skip(2)
                .map(line -> line.split("\t", -1)[6])
                .toList();
    }

    /** The names, blanks for depth included, in the order of the lines. */
    private static List<String> names(List<Span> spans) {
        return print(spans).stream().skip(2).map(line -> line.split("\t")[4]).toList();
    }

    @Test
    void putsEachSpanUnderItsParentInTheOrderOfTheirStarts() {
        List<Span> spans = new ArrayList<>(List.of(
                span(1, 0, 0, 100), span(2, 1, 10, 50), span(4, 2, 20, 30), span(5, 1, 60, 90), span(7, 99, 5, 6)));
        Collections.shuffle(spans, new Random(1));
        assertThat(names(spans)).containsExactly("s1", "  s2", "    s4", "  s5", "s7");
    }

    @Test
    void summarisesTheTrace() {
        assertThat(print(List.of(span(1, 0, 0, 1_000_000), span(3, 1, 0, 500_000)))
                        .get(0))
                .contains("00000000000000010000000000000002", "2 spans of 1 service", "1.00ms", "1 error");
    }

    @Test
    void showsSpansThatAreEachOthersParentsOnce() {
        List<Span> circle = List.of(span(1, 2, 0, 1), span(2, 1, 0, 1), span(4, 4, 0, 1));
        assertThat(names(circle)).hasSize(3).allMatch(name -> name.strip().matches("s[124]"));
        assertThat(names(circle).stream().map(String::strip).distinct()).hasSize(3);
    }

    @Test
    void showsSpansStoredTwiceBesideEachOther() {
        List<Span> spans = List.of(span(1, 0, 0, 9), span(1, 0, 0, 9), span(2, 1, 1, 2));
        assertThat(names(spans)).containsExactly("s1", "  s2", "s1");
        assertThat(notes(spans)).containsExactly("stored more than once", "", "stored more than once");
    }

    @Test
    void putsAServerBelowTheClientWhoseIdItSharesAndItsCallsBelowItself() {
        List<Span> spans = List.of(
                span(1, 0, 0, 90, SERVER, "shop"),
                span(2, 1, 10, 80, CLIENT, "shop"),
                span(2, 1, 20, 70, SERVER, "cart"),
                span(4, 2, 30, 60, CLIENT, "cart"),
                span(5, 2, 65, 75, CLIENT, "shop"));
        assertThat(names(spans)).containsExactly("s1", "  s2", "    s2", "      s4", "    s5");
        assertThat(notes(spans)).containsExactly("", "shared id", "shared id", "", "");
    }

    @Test
    void saysWhatIsMissingAndWhatIsOutsideOfItsParent() {
        List<Span> spans = List.of(
                span(1, 0, 100, 200),
                span(2, 1, 90, 150),
                span(4, 1, 110, 250),
                span(5, 77, 120, 130),
                span(7, 1, -ZERO, -ZERO),
                span(8, 2, 95, 95),
                span(10, 8, 96, 99));
        assertThat(names(spans)).containsExactly("s1", "  s2", "    s8", "      s10", "  s4", "  s7", "s5");
        assertThat(notes(spans))
                .containsExactly("", "starts 10ns early", "", "", "ends 50ns late", "no time", "parent missing");
        assertThat(print(spans).get(0)).contains("1 without their parent", "2 outside of their parents' time");
    }

    @Test
    void spansWithoutAnEndAreUnfinishedAndAnEndBeforeTheStartIsNoted() {
        List<Span> spans = List.of(span(1, 0, 100, 200), span(2, 1, 110, -ZERO), span(4, 1, 150, 120));
        List<String> lines = print(spans);
        assertThat(lines.get(0)).contains(" in 100ns");
        assertThat(notes(spans)).containsExactly("", "", "ends before it starts");
        assertThat(lines.stream().filter(line -> line.contains("unfinished"))).hasSize(1);
        assertThat(print(List.of(span(1, 0, 100, -ZERO))).get(0))
                .contains("unfinished")
                .doesNotContain(" in ");
    }

    @Test
    void linesAreAsWideAsTheTerminalAndServicesHaveColours() {
        List<Span> spans = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            spans.add(span(i, i - 1, i, 1000 - i, CLIENT, "service with a long name " + i % 4));
        }
        for (int columns : new int[] {80, 100, 200}) {
            List<String> plain = print(
                    spans, out -> Terminal.of(out, out, true).colours(false).columns(columns));
            List<String> spansAlone =
                    plain.stream().filter(line -> line.contains("|")).toList();
            assertThat(spansAlone).hasSize(200);
            assertThat(plain).allMatch(line -> Cells.width(line) <= columns);
            assertThat(spansAlone.get(199)).contains("199› s200");
        }
        List<String> coloured = behindHeader(
                print(spans, out -> Terminal.of(out, out, true).colours(true).columns(100)));
        assertThat(coloured.get(0)).contains("\u001b[36m").isNotEqualTo(coloured.get(1));
        assertThat(coloured.get(2)).contains("\u001b[31m", "error");
        assertThat(coloured.get(3)).contains("\u001b[31m", "    ╰ broken");
    }

    @Test
    void survivesATraceAsDeepAsItIsLongAndTimesThatRunBackwards() {
        List<Span> chain = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            chain.add(span(i, i - 1, i, i % 5 == 0 ? 0 : -1));
        }
        List<String> names = names(chain);
        assertThat(names).hasSize(20_000).allMatch(name -> name.length() < 60);
        assertThat(names.get(19_999).strip()).isEqualTo("19999› s20000");
    }

    @Test
    void saysBelowAFailedSpanWhyItFailed() {
        List<String> lines = onTerminal(100, failed("gateway timed out", exception("io.Timeout", "no answer in 3 s")));
        assertThat(lines.get(0)).contains("s3", "error");
        assertThat(lines.get(1)).matches(" +╰ gateway timed out");
        assertThat(lines.get(2)).matches(" +╰ io\\.Timeout: no answer in 3 s");

        assertThat(onTerminal(100, failed("no answer", exception("io.Timeout", "no answer"))))
                .as("nothing twice")
                .hasSize(2)
                .last()
                .asString()
                .matches(" +╰ io\\.Timeout: no answer");
        assertThat(onTerminal(100, failed("", exception("io.Timeout", ""))))
                .last()
                .asString()
                .endsWith("╰ io.Timeout");
        assertThat(onTerminal(100, failed(""))).as("nothing to say").hasSize(1);

        List<String> long1 = onTerminal(100, failed("because ".repeat(100)));
        assertThat(long1).hasSize(4).allMatch(line -> Cells.width(line) <= 100);
        assertThat(long1.get(3)).endsWith("…");

        String[] cells = print(List.of(failed("gateway timed out", exception("io.Timeout", "no\nanswer"))))
                .get(2)
                .split("\t");
        assertThat(cells[5]).isEqualTo("error: gateway timed out");
        assertThat(cells[6]).isEqualTo("io.Timeout: no answer");
    }

    @Test
    void measuresWhatItPrintsInColumnsOfTheTerminal() {
        List<Span> spans = List.of(
                named(1, 0, "日本語の名前".repeat(12), "注文サービス"),
                named(2, 1, "😀".repeat(60), "e\u0301".repeat(30)),
                named(4, 2, "a\u202eb\u200b\tc\ud83d", "cart"));
        for (int columns = 1; columns <= 140; columns++) {
            int width = columns;
            assertThat(onTerminal(columns, spans.toArray(Span[]::new)))
                    .allMatch(line -> Cells.width(line) <= width)
                    .noneMatch(line -> line.chars().anyMatch(c -> c == '\u202e' || c == '\u200b'))
                    .noneMatch(WaterfallTest::hasHalves);
        }
        assertThat(onTerminal(100, spans.toArray(Span[]::new)).get(2)).contains("a\ufffdb\ufffd c\ufffd");
    }

    private static boolean hasHalves(String line) {
        return line.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** The lines behind the header, each no wider than the terminal, as those above are not either. */
    private static List<String> onTerminal(int columns, Span... spans) {
        List<String> lines = print(
                List.of(spans),
                out -> Terminal.of(out, out, true).colours(false).columns(columns));
        assertThat(lines).allMatch(line -> Cells.width(line) <= columns);
        return behindHeader(lines);
    }

    private static List<String> behindHeader(List<String> lines) {
        int header = 0;
        while (!lines.get(header).contains("NAME") && header + 1 < lines.size()) {
            header++;
        }
        return lines.subList(header + 1, lines.size());
    }

    private static Event exception(String type, String message) {
        return new Event(
                ZERO,
                "exception",
                Attributes.builder()
                        .put("exception.type", type)
                        .put("exception.message", message)
                        .build(),
                0);
    }

    private static Span failed(String message, Event... events) {
        return span("s3", "shop", 3, 0, 2, message, List.of(events));
    }

    private static Span named(long id, long parent, String name, String service) {
        return span(name, service, id, parent, 0, "", List.of());
    }

    private static Span span(
            String name, String service, long id, long parent, int status, String message, List<Event> events) {
        Span.Builder span = Span.builder()
                .ids(1, 2, id)
                .name(name)
                .kind(SERVER)
                .status(status, message)
                .times(ZERO, ZERO + 1)
                .events(events, 0)
                .resource(Resource.builder().put("service.name", service).build());
        return (parent == 0 ? span : span.parent(parent)).build();
    }
}
