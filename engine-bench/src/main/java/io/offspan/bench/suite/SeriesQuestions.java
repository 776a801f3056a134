package io.offspan.bench.suite;

import io.offspan.bench.w1.W1Span;
import io.offspan.bench.w1.W1Stream;
import io.offspan.query.PreparedSeries;
import io.offspan.query.QueryEngine;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Questions for numbers over the first hour of the workload, in its usual steps: the rate of each service and a quantile of each name. All
 * rates together are checked against how many spans there are, and the quantiles of one name against its durations. There is nothing of a peer
 * beside them: RocksDB has no numbers over time, and Lucene only counts by what was indexed for it.
 */
final class SeriesQuestions {
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double QUANTILE = .99;

    private final Steps steps;
    private final String name;
    private final Set<String> names = new TreeSet<>();
    private final Map<Integer, List<Long>> durations = new TreeMap<>();
    private long spans;

    private SeriesQuestions(Steps steps, String name) {
        this.steps = steps;
        this.name = name;
    }

    static SeriesQuestions of(long seed, long spans) {
        W1Stream first = new W1Stream(seed, spans);
        long from = Long.MAX_VALUE;
        String name = "";
        for (W1Span span = first.next(); span != null; span = first.next()) {
            if (span.startNanos() < from) {
                from = span.startNanos();
                name = span.name();
            }
        }
        SeriesQuestions questions = new SeriesQuestions(Steps.range(from, from + HOUR_NANOS), name);
        W1Stream second = new W1Stream(seed, spans);
        for (W1Span span = second.next(); span != null; span = second.next()) {
            questions.add(span);
        }
        return questions;
    }

    private void add(W1Span span) {
        int interval = steps.intervalOf(span.startNanos());
        if (interval < 0) {
            return;
        }
        spans++;
        names.add(span.name());
        if (span.name().equals(name)) {
            durations
                    .computeIfAbsent(interval, key -> new ArrayList<>())
                    .add(Math.max(0, span.endNanos() - span.startNanos()));
        }
    }

    /** Prepares all questions for an engine. */
    void prepare(QueryEngine engine, MoreQuestions.Sink sink) {
        PreparedSeries rates = prepared(engine, "{ } | rate() by(resource.service.name)");
        sink.take(MoreQuestions.PREFIX + "rate by service over an hour", number -> {
            double sum = 0;
            for (Series series : rates.run().series()) {
                for (double rate : series.values()) {
                    sum += rate * steps.seconds();
                }
            }
            long got = Math.round(sum);
            return new W1Answers.Checked(spans, got, got == spans);
        });
        double expected = expected();
        PreparedSeries quantiles = prepared(engine, "{ } | quantile_over_time(duration, " + QUANTILE + ") by(name)");
        sink.take(MoreQuestions.PREFIX + "quantile by name over an hour", number -> {
            List<Series> found = quantiles.run().series();
            double sum = 0;
            for (Series series : found) {
                if (String.valueOf(series.labels().get(0).value()).equals(name)) {
                    sum = series.samples().stream()
                            .mapToDouble(sample -> sample.value() * NANOS_PER_SECOND)
                            .map(Math::rint)
                            .sum();
                }
            }
            return new W1Answers.Checked(names.size(), found.size(), sum == expected && found.size() == names.size());
        });
    }

    private PreparedSeries prepared(QueryEngine engine, String traceQl) {
        return engine.prepare(TraceQl.parseMetrics(traceQl), steps, SeriesLimits.DEFAULT);
    }

    /** Adds up the quantiles of the name in all intervals, in nanoseconds. */
    private double expected() {
        double sum = 0;
        for (List<Long> each : durations.values()) {
            Collections.sort(each);
            sum += each.get((int) Math.max(1, Math.ceil(QUANTILE * each.size())) - 1);
        }
        return sum;
    }
}
