package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks a store the questions of the workload, checks every answer, and measures how long each took. */
public final class QuerySuite implements Suite {
    public static final String GROUP = "query";
    public static final String TRACE = "offspan Q1 trace by id";
    public static final String SEARCH = "offspan Q2 search";
    public static final String COUNT = "offspan Q3 count";

    /** Questions of each set that are asked while every one of them reads the whole store. */
    private static final int SAMPLE = 20;

    private static final int WARM_UPS = 2;

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Trace lookups, searches and counts, each answer checked against one found by brute force.";
    }

    @Override
    public int steps(RunSize size) {
        return WARM_UPS + size.rounds() + 3 + RecoveryTime.steps(size);
    }

    /** One of the three sets: its name, its questions, and what it found. */
    private static final class Set {
        final String subject;
        final int questions;
        final W1Answers.Question question;
        final List<Double> medians = new ArrayList<>();
        final List<Double> tails = new ArrayList<>();
        final List<Double> allocated = new ArrayList<>();
        long expected;
        long got;
        boolean wrong;

        Set(String subject, int questions, W1Answers.Question question) {
            this.subject = subject;
            this.questions = questions;
            this.question = question;
        }

        int which(int sample) {
            return (int) ((long) sample * questions / SAMPLE);
        }

        void round(boolean counted) {
            Latencies latencies = new Latencies();
            Meter meter = new Meter();
            expected = 0;
            got = 0;
            meter.start();
            for (int i = 0; i < SAMPLE; i++) {
                long begin = System.nanoTime();
                W1Answers.Checked answer = question.ask(which(i));
                latencies.record(System.nanoTime() - begin);
                expected += answer.expected();
                got += answer.got();
                wrong |= !answer.right();
            }
            meter.stop(SAMPLE);
            if (counted) {
                medians.add(latencies.micros(50));
                tails.add(latencies.micros(99));
                allocated.add(meter.figures().getOrDefault(Metric.ALLOCATED, 0.0));
            }
        }

        List<Row> rows() {
            String note = "by a scan of all spans, there is no index yet; sample " + SAMPLE + " of " + questions;
            Row first = Row.of(GROUP, subject, "p50", "us", true, medians)
                    .answered(expected, got)
                    .noted(note);
            return List.of(
                    wrong ? first.wrong() : first,
                    Row.of(GROUP, subject, "p99", "us", true, tails).noted(note),
                    Row.of(GROUP, subject, "allocated", "B/query", true, allocated)
                            .noted(note));
        }
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        Path directory = Stores.filled(size, steps);
        steps.next("query, answers by brute force");
        W1Oracle oracle = W1Oracle.of(size.seed(), size.spans());
        List<Row> rows = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory)) {
            W1Answers answers = new W1Answers(QueryEngine.over(reader), oracle);
            List<Set> sets = List.of(
                    new Set(TRACE, W1Queries.TRACE_LOOKUPS, answers::trace),
                    new Set(SEARCH, W1Queries.SEARCHES, answers::search),
                    new Set(COUNT, W1Queries.COUNTS, answers::count));
            for (int i = 0; i < WARM_UPS + size.rounds(); i++) {
                steps.next("query, round " + (i + 1 - WARM_UPS));
                boolean counted = i >= WARM_UPS;
                sets.forEach(set -> set.round(counted));
            }
            sets.forEach(set -> rows.addAll(set.rows()));
        }
        steps.next("query, snapshots");
        rows.addAll(SnapshotTime.rows(size));
        rows.addAll(OpenTime.rows(size, directory));
        rows.addAll(RecoveryTime.rows(size, steps));
        return new Outcome(rows, 0);
    }
}
