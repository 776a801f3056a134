package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Attribute;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Event;
import io.offspan.codec.model.Link;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import io.offspan.query.TraceTree.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that single spans of a trace say: ids, status, attributes, events with their stack traces, links and scope, and below the
 * spans each of their resources once.
 *
 * <p>On a terminal a value is cut at the end of the line, and one of many lines after a few, unless everything is asked for; elsewhere
 * nothing is cut.
 */
final class SpanDetails {
    private static final String INDENT = "  ";
    private static final int MOST_LINES = 8;

    private final Terminal terminal;
    private final boolean full;

    /** @param full whether values are shown whole, and all spans by {@link #print} */
    SpanDetails(Terminal terminal, boolean full) {
        this.terminal = terminal;
        this.full = full;
    }

    /** Prints all spans if everything is asked for, else the one that failed first of those with no failed span below them. */
    void print(List<Row> rows) {
        if (full) {
            show(rows.stream().map(Row::span).toList());
            return;
        }
        List<Span> failed = origins(rows);
        if (!failed.isEmpty()) {
            show(failed.subList(0, 1));
            int others = failed.size() - 1;
            String what = others == 0
                    ? "every span"
                    : "the " + Units.count(others, "other span") + " that failed by "
                            + (others == 1 ? "itself" : "themselves");
            Cells.wrap("--full shows " + what + " so, and values whole", terminal.columns())
                    .forEach(terminal::note);
        }
    }

    /** Returns the failed spans below which no other has failed, in the order of the waterfall. */
    static List<Span> origins(List<Row> rows) {
        List<Span> origins = new ArrayList<>();
        // The least depth from the row after this one to the next that failed: what is deeper than this row is below
        // it.
        int leastDepth = -1;
        for (int i = rows.size() - 1; i >= 0; i--) {
            Row row = rows.get(i);
            boolean failed = SpanReason.failed(row.span());
            if (failed && leastDepth <= row.depth()) {
                origins.add(row.span());
            }
            leastDepth = failed ? row.depth() : Math.min(leastDepth, row.depth());
        }
        Collections.reverse(origins);
        return origins;
    }

    private void show(List<Span> spans) {
        Set<Resource> resources = new LinkedHashSet<>();
        for (Span span : spans) {
            show(span);
            resources.add(span.resource());
        }
        for (Resource resource : resources) {
            title("resource" + (resource.serviceName().isEmpty() ? "" : " of " + resource.serviceName()), false);
            attributes(resource.attributes(), resource.droppedAttributes(), 1);
            if (!resource.schemaUrl().isEmpty()) {
                line(1, "(schema) " + resource.schemaUrl());
            }
        }
    }

    private void show(Span span) {
        boolean failed = SpanReason.failed(span);
        title("span " + span.spanId() + " " + span.name(), failed);
        String service = span.serviceName().isEmpty() ? "" : " of " + span.serviceName();
        String state = span.traceState().isEmpty() ? "" : ", trace state " + span.traceState();
        line(
                1,
                SpanFields.kind(span) + service + ", from " + Units.time(span.startNanos()) + " for "
                        + SpanFields.duration(span) + state);
        if (!SpanFields.status(span).equals("unset")) {
            value(1, "status", SpanReason.status(span));
        }
        attributes(span.attributes(), span.droppedAttributes(), 1);
        for (Event event : span.events()) {
            line(1, "event " + event.name() + " +" + Units.duration(event.timeNanos() - span.startNanos()));
            attributes(event.attributes(), event.droppedAttributes(), 2);
        }
        dropped(span.droppedEvents(), "event", 1);
        for (Link link : span.links()) {
            line(1, "link to span " + link.spanId() + " of trace " + link.traceId());
            attributes(link.attributes(), link.droppedAttributes(), 2);
        }
        dropped(span.droppedLinks(), "link", 1);
        scope(span.scope());
    }

    private void scope(Scope scope) {
        if (!scope.equals(Scope.EMPTY)) {
            line(1, ("scope " + scope.name() + " " + scope.version()).strip());
            attributes(scope.attributes(), scope.droppedAttributes(), 2);
        }
    }

    private void attributes(Attributes attributes, int dropped, int depth) {
        for (Attribute attribute : attributes) {
            value(depth, attribute.key(), attribute.value().toString());
        }
        dropped(dropped, "attribute", depth);
    }

    private void dropped(int count, String thing, int depth) {
        if (count != 0) {
            line(depth, "(" + Units.count(Integer.toUnsignedLong(count), thing) + " dropped before it was stored)");
        }
    }

    /** Shows a name with its value, the lines of the value that follow below it. */
    private void value(int depth, String name, String value) {
        List<String> lines = value.strip().lines().toList();
        boolean whole = full || !terminal.interactive();
        int most = whole ? lines.size() : Math.min(lines.size(), MOST_LINES);
        valueLine(depth, name + " = " + (lines.isEmpty() ? "" : lines.get(0)));
        for (int i = 1; i < most; i++) {
            valueLine(depth + 1, lines.get(i).replace("\t", INDENT));
        }
        if (most < lines.size()) {
            line(depth + 1, "… " + Units.count(lines.size() - most, "more line"));
        }
    }

    private void valueLine(int depth, String text) {
        String shown = INDENT.repeat(depth) + text;
        line(0, full || !terminal.interactive() ? shown : Cells.cut(Cells.printable(shown), terminal.columns()));
    }

    private void title(String text, boolean failed) {
        terminal.line("");
        shown(Cells.printable(text))
                .forEach(line -> terminal.line(terminal.styled(failed ? "bold,red" : "bold", line)));
    }

    private void line(int depth, String text) {
        shown(INDENT.repeat(depth) + Cells.printable(text)).forEach(terminal::line);
    }

    /** Returns the lines that a text takes on the terminal. */
    private List<String> shown(String text) {
        if (!terminal.interactive()) {
            return List.of(text);
        }
        int columns = terminal.columns();
        return Cells.fold(text, columns).stream()
                .map(line -> Cells.cut(line, columns))
                .toList();
    }
}
