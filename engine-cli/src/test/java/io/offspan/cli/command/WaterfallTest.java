package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Terminal;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WaterfallTest {
    private static Span span(long id, long parent, long start, long end) {
        return new Span(
                1,
                2,
                id,
                parent != 0,
                parent,
                "s" + id,
                2,
                true,
                id % 3 == 0 ? 2 : 0,
                id % 3 == 0 ? "broken" : "",
                start,
                end,
                "",
                0,
                Attributes.EMPTY,
                0,
                List.of(),
                0,
                List.of(),
                0,
                Resource.builder().put("service.name", "shop").build(),
                Scope.EMPTY);
    }

    private static List<String> print(List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Waterfall(spans).print(Terminal.of(out, out, false));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
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
    void showsTwoSpansThatShareAnId() {
        assertThat(names(List.of(span(1, 0, 0, 9), span(1, 0, 0, 9), span(2, 1, 1, 2))))
                .containsExactly("s1", "  s2", "s1");
    }

    @Test
    void survivesATraceAsDeepAsItIsLongAndTimesThatRunBackwards() {
        List<Span> chain = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            chain.add(span(i, i - 1, i, i % 5 == 0 ? 0 : -1));
        }
        assertThat(names(chain)).hasSize(20_000);
    }
}
