package io.offspan.cli.command;

import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A trace as text: one line a span under its parent, with a bar that shows when it ran.
 *
 * <p>Spans whose parent is not stored stand at the top, and so does one of each circle, which damaged input may hold.
 */
public final class Waterfall {
    private static final int BAR_WIDTH = 24;
    private static final int MAX_INDENT = 40;
    private static final Comparator<Span> BY_START = (a, b) -> Long.compareUnsigned(a.startNanos(), b.startNanos());

    private record Row(Span span, int depth) {}

    private final List<Row> rows = new ArrayList<>();
    private final long startNanos;
    private final long endNanos;

    /** @param spans the spans of one trace, at least one */
    public Waterfall(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(BY_START);
        startNanos = sorted.get(0).startNanos();
        endNanos =
                sorted.stream().map(Span::endNanos).max(Long::compareUnsigned).orElse(startNanos);
        arrange(sorted);
    }

    private void arrange(List<Span> spans) {
        Map<Long, List<Span>> children = new HashMap<>();
        Set<Long> ids = new HashSet<>();
        spans.forEach(span -> ids.add(span.spanIdBits()));
        List<Span> roots = new ArrayList<>();
        for (Span span : spans) {
            if (span.hasParent() && ids.contains(span.parentIdBits())) {
                children.computeIfAbsent(span.parentIdBits(), id -> new ArrayList<>())
                        .add(span);
            } else {
                roots.add(span);
            }
        }
        roots.forEach(root -> descend(root, children));
        while (!children.isEmpty()) {
            Map.Entry<Long, List<Span>> circle = children.entrySet().iterator().next();
            children.remove(circle.getKey());
            circle.getValue().forEach(span -> descend(span, children));
        }
    }

    /** Adds a span and what is below it, without recursion: traces may be as deep as they are long. */
    private void descend(Span root, Map<Long, List<Span>> children) {
        Deque<Row> open = new ArrayDeque<>();
        open.push(new Row(root, 0));
        while (!open.isEmpty()) {
            Row row = open.pop();
            rows.add(row);
            List<Span> below = children.remove(row.span.spanIdBits());
            if (below != null) {
                for (int i = below.size() - 1; i >= 0; i--) {
                    open.push(new Row(below.get(i), row.depth + 1));
                }
            }
        }
    }

    /** Prints a summary and the spans. */
    public void print(Terminal terminal) {
        Span first = rows.get(0).span;
        long services =
                rows.stream().map(row -> row.span.serviceName()).distinct().count();
        long errors = rows.stream()
                .filter(row -> row.span.statusCode() == SpanFields.ERROR)
                .count();
        terminal.line("trace " + first.traceId() + ": " + plural(rows.size(), "span") + " of "
                + plural(services, "service") + " in " + Units.duration(endNanos - startNanos)
                + (errors == 0 ? "" : ", " + plural(errors, "error")) + ", from " + Units.time(startNanos));
        Table table = new Table(terminal.interactive(), "START", "DURATION", "TIMELINE", "SERVICE", "NAME", "STATUS");
        for (Row row : rows) {
            Span span = row.span;
            table.add(
                    "+" + Units.duration(span.startNanos() - startNanos),
                    Units.duration(span.durationNanos()),
                    bar(span),
                    span.serviceName(),
                    "  ".repeat(Math.min(row.depth, MAX_INDENT)) + span.name(),
                    status(span));
        }
        table.print(terminal);
    }

    private static String status(Span span) {
        String name = SpanFields.status(span);
        return span.statusMessage().isEmpty() ? name : name + ": " + span.statusMessage();
    }

    private String bar(Span span) {
        double length = Math.max(1.0, endNanos - startNanos);
        int from = cell((span.startNanos() - startNanos) / length * BAR_WIDTH);
        int to = Math.max(from + 1, cell(Math.ceil((span.endNanos() - startNanos) / length * BAR_WIDTH)));
        return "|" + ".".repeat(from) + "=".repeat(to - from) + ".".repeat(BAR_WIDTH - to) + "|";
    }

    private static int cell(double position) {
        return (int) Math.max(0, Math.min(position, BAR_WIDTH - 1));
    }

    private static String plural(long count, String thing) {
        return Units.count(count) + " " + thing + (count == 1 ? "" : "s");
    }
}
