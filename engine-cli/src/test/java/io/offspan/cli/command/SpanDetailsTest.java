package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Event;
import io.offspan.codec.model.Link;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands below a waterfall of a trace. */
class SpanDetailsTest {
    private static final int ERROR = 2;
    private static final String STACK = "java.lang.IllegalStateException: no card\n\tat shop.Card.charge(Card.java:7)"
            + "\n\tat shop.Pay".repeat(20);
    private static final Resource SHOP = Resource.builder()
            .put("service.name", "shop")
            .put("host.name", "a-host")
            .build();

    private static Span span(long id, long parent, int status) {
        Attributes thrown = Attributes.builder()
                .put("exception.type", "java.lang.IllegalStateException")
                .put("exception.stacktrace", STACK)
                .build();
        Span.Builder span = Span.builder()
                .ids(1, 2, id)
                .name("span " + id)
                .kind(2)
                .status(status, status == ERROR ? "broken " + id : "")
                .times(1_000 + id, 2_000_000)
                .attributes(
                        Attributes.builder()
                                .put("http.route", "/" + id)
                                .put("sql", "select 日本 ".repeat(30))
                                .build(),
                        3)
                .events(status == ERROR ? List.of(new Event(501_000, "exception", thrown, 0)) : List.of(), 0)
                .links(List.of(new Link(0xab, 0xcd, 0xef, "", 0, Attributes.EMPTY, 0)), 0)
                .resource(SHOP)
                .scope(Scope.builder().name("tracer").version("1.2").build());
        return (parent == 0 ? span : span.parent(parent)).build();
    }

    /** A visit that calls two: the first fails because what it calls does, the second by itself. */
    private static final List<Span> TRACE =
            List.of(span(1, 0, ERROR), span(2, 1, ERROR), span(3, 2, ERROR), span(4, 1, ERROR), span(5, 4, 0));

    private static List<String> show(boolean watched, boolean full, List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.of(out, out, watched).colours(false).columns(60);
        new SpanDetails(terminal, full).print(new Waterfall(spans).rows());
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void theOriginOfAFailureIsTheSpanWithNoFailedOneBelow() {
        assertThat(SpanDetails.origins(new Waterfall(TRACE).rows()))
                .extracting(Span::spanIdBits)
                .containsExactly(3L, 4L);
        assertThat(SpanDetails.origins(new Waterfall(List.of(span(1, 0, 0))).rows()))
                .isEmpty();
    }

    @Test
    void aTerminalShowsWhatTheFirstOriginSays() {
        List<String> lines = show(true, false, TRACE);
        assertThat(lines)
                .contains(
                        "span 0000000000000003 span 3",
                        "  status = error: broken 3",
                        "  http.route = /3",
                        "  event exception +500us",
                        "    exception.type = java.lang.IllegalStateException",
                        "    exception.stacktrace = java.lang.IllegalStateException:…",
                        "        at shop.Card.charge(Card.java:7)",
                        "      … 14 more lines",
                        "  (3 attributes dropped before it was stored)",
                        "  link to span 00000000000000ef of trace 00000000000000ab000",
                        "00000000000cd",
                        "  scope tracer 1.2",
                        "resource of shop",
                        "  host.name = a-host",
                        "--full shows the 1 other span that failed by itself so, and",
                        "values whole")
                .allMatch(line -> Cells.width(line) <= 60)
                .noneMatch(line -> line.contains("span 4"));
    }

    @Test
    void fullShowsEverySpanAndCutsNothing() {
        List<String> lines = show(true, true, TRACE);
        assertThat(lines).filteredOn(line -> line.startsWith("span ")).hasSize(5);
        assertThat(lines)
                .filteredOn(line -> line.equals("  host.name = a-host"))
                .hasSize(1);
        assertThat(lines).allMatch(line -> Cells.width(line) <= 60).noneMatch(line -> line.contains("…"));
        assertThat(String.join("", lines)).contains("select 日本 ".repeat(30).strip());
        assertThat(show(false, true, TRACE))
                .contains("  sql = " + "select 日本 ".repeat(30).strip());
    }

    @Test
    void aTraceWithoutFailureNeedsNoDetails() {
        assertThat(show(true, false, List.of(span(1, 0, 0)))).isEmpty();
    }
}
