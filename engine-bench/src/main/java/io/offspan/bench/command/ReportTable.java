package io.offspan.bench.command;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import io.offspan.bench.suite.Markdown;
import io.offspan.bench.suite.SendTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints a report for humans. Figures that explain others only stand in the JSON. */
final class ReportTable {
    private static final Set<String> JSON_ONLY = Set.of("process cpu", "collections", "pauses");
    private static final List<String> HEADER =
            List.of("subject", "metric", "median", "best", "spread", "against", "answers");

    private final PrintStream out;

    ReportTable(PrintStream out) {
        this.out = out;
    }

    void print(Report report) {
        out.println(report.machine().processor() + ", " + report.machine().processors() + " processors, "
                + report.machine().jdk() + ", load " + report.machine().load());
        out.println("seed " + Long.toHexString(report.seed()) + ", " + report.spans() + " spans, " + report.mode());
        report.rows().stream().map(Row::group).distinct().forEach(group -> group(report, group));
    }

    private void group(Report report, String group) {
        Double noise = report.noise().get(group);
        out.println();
        out.println(group
                + (noise == null
                        ? ""
                        : String.format(Locale.ROOT, " (noise %.0f%%: a ratio within it is a tie)", noise * 100)));
        List<Row> rows =
                report.rows().stream().filter(row -> row.group().equals(group)).toList();
        List<List<String>> senders = SendTable.of(rows);
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        for (Row row : rows) {
            if (shown(row) && !SendTable.has(rows, row)) {
                lines.add(cells(row));
            }
        }
        align(lines, 2, 4);
        if (!senders.isEmpty()) {
            out.println();
            align(senders, 1, senders.get(0).size());
        }
        rows.stream()
                .filter(row -> row.note() != null)
                .map(row -> "  " + row.subject() + ": " + row.note())
                .distinct()
                .forEach(out::println);
    }

    private static boolean shown(Row row) {
        return !JSON_ONLY.contains(row.metric()) && !row.subject().endsWith(Rounds.TWIN);
    }

    private static List<String> cells(Row row) {
        if (!row.measured()) {
            return List.of(row.subject(), "", Row.NOT_RUN, "", "", "", "");
        }
        return List.of(
                row.subject(),
                row.metric(),
                Markdown.number(row.median()) + " " + row.unit(),
                row.rounds() > 1 ? Markdown.number(row.best()) : "",
                row.rounds() > 1 ? Math.round(row.spread() * 100) + "%" : "",
                against(row.ratio(), row.baseline(), row.verdict()),
                row.expected() == null ? "" : row.got() + " of " + row.expected());
    }

    private static String against(@Nullable Double ratio, @Nullable String baseline, @Nullable String verdict) {
        if (ratio == null) {
            return Row.WRONG.equals(verdict) ? "WRONG" : verdict == null ? "" : verdict;
        }
        return String.format(Locale.ROOT, "%.2f of %s: %s", ratio, baseline, verdict);
    }

    /** Prints lines in columns, those from one number to another with what they have at the right. */
    private void align(List<List<String>> lines, int from, int to) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder("  ");
            for (int i = 0; i < line.size(); i++) {
                String pad = " ".repeat(widths[i] - line.get(i).length());
                text.append(i >= from && i <= to ? pad + line.get(i) : line.get(i) + pad)
                        .append("  ");
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
