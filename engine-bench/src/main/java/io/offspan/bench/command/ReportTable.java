package io.offspan.bench.command;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import io.offspan.bench.suite.Markdown;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints a report for humans. Figures that explain others only stand in the JSON. */
final class ReportTable {
    private static final Set<String> JSON_ONLY = Set.of("process cpu", "collections", "pauses");
    private static final String[] HEADER = {"subject", "metric", "median", "best", "spread", "against", "answers"};

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
        List<String[]> lines = new ArrayList<>();
        lines.add(HEADER);
        for (Row row : report.rows()) {
            if (row.group().equals(group) && shown(row)) {
                lines.add(cells(row));
            }
        }
        align(lines);
        report.rows().stream()
                .filter(row -> row.group().equals(group) && row.note() != null)
                .map(row -> "  " + row.subject() + ": " + row.note())
                .distinct()
                .forEach(out::println);
    }

    private static boolean shown(Row row) {
        return !JSON_ONLY.contains(row.metric()) && !row.subject().endsWith(Rounds.TWIN);
    }

    private static String[] cells(Row row) {
        if (!row.measured()) {
            return new String[] {row.subject(), "", Row.NOT_RUN, "", "", "", ""};
        }
        return new String[] {
            row.subject(),
            row.metric(),
            Markdown.number(row.median()) + " " + row.unit(),
            row.rounds() > 1 ? Markdown.number(row.best()) : "",
            row.rounds() > 1 ? Math.round(row.spread() * 100) + "%" : "",
            against(row.ratio(), row.baseline(), row.verdict()),
            row.expected() == null ? "" : row.got() + " of " + row.expected()
        };
    }

    private static String against(@Nullable Double ratio, @Nullable String baseline, @Nullable String verdict) {
        if (ratio == null) {
            return Row.WRONG.equals(verdict) ? "WRONG" : verdict == null ? "" : verdict;
        }
        return String.format(Locale.ROOT, "%.2f of %s: %s", ratio, baseline, verdict);
    }

    private void align(List<String[]> lines) {
        int[] widths = new int[HEADER.length];
        for (String[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        for (String[] line : lines) {
            StringBuilder text = new StringBuilder("  ");
            for (int i = 0; i < line.length; i++) {
                boolean right = i >= 2 && i <= 4;
                String pad = " ".repeat(widths[i] - line[i].length());
                text.append(right ? pad + line[i] : line[i] + pad).append("  ");
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
