package io.offspan.bench.suite;

import io.offspan.bench.result.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The figures of those that send spans, a line for each sender: how fast, in how many bytes, at what cost. */
public final class SendTable {
    static final String RATE = "rate";
    static final String ENCODED = "OTLP";
    static final String SENT = "sent";
    static final String WIRE = "wire";
    static final String REQUEST = "request";

    private static final String CPU = "total cpu";
    /** Metrics in the order of their columns. */
    private static final List<String> COLUMNS = List.of(RATE, ENCODED, SENT, WIRE, REQUEST, CPU, "total allocated");

    private SendTable() {}

    /** Returns the heading and a line for each sender among rows of one group; nothing where there is none. */
    public static List<List<String>> of(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        for (Row each : rows) {
            if (each.metric().equals(RATE)) {
                if (lines.isEmpty()) {
                    lines.add(heading(rows, each.subject()));
                }
                lines.add(line(rows, each.subject()));
            }
        }
        return lines;
    }

    /** Tells whether a row of that group stands in the table. */
    public static boolean has(List<Row> rows, Row row) {
        return COLUMNS.contains(row.metric()) && find(rows, row.subject(), RATE) != null;
    }

    private static List<String> heading(List<Row> rows, String subject) {
        List<String> cells = new ArrayList<>(List.of("sender"));
        for (String metric : COLUMNS) {
            Row row = find(rows, subject, metric);
            cells.add(row == null ? metric : metric + ", " + row.unit());
        }
        cells.add("cpu against " + ExportSuite.PARSE);
        return cells;
    }

    private static List<String> line(List<Row> rows, String subject) {
        List<String> cells = new ArrayList<>(List.of(subject));
        for (String metric : COLUMNS) {
            Row row = find(rows, subject, metric);
            cells.add(row == null ? "" : Markdown.number(row.median()));
        }
        Row cpu = find(rows, subject, CPU);
        cells.add(cpu == null || cpu.ratio() == null ? "" : String.format(Locale.ROOT, "%.2f", cpu.ratio()));
        return cells;
    }

    private static @Nullable Row find(List<Row> rows, String subject, String metric) {
        for (Row row : rows) {
            if (row.subject().equals(subject) && row.metric().equals(metric)) {
                return row;
            }
        }
        return null;
    }
}
