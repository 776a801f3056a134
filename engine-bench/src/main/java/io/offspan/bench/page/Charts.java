package io.offspan.bench.page;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which charts a report has: throughput, latencies, allocation and bytes on disk, for each part that measured them. */
final class Charts {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLION = 1e6;
    /** Beyond this factor the smaller of two bars can no longer be seen. */
    private static final double MOST_LINEAR = 20;

    /** The cost of a span, the most complete first. */
    private static final List<String> COSTS = List.of("cpu of process", "total cpu", "cpu");

    private static final Pattern PERCENTILE = Pattern.compile("(?:(.*) )?(p50|p99|p99\\.9|max)");
    private static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9", "max");

    private Charts() {}

    static List<Chart> of(Report report) {
        List<Chart> charts = new ArrayList<>();
        report.rows().stream().map(Row::group).distinct().forEach(group -> {
            List<Row> rows = report.rows().stream()
                    .filter(row -> row.group().equals(group) && row.measured())
                    .filter(row -> !row.subject().endsWith(Rounds.TWIN))
                    .toList();
            throughput(group, rows).ifPresent(charts::add);
            latencies(group, rows).ifPresent(charts::add);
            bars(
                            group,
                            "Allocation",
                            "Bytes that the calling thread allocates for a span. Less is better.",
                            rows,
                            row -> row.metric().equals("allocated")
                                    && row.unit().equals("B/span"))
                    .ifPresent(charts::add);
            bars(
                            group,
                            "Bytes on disk",
                            "Bytes that a span takes in the end. Less is better.",
                            rows,
                            row -> row.metric().equals("disk") || row.metric().equals("log"))
                    .ifPresent(charts::add);
        });
        return charts;
    }

    private static Optional<Chart> throughput(String group, List<Row> rows) {
        Map<String, Row> costs = new LinkedHashMap<>();
        for (Row row : rows) {
            int rank = COSTS.indexOf(row.metric());
            Row other = costs.get(row.subject());
            if (rank >= 0 && row.median() > 0 && (other == null || rank < COSTS.indexOf(other.metric()))) {
                costs.put(row.subject(), row);
            }
        }
        List<Row> shown = List.copyOf(costs.values());
        List<@Nullable Double> values = new ArrayList<>();
        shown.forEach(row -> values.add(NANOS_PER_SECOND / row.median() / MILLION));
        boolean process = shown.stream().anyMatch(row -> row.metric().equals(COSTS.get(0)));
        double most = shown.stream().mapToDouble(Row::median).max().orElse(1);
        double least = shown.stream().mapToDouble(Row::median).min().orElse(1);
        boolean logarithmic = most / least > MOST_LINEAR;
        String says = "Million spans for a second of processor time"
                + (process ? ", everything in the process included" : ", the store's own threads included")
                + (logarithmic ? ", each line ten times the one before" : "")
                + ". More is better.";
        return chart(group, "Throughput", says, "million spans/s", logarithmic, shown, values, Row::subject);
    }

    private static Optional<Chart> bars(String group, String title, String says, List<Row> rows, Predicate<Row> which) {
        List<Row> shown = rows.stream().filter(which).toList();
        boolean several = shown.stream().map(Row::metric).distinct().count() > 1;
        List<@Nullable Double> values = new ArrayList<>();
        shown.forEach(row -> values.add(row.median()));
        return chart(
                group,
                title,
                says,
                "B/span",
                false,
                shown,
                values,
                row -> several ? row.subject() + ", " + row.metric() : row.subject());
    }

    private static Optional<Chart> chart(
            String group,
            String title,
            String says,
            String unit,
            boolean logarithmic,
            List<Row> shown,
            List<@Nullable Double> values,
            java.util.function.Function<Row, String> label) {
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Chart(
                group,
                title,
                says,
                unit,
                logarithmic,
                shown.stream().map(label).toList(),
                shown.stream().map(row -> own(row.subject())).toList(),
                shown.stream().map(Charts::wrong).toList(),
                List.of(new Chart.Series(title, values))));
    }

    private static boolean own(String subject) {
        return subject.startsWith("offspan");
    }

    private static boolean wrong(Row row) {
        return Row.WRONG.equals(row.verdict());
    }

    /** Makes a bar for each percentile, and a label for each subject and what it was asked. */
    private static Optional<Chart> latencies(String group, List<Row> rows) {
        Map<String, Map<String, Row>> found = new LinkedHashMap<>();
        for (Row row : rows) {
            Matcher percentile = PERCENTILE.matcher(row.metric());
            if (row.unit().equals("us") && percentile.matches()) {
                String what = percentile.group(1);
                String label = what == null ? row.subject() : what + ", " + row.subject();
                found.computeIfAbsent(label, l -> new LinkedHashMap<>()).put(percentile.group(2), row);
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<String> labels = new ArrayList<>(found.keySet());
        // What was asked comes first, so that answers to one question stand together.
        if (labels.stream().anyMatch(label -> label.startsWith("Q1,"))) {
            Collections.sort(labels);
        }
        List<Boolean> own = new ArrayList<>();
        List<Boolean> wrong = new ArrayList<>();
        for (String label : labels) {
            List<Row> all = List.copyOf(found.getOrDefault(label, Map.of()).values());
            own.add(own(all.get(0).subject()));
            wrong.add(all.stream().anyMatch(Charts::wrong));
        }
        List<Chart.Series> series = new ArrayList<>();
        for (String percentile : PERCENTILES) {
            List<@Nullable Double> values = new ArrayList<>();
            for (String label : labels) {
                Row row = found.getOrDefault(label, Map.of()).get(percentile);
                values.add(row == null ? null : row.median());
            }
            if (values.stream().anyMatch(value -> value != null)) {
                series.add(new Chart.Series(percentile, values));
            }
        }
        String says = "Microseconds, each line ten times the one before. Less is better; red is a wrong answer.";
        return Optional.of(new Chart(group, "Latency", says, "µs", true, labels, own, wrong, series));
    }
}
