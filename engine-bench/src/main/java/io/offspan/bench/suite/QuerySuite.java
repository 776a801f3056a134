package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
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

    public static final String INDEX = "offspan index of the log";
    private static final String BY_SCAN = ", by scan";

    /** Questions of each set that are asked where every one of them reads the whole store. */
    private static final int SAMPLE = 20;

    private static final IndexLimits LIMITS = new IndexLimits(64L << 20, 4L << 30);

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
        return WARM_UPS + size.rounds() + 4 + RecoveryTime.steps(size);
    }

    /** One of the three sets: its name, its questions, and what it found. */
    private static final class Set {
        final String subject;
        final int questions;
        final int sample;
        final W1Answers.Question question;
        final List<Double> medians = new ArrayList<>();
        final List<Double> tails = new ArrayList<>();
        final List<Double> allocated = new ArrayList<>();
        long expected;
        long got;
        boolean wrong;

        Set(String subject, int questions, int sample, W1Answers.Question question) {
            this.subject = subject;
            this.questions = questions;
            this.sample = sample;
            this.question = question;
        }

        int which(int number) {
            return (int) ((long) number * questions / sample);
        }

        void round(boolean counted) {
            Latencies latencies = new Latencies();
            Meter meter = new Meter();
            expected = 0;
            got = 0;
            meter.start();
            for (int i = 0; i < sample; i++) {
                long begin = System.nanoTime();
                W1Answers.Checked answer = question.ask(which(i));
                latencies.record(System.nanoTime() - begin);
                expected += answer.expected();
                got += answer.got();
                wrong |= !answer.right();
            }
            meter.stop(sample);
            if (counted) {
                medians.add(latencies.micros(50));
                tails.add(latencies.micros(99));
                allocated.add(meter.figures().getOrDefault(Metric.ALLOCATED, 0.0));
            }
        }

        List<Row> rows() {
            String note = sample == questions
                    ? "by the live index, which is as far as the log; every question"
                    : "by a scan of all spans; sample " + sample + " of " + questions;
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
        try (StoreReader reader = StoreReader.open(directory);
                StoreReader indexed = StoreReader.open(directory);
                SpanIndex index = SpanIndex.open(indexed, LIMITS)) {
            steps.next("query, indexing the log");
            rows.addAll(indexing(index));
            List<Set> sets = new ArrayList<>();
            addSets(sets, "", new W1Answers(QueryEngine.over(indexed), oracle), false);
            addSets(sets, BY_SCAN, new W1Answers(QueryEngine.over(reader), oracle), true);
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

    private static void addSets(List<Set> sets, String suffix, W1Answers answers, boolean sampled) {
        add(sets, TRACE + suffix, W1Queries.TRACE_LOOKUPS, sampled, answers::trace);
        add(sets, SEARCH + suffix, W1Queries.SEARCHES, sampled, answers::search);
        add(sets, COUNT + suffix, W1Queries.COUNTS, sampled, answers::count);
    }

    private static void add(
            List<Set> sets, String subject, int questions, boolean sampled, W1Answers.Question question) {
        sets.add(new Set(subject, questions, sampled ? SAMPLE : questions, question));
    }

    /** Indexes the whole log, on this thread, and says what that cost beyond having the spans stored. */
    private static List<Row> indexing(SpanIndex index) {
        Meter meter = new Meter();
        meter.start();
        int done = index.doWork();
        while (done > 0) {
            done = index.doWork();
        }
        if (index.failure() != null || index.lag() > 0) {
            throw new IllegalStateException(index.lag() + " spans of the store were not indexed", index.failure());
        }
        long spans = Math.max(index.counters().spansIndexed(), 1);
        meter.stop(spans);
        String note = "once, cold: checksums, first use of each block and compilation included";
        return List.of(
                Row.single(GROUP, INDEX, "cpu", "ns/span", true, meter.figures().getOrDefault(Metric.CPU, 0.0))
                        .noted(note),
                Row.single(
                        GROUP,
                        INDEX,
                        "memory",
                        "B/span",
                        true,
                        (double) index.counters().bytes() / spans));
    }
}
