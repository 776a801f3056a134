package io.offspan.bench.page;

import static io.offspan.bench.page.Html.element;
import static io.offspan.bench.page.Html.escape;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Machine;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import io.offspan.bench.suite.Goal;
import io.offspan.bench.suite.Goals;
import io.offspan.bench.suite.Markdown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a page says: where and how its figures were taken, the goals, and every part with its charts and its table. */
final class PageBody {
    /** What explains other figures and stands only in the JSON. */
    private static final Set<String> LEFT_OUT = Set.of("process cpu", "collections", "pauses");

    private static final List<String> HEADINGS = List.of("median", "best", "spread");

    private final Report report;
    private final List<Chart> charts;
    private final StringBuilder text = new StringBuilder();

    private PageBody(Report report, List<Chart> charts) {
        this.report = report;
        this.charts = charts;
    }

    static String of(Report report, List<Chart> charts) {
        PageBody body = new PageBody(report, charts);
        List<String> groups = report.rows().stream().map(Row::group).distinct().toList();
        body.origin();
        body.contents(groups);
        body.goals();
        groups.forEach(body::group);
        return body.text.toString();
    }

    private void line(String html) {
        text.append(html).append('\n');
    }

    private void origin() {
        Machine machine = report.machine();
        line("<h1>Offspan benchmark</h1>");
        line("<p id=\"failure\"></p>");
        line("<dl>");
        line("<dt>Command</dt><dd>" + element("code", "", report.command()) + "</dd>");
        term("Date", report.started() + String.format(Locale.ROOT, ", took %.0f s", report.seconds()));
        term("JDK", machine.jdk() + ", " + machine.collector());
        term(
                "Machine",
                String.format(
                        Locale.ROOT,
                        "%s, %d processors, %.0f GiB, %s, %s",
                        machine.processor(),
                        machine.processors(),
                        machine.memoryBytes() / (double) (1L << 30),
                        machine.system(),
                        machine.disk()));
        term("Load at start", machine.load());
        term(
                "Workload",
                String.format(
                        Locale.ROOT, "W1, seed %x, %,d spans, %s run", report.seed(), report.spans(), report.mode()));
        line("</dl>");
        line(
                "<p>Ratios decide: figures of one run were taken side by side, absolute times belong to one machine. Noise is how far"
                        + " two measurements of one thing lay apart; a ratio within it is a tie.</p>");
    }

    private void term(String name, String value) {
        line(element("dt", "", name) + element("dd", "", value));
    }

    private void contents(List<String> groups) {
        line("<nav><a href=\"#goals\">goals</a>");
        groups.forEach(group -> line("<a href=\"#" + Html.anchor(group) + "\">" + escape(group) + "</a>"));
        line("</nav>");
    }

    private void goals() {
        line("<h2 id=\"goals\">Goals</h2>\n<div class=\"table goals\"><table>");
        line(
                "<thead><tr><th>what</th><th>reached</th><th>floor</th><th>goal</th><th>moonshot</th></tr></thead>\n<tbody>");
        for (Goal goal : Goals.ALL) {
            line("<tr>" + element("td", "", goal.what()) + "<td>"
                    + reached(goal.reached().apply(report)) + "</td>"
                    + element("td", "soft floor", goal.floor()) + element("td", "soft design", goal.goal())
                    + element("td", "soft best", goal.moonshot()) + "</tr>");
        }
        line("</tbody></table></div>");
    }

    /** Markdown's emphasis, which is a level, and what is not there become marks. */
    private static String reached(String said) {
        if (said.startsWith("**")) {
            int end = said.indexOf("**", 2);
            String level = said.substring(2, end);
            return element("span", "mark " + level, level)
                    + escape(said.substring(end + 2).replaceFirst("^:", ""));
        }
        for (String mark : List.of(Row.NOT_RUN, "NOT BUILT")) {
            if (said.startsWith(mark)) {
                return element("span", "mark", mark)
                        + escape(said.substring(mark.length()).replaceFirst("^:", ""));
            }
        }
        return escape(said);
    }

    private void group(String group) {
        line("<h2 id=\"" + Html.anchor(group) + "\">" + escape(group) + "</h2>");
        Double noise = report.noise().get(group);
        if (noise != null) {
            line(element("p", "soft", String.format(Locale.ROOT, "Noise %.0f %%.", noise * 100)));
        }
        for (int i = 0; i < charts.size(); i++) {
            if (charts.get(i).group().equals(group)) {
                figure(i, charts.get(i));
            }
        }
        Map<String, List<Row>> subjects = new LinkedHashMap<>();
        report.rows().stream()
                .filter(row -> row.group().equals(group) && !row.subject().endsWith(Rounds.TWIN))
                .filter(row -> !LEFT_OUT.contains(row.metric()))
                .forEach(row -> subjects.computeIfAbsent(row.subject(), s -> new ArrayList<>())
                        .add(row));
        line("<div class=\"table\"><table>\n<thead><tr><th></th>");
        HEADINGS.forEach(heading -> line(element("th", "number", heading)));
        line("<th>against</th><th>answers</th></tr></thead>");
        subjects.forEach(this::subject);
        line("</table></div>");
    }

    private void figure(int number, Chart chart) {
        line("<figure>" + element("h3", "", chart.title()) + element("figcaption", "", chart.says()));
        line("<div class=\"plot\"><canvas id=\"chart-" + number + "\" role=\"img\" aria-label=\""
                + escape(chart.title() + ", " + chart.group() + "; the figures are in the table below")
                + "\"></canvas></div></figure>");
    }

    private void subject(String subject, List<Row> rows) {
        line("<tbody><tr class=\"subject\"><th colspan=\"6\">" + escape(subject));
        rows.stream()
                .map(Row::note)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(note -> line(element("span", "note", note)));
        line("</th></tr>");
        rows.forEach(row -> line("<tr>" + cells(row) + "</tr>"));
        line("</tbody>");
    }

    private static String cells(Row row) {
        if (!row.measured()) {
            return "<td colspan=\"6\">" + element("span", "mark", Row.NOT_RUN) + "</td>";
        }
        boolean once = row.rounds() == 1;
        return element("td", "", row.metric())
                + element("td", "number", Markdown.number(row.median()) + " " + row.unit())
                + element("td", "number", once ? "" : Markdown.number(row.best()))
                + element("td", "number", once ? "" : Math.round(row.spread() * 100) + " %")
                + "<td class=\"against\">" + against(row) + "</td>"
                + element("td", "", row.expected() == null ? "" : row.got() + " of " + row.expected());
    }

    private static String against(Row row) {
        String verdict = row.verdict();
        String mark = verdict == null ? "" : element("span", "mark " + Html.anchor(verdict), verdict);
        Double ratio = row.ratio();
        return ratio == null ? mark : mark + escape(" " + Markdown.number(ratio) + " of " + row.baseline());
    }
}
