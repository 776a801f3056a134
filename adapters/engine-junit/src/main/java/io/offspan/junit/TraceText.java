package io.offspan.junit;

import io.offspan.codec.model.Attribute;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.TraceTree;
import io.offspan.query.TraceTree.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Traces as the text of a failed assertion: a line a span below its parent with a bar that shows when it ran, and its attributes where the trace is small. */
final class TraceText {
    private static final int MOST_TRACES = 5;
    private static final int MOST_ROWS = 100;
    /** Up to so many spans, attributes are shown. */
    private static final int MOST_WITH_ATTRIBUTES = 30;

    private static final int MOST_ATTRIBUTE_CHARS = 200;
    private static final int BAR = 24;

    private final List<Row> rows;
    private final StringBuilder text;
    private long start = -1;
    private long end;

    private TraceText(List<Span> spans, StringBuilder text) {
        rows = new TraceTree(spans).rows();
        this.text = text;
        for (Span span : spans) {
            if (TraceTree.hasTime(span)) {
                start = Long.compareUnsigned(span.startNanos(), start) < 0 ? span.startNanos() : start;
                end = Long.compareUnsigned(span.endNanos(), end) > 0 ? span.endNanos() : end;
            }
        }
    }

    /** Returns the traces of some spans, the first few of them. */
    static String of(List<Span> spans) {
        if (spans.isEmpty()) {
            return "No span is stored of it.";
        }
        Map<String, List<Span>> traces =
                spans.stream().collect(Collectors.groupingBy(Span::traceId, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        traces.values().stream().limit(MOST_TRACES).forEach(trace -> new TraceText(trace, text).print());
        int left = traces.size() - MOST_TRACES;
        return left > 0
                ? text.append("and ").append(left).append(" more traces").toString()
                : text.toString();
    }

    private void print() {
        long services =
                rows.stream().map(row -> row.span().serviceName()).distinct().count();
        text.append("trace ").append(rows.get(0).span().traceId()).append(": ");
        text.append(rows.size()).append(rows.size() == 1 ? " span of " : " spans of ");
        text.append(services).append(services == 1 ? " service" : " services");
        text.append(start == -1 ? "" : " in " + duration(Math.max(0, end - start)))
                .append('\n');
        int service = rows.stream()
                .mapToInt(row -> printable(row.span().serviceName()).length())
                .max()
                .orElse(0);
        for (Row row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
            line(row, service);
        }
        if (rows.size() > MOST_ROWS) {
            text.append("  and ").append(rows.size() - MOST_ROWS).append(" more spans\n");
        }
    }

    private void line(Row row, int service) {
        Span span = row.span();
        String indent = "  ".repeat(Math.min(row.depth(), 16));
        StringBuilder line = new StringBuilder();
        line.append(String.format(
                Locale.ROOT,
                "  %8s %8s  %s  %-" + Math.max(1, service) + "s  %s%s",
                TraceTree.hasTime(span) ? "+" + duration(span.startNanos() - start) : "?",
                span.hasEnd() ? duration(span.durationNanos()) : "?",
                bar(span),
                printable(span.serviceName()),
                indent,
                printable(span.name())));
        List<String> notes = new ArrayList<>();
        if (span.statusCode() == SpanStatus.ERROR.code()) {
            notes.add("error" + (span.statusMessage().isEmpty() ? "" : ": " + printable(span.statusMessage())));
        }
        notes.addAll(row.notes(TraceText::duration));
        text.append(line.toString().stripTrailing());
        text.append(notes.isEmpty() ? "" : "  (" + String.join("; ", notes) + ")")
                .append('\n');
        if (rows.size() <= MOST_WITH_ATTRIBUTES && !span.attributes().isEmpty()) {
            String attributes =
                    span.attributes().stream().map(TraceText::attribute).collect(Collectors.joining(", "));
            text.append(" ".repeat(2 + 8 + 1 + 8 + 2 + BAR + 2 + 2 + Math.max(1, service) + 2));
            text.append(indent).append("· ");
            text.append(
                    attributes.length() > MOST_ATTRIBUTE_CHARS
                            ? attributes.substring(0, MOST_ATTRIBUTE_CHARS) + "…"
                            : attributes);
            text.append('\n');
        }
    }

    private static String attribute(Attribute attribute) {
        return printable(attribute.key()) + "=" + printable(attribute.value().toString());
    }

    private String bar(Span span) {
        if (!TraceTree.hasTime(span)) {
            return "|" + " ".repeat(BAR) + "|";
        }
        double length = Math.max(1.0, end - start);
        int from = cell((span.startNanos() - start) / length * BAR, BAR - 1);
        int to = Math.max(from + 1, cell(Math.ceil((span.endNanos() - start) / length * BAR), BAR));
        return "|" + ".".repeat(from) + "=".repeat(to - from) + ".".repeat(BAR - to) + "|";
    }

    private static int cell(double position, int most) {
        return (int) Math.max(0, Math.min(position, most));
    }

    /** Writes a duration with three digits or so: {@code 850ns}, {@code 12.3ms}, {@code 4.56s}. */
    static String duration(long nanos) {
        double size = Math.abs((double) nanos);
        if (size < 1e3) {
            return nanos + "ns";
        }
        return size < 1e6
                ? scaled(nanos / 1e3, "us")
                : size < 1e9 ? scaled(nanos / 1e6, "ms") : scaled(nanos / 1e9, "s");
    }

    private static String scaled(double value, String unit) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 10 ? "%.2f%s" : size < 100 ? "%.1f%s" : "%.0f%s", value, unit);
    }

    /** Replaces what would break the line or turn its direction. */
    static String printable(String text) {
        return text.codePoints()
                .map(c -> switch (Character.getType(c)) {
                    case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
                    case Character.FORMAT, Character.SURROGATE -> '\ufffd';
                    default -> c;
                })
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
