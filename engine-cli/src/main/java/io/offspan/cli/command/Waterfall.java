package io.offspan.cli.command;

import io.offspan.cli.command.TraceTree.Row;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trace as text: one line a span below its parent, with a bar that shows when it ran.
 *
 * <p>On a terminal the lines are as wide as it is and services have colours; elsewhere there are tabs between the columns and nothing
 * is cut.
 */
public final class Waterfall {
    private static final int BAR_WIDTH = 24;
    private static final int LEAST_BAR = 8;
    private static final int LEAST_NAME = 24;
    private static final int MOST_SERVICE = 20;
    private static final int MAX_INDENT = 32;
    private static final String GAP = "  ";
    private static final String[] COLOURS = {"cyan", "green", "yellow", "blue", "magenta", "fg(14)", "fg(10)", "fg(13)"
    };

    private final TraceTree tree;
    private final long startNanos;
    private final long endNanos;
    private final Map<String, String> colours = new LinkedHashMap<>();

    /** @param spans the spans of one trace, at least one */
    public Waterfall(List<Span> spans) {
        tree = new TraceTree(spans);
        List<Span> timed = spans.stream().filter(TraceTree::hasTime).toList();
        startNanos =
                timed.stream().map(Span::startNanos).min(Long::compareUnsigned).orElse(0L);
        endNanos = timed.stream().map(Span::endNanos).max(Long::compareUnsigned).orElse(0L);
        for (Row row : tree.rows()) {
            colours.computeIfAbsent(row.span().serviceName(), name -> COLOURS[colours.size() % COLOURS.length]);
        }
    }

    /** Prints a summary and the spans. */
    public void print(Terminal terminal) {
        summary(terminal);
        if (terminal.interactive()) {
            lines(terminal);
        } else {
            table(terminal);
        }
    }

    private void summary(Terminal terminal) {
        List<Row> rows = tree.rows();
        long errors = rows.stream()
                .filter(row -> row.span().statusCode() == SpanFields.ERROR)
                .count();
        List<String> parts = new ArrayList<>();
        parts.add("trace " + rows.get(0).span().traceId() + ": " + plural(rows.size(), "span") + " of "
                + plural(colours.size(), "service")
                + (endNanos == 0 ? ", unfinished" : " in " + Units.duration(Math.max(endNanos - startNanos, 0))));
        add(parts, errors, errors == 1 ? "error" : "errors");
        add(parts, tree.shared(), "with the id of another");
        add(parts, tree.orphans(), "without their parent");
        add(parts, tree.skewed(), "outside of their parents' time");
        parts.add("from " + Units.time(startNanos));
        terminal.line(String.join(", ", parts));
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(Units.count(count) + " " + what);
        }
    }

    private void table(Terminal terminal) {
        Table table = new Table(false, "START", "DURATION", "TIMELINE", "SERVICE", "NAME", "STATUS", "NOTES");
        for (Row row : tree.rows()) {
            Span span = row.span();
            table.add(
                    start(span),
                    SpanFields.duration(span),
                    bar(span, BAR_WIDTH),
                    span.serviceName(),
                    indent(row, MAX_INDENT) + span.name(),
                    status(span),
                    String.join(", ", row.notes()));
        }
        table.print(terminal);
    }

    /** Prints for a terminal: what is fixed first, the name and what is odd in the rest of the line. */
    private void lines(Terminal terminal) {
        List<Row> rows = tree.rows();
        int start = widest(rows.stream().map(row -> start(row.span())).toList(), "START");
        int duration =
                widest(rows.stream().map(row -> SpanFields.duration(row.span())).toList(), "DURATION");
        int service = Math.min(MOST_SERVICE, widest(List.copyOf(colours.keySet()), "SERVICE"));
        int columns = terminal.columns();
        int fixed = start + duration + service + 4 * GAP.length() + 2;
        int bar = Math.max(LEAST_BAR, Math.min(2 * BAR_WIDTH, Math.min(columns / 4, columns - fixed - LEAST_NAME)));
        int name = Math.max(LEAST_NAME, columns - fixed - bar);
        terminal.line(terminal.styled(
                "bold",
                pad("START", start) + pad("DURATION", duration) + pad("TIMELINE", bar + 2) + pad("SERVICE", service)
                        + "NAME"));
        for (Row row : rows) {
            Span span = row.span();
            boolean error = span.statusCode() == SpanFields.ERROR;
            String colour = error ? "red" : colours.getOrDefault(span.serviceName(), "cyan");
            terminal.line(pad(start(span), start)
                    + pad(SpanFields.duration(span), duration)
                    + terminal.styled(colour, pad(bar(span, bar), bar + 2))
                    + terminal.styled(colour, pad(span.serviceName(), service))
                    + last(terminal, row, name, error));
        }
    }

    private static String last(Terminal terminal, Row row, int width, boolean error) {
        List<String> odd = new ArrayList<>();
        if (error) {
            odd.add(status(row.span()));
        }
        odd.addAll(row.notes());
        String notes = cut(Table.printable(String.join(", ", odd)), width / 2);
        String name = Table.printable(indent(row, width / 4) + row.span().name());
        String shown = cut(name, notes.isEmpty() ? width : width - notes.length() - GAP.length());
        return (error ? terminal.styled("red", shown) : shown)
                + (notes.isEmpty() ? "" : GAP + terminal.styled(error ? "red" : "faint", notes));
    }

    private static int widest(List<String> texts, String header) {
        return texts.stream().mapToInt(String::length).reduce(header.length(), Math::max);
    }

    private static String pad(String text, int width) {
        String shown = cut(Table.printable(text), width);
        return shown + " ".repeat(width - shown.length()) + GAP;
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
    }

    /** Returns blanks for the depth, at most so many; beyond them the depth as a number. */
    private static String indent(Row row, int most) {
        int blanks = 2 * row.depth();
        return blanks <= most ? " ".repeat(blanks) : " ".repeat(most) + row.depth() + "› ";
    }

    private String start(Span span) {
        return TraceTree.hasTime(span) ? "+" + Units.duration(span.startNanos() - startNanos) : "?";
    }

    private static String status(Span span) {
        String name = SpanFields.status(span);
        return span.statusMessage().isEmpty() ? name : name + ": " + span.statusMessage();
    }

    private String bar(Span span, int width) {
        if (!TraceTree.hasTime(span)) {
            return "|" + " ".repeat(width) + "|";
        }
        double length = Math.max(1.0, endNanos - startNanos);
        int from = cell((span.startNanos() - startNanos) / length * width, width);
        int to = Math.max(from + 1, cell(Math.ceil((span.endNanos() - startNanos) / length * width), width + 1));
        return "|" + ".".repeat(from) + "=".repeat(to - from) + ".".repeat(width - to) + "|";
    }

    private static int cell(double position, int cells) {
        return (int) Math.max(0, Math.min(position, cells - 1));
    }

    private static String plural(long count, String thing) {
        return Units.count(count) + " " + thing + (count == 1 ? "" : "s");
    }
}
