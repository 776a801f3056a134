package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Layout;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import io.offspan.query.TraceTree;
import io.offspan.query.TraceTree.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A trace as text: one line a span below its parent, with a bar that shows when it ran.
 *
 * <p>On a terminal the lines are as wide as it is and services have colours; elsewhere there are tabs between the columns and nothing
 * is cut.
 */
public final class Waterfall {
    private static final int BAR_WIDTH = 24;
    private static final int MOST_SERVICE = 20;
    private static final int MAX_INDENT = 32;
    /** What stands before a reason, which is below its span. */
    private static final String REASON = "╰ ";

    private static final int MOST_REASON_LINES = 3;

    private static final List<Column> COLUMNS = List.of(
            Column.text("START", 7),
            Column.text("DURATION", 7),
            Column.text("TIMELINE", 10),
            Column.text("SERVICE", 6),
            Column.text("NAME", 24));

    private static final int NAME = 4;
    /** What a narrow terminal does without, first to last. */
    private static final int[] ORDER = {0, 3, 2, 1, NAME};

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

    /** Returns the spans in the order in which they are printed. */
    List<Row> rows() {
        return tree.rows();
    }

    private void summary(Terminal terminal) {
        List<Row> rows = tree.rows();
        long errors = rows.stream().filter(row -> SpanReason.failed(row.span())).count();
        List<String> parts = new ArrayList<>();
        parts.add("trace " + rows.get(0).span().traceId() + ": " + Units.count(rows.size(), "span") + " of "
                + Units.count(colours.size(), "service")
                + (endNanos == 0 ? ", unfinished" : " in " + Units.duration(Math.max(endNanos - startNanos, 0))));
        add(parts, errors, errors == 1 ? "error" : "errors");
        add(parts, tree.shared(), "with the id of another");
        add(parts, tree.orphans(), "without their parent");
        add(parts, tree.skewed(), "outside of their parents' time");
        parts.add("from " + Units.time(startNanos));
        String summary = String.join(", ", parts);
        if (terminal.interactive()) {
            Cells.wrap(summary, terminal.columns()).forEach(terminal::line);
        } else {
            terminal.line(summary);
        }
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(Units.count(count) + " " + what);
        }
    }

    private void table(Terminal terminal) {
        Table table = new Table(Stream.of("START", "DURATION", "TIMELINE", "SERVICE", "NAME", "STATUS", "NOTES")
                .map(name -> Column.text(name, 1))
                .toList());
        for (Row row : tree.rows()) {
            Span span = row.span();
            table.add(
                    start(span),
                    SpanFields.duration(span),
                    bar(span, BAR_WIDTH),
                    span.serviceName(),
                    indent(row, MAX_INDENT) + span.name(),
                    SpanReason.status(span),
                    String.join(", ", concat(row.notes(Units::duration), SpanReason.exceptions(span))));
        }
        table.print(terminal);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Prints for a terminal: what is fixed first, the name and what is odd in the rest of the line, why it failed below it. */
    private void lines(Terminal terminal) {
        List<Row> rows = tree.rows();
        int line = terminal.columns();
        int[] wanted = new int[COLUMNS.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = Cells.width(COLUMNS.get(i).name());
        }
        for (Row row : rows) {
            wanted[0] = Math.max(wanted[0], start(row.span()).length());
            wanted[1] = Math.max(wanted[1], SpanFields.duration(row.span()).length());
        }
        colours.keySet().forEach(service -> wanted[3] = Math.max(wanted[3], Cells.width(Cells.printable(service))));
        wanted[3] = Math.min(wanted[3], MOST_SERVICE);
        wanted[2] = Math.max(wanted[2], Math.min(2 * BAR_WIDTH, line / 4)) + 2;
        wanted[NAME] = line;
        Layout layout = Layout.fit(COLUMNS, wanted, line, ORDER);
        terminal.line(terminal.styled("bold", layout.header()));
        for (Row row : rows) {
            line(terminal, layout, row);
            if (SpanReason.failed(row.span())) {
                SpanReason.lines(row.span()).forEach(reason -> reason(terminal, Cells.printable(reason), line));
            }
        }
    }

    /** Prints a reason in a few indented lines. */
    private static void reason(Terminal terminal, String text, int line) {
        String indent = " ".repeat(line / 5);
        int room = Math.max(1, line - indent.length() - REASON.length());
        List<String> lines = Cells.wrap(text, room);
        for (int i = 0; i < Math.min(MOST_REASON_LINES, lines.size()); i++) {
            boolean more = i + 1 == MOST_REASON_LINES && lines.size() > MOST_REASON_LINES;
            String shown = more ? Cells.cut(lines.get(i) + " " + lines.get(i + 1), room) : lines.get(i);
            String start = indent + (i == 0 ? REASON : " ".repeat(REASON.length()));
            terminal.line(terminal.styled("red", Cells.cut(start + shown, line)));
        }
    }

    private void line(Terminal terminal, Layout layout, Row row) {
        Span span = row.span();
        boolean error = SpanReason.failed(span);
        String colour = error ? "red" : colours.getOrDefault(span.serviceName(), "cyan");
        List<String> cells = new ArrayList<>();
        cells.add(layout.cell(0, start(span)));
        cells.add(layout.cell(1, SpanFields.duration(span)));
        int bar = layout.width(2) - 2;
        cells.add(bar < 1 ? "" : terminal.styled(colour, bar(span, bar)));
        String service = layout.cell(3, Cells.printable(span.serviceName()));
        cells.add(service.isEmpty() ? "" : terminal.styled(colour, service));
        cells.removeIf(String::isEmpty);
        cells.add(name(terminal, row, layout.width(NAME), error));
        terminal.line(String.join(GAP, cells));
    }

    private static String name(Terminal terminal, Row row, int width, boolean error) {
        List<String> odd = new ArrayList<>();
        if (error) {
            odd.add(SpanFields.status(row.span()));
        }
        odd.addAll(row.notes(Units::duration));
        String notes = Cells.cut(Cells.printable(String.join(", ", odd)), width / 2);
        String name = Cells.printable(indent(row, width / 4) + row.span().name());
        String shown = Cells.cut(name, notes.isEmpty() ? width : width - Cells.width(notes) - GAP.length());
        return (error ? terminal.styled("red", shown) : shown)
                + (notes.isEmpty() ? "" : GAP + terminal.styled(error ? "red" : "faint", notes));
    }

    /** Returns blanks for the depth, at most so many; beyond them the depth as a number. */
    private static String indent(Row row, int most) {
        int blanks = 2 * row.depth();
        return blanks <= most ? " ".repeat(blanks) : " ".repeat(most) + row.depth() + "› ";
    }

    private String start(Span span) {
        return TraceTree.hasTime(span) ? "+" + Units.duration(span.startNanos() - startNanos) : "?";
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
}
