package io.offspan.bench.suite;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes reports as Markdown: where and how they were made, the goals and how far each was reached, and every figure. */
public final class Markdown {
    static final String BEGIN = "<!-- figures of the bench command: begin -->";
    static final String END = "<!-- figures of the bench command: end -->";
    private static final Set<String> LEFT_OUT = Set.of("process cpu", "collections", "pauses");

    private Markdown() {}

    /**
     * Returns a document with everything between its two marker lines replaced.
     *
     * @throws IllegalArgumentException when it has no such lines
     */
    public static String into(String document, List<Report> reports) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "The document has not the two lines between which figures go: '" + BEGIN + "' and '" + END + "'");
        }
        return document.substring(0, begin + BEGIN.length()) + "\n\n" + figures(reports) + "\n"
                + document.substring(end);
    }

    private static String figures(List<Report> reports) {
        StringBuilder text = new StringBuilder();
        for (Report report : reports) {
            text.append(origin(report));
        }
        text.append("\n## Goals\n\n").append(goals(reports));
        for (Report report : reports) {
            text.append("\n## Every figure, ").append(shortName(report)).append("\n");
            report.rows().stream().map(Row::group).distinct().forEach(group -> text.append(group(report, group)));
        }
        return text.toString();
    }

    private static String shortName(Report report) {
        String jdk = report.machine().jdk();
        return "JDK " + jdk.replaceFirst("^\\D*", "");
    }

    private static String origin(Report report) {
        return String.format(
                Locale.ROOT,
                "* **%s**: `%s` on %s, %.0f s. %s, %d processors, %.0f GiB, %s, %s, load %s; %s, %s."
                        + " Seed %x, %,d spans.%n",
                shortName(report),
                report.command(),
                report.started(),
                report.seconds(),
                report.machine().processor(),
                report.machine().processors(),
                report.machine().memoryBytes() / (double) (1L << 30),
                report.machine().system(),
                report.machine().disk(),
                report.machine().load(),
                report.machine().jdk(),
                report.machine().collector(),
                report.seed(),
                report.spans());
    }

    private static String goals(List<Report> reports) {
        StringBuilder text = new StringBuilder("| what | floor | goal | moonshot |");
        reports.forEach(
                report -> text.append(" reached, ").append(shortName(report)).append(" |"));
        text.append("\n|---|---|---|---|").append("---|".repeat(reports.size())).append('\n');
        for (Goal goal : Goals.ALL) {
            List<String> cells = new ArrayList<>(List.of(goal.what(), goal.floor(), goal.goal(), goal.moonshot()));
            reports.forEach(report -> cells.add(goal.reached().apply(report)));
            text.append(line(cells));
        }
        return text.toString();
    }

    private static String group(Report report, String group) {
        StringBuilder text = new StringBuilder("\n### ").append(group).append("\n\n");
        Double noise = report.noise().get(group);
        if (noise != null) {
            text.append(String.format(
                    Locale.ROOT,
                    "The same subject measured twice in each round lay %.0f %% apart; a ratio within that is a tie.%n%n",
                    noise * 100));
        }
        text.append(
                "| subject | metric | median | best | spread | against | answers |\n|---|---|---|---|---|---|---|\n");
        List<Row> rows =
                report.rows().stream().filter(row -> row.group().equals(group)).toList();
        for (Row row : rows) {
            if (!LEFT_OUT.contains(row.metric()) && !row.subject().endsWith(Rounds.TWIN) && !SendTable.has(rows, row)) {
                text.append(line(cells(row)));
            }
        }
        text.append('\n');
        List<List<String>> senders = SendTable.of(rows);
        for (int i = 0; i < senders.size(); i++) {
            text.append(line(senders.get(i)))
                    .append(i == 0 ? "|---" + "|---:".repeat(senders.get(0).size() - 1) + "|\n" : "");
        }
        text.append(senders.isEmpty() ? "" : "\n");
        rows.stream()
                .filter(row -> row.note() != null)
                .map(row -> "* " + row.subject() + ": " + row.note() + "\n")
                .distinct()
                .forEach(text::append);
        return text.toString();
    }

    private static List<String> cells(Row row) {
        if (!row.measured()) {
            return List.of(row.subject(), "", Row.NOT_RUN, "", "", "", "");
        }
        boolean once = row.rounds() == 1;
        String against = row.ratio() == null
                ? Row.WRONG.equals(row.verdict()) ? "**wrong**" : row.verdict() == null ? "" : row.verdict()
                : String.format(Locale.ROOT, "%.2f of %s: %s", row.ratio(), row.baseline(), row.verdict());
        return List.of(
                row.subject(),
                row.metric(),
                number(row.median()) + " " + row.unit(),
                once ? "" : number(row.best()),
                once ? "" : Math.round(row.spread() * 100) + " %",
                against,
                row.expected() == null ? "" : row.got() + " of " + row.expected());
    }

    /** Writes a figure with about three digits. */
    public static String number(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        String format =
                size < 0.001 ? "%.1e" : size < 0.1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
