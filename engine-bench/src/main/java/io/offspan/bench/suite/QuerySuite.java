package io.offspan.bench.suite;

import io.offspan.bench.measure.DiskUse;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a store the questions of the workload, checks every answer, and measures how long each took. */
public final class QuerySuite implements Suite {
    public static final String GROUP = "query";
    public static final String TRACE = "offspan Q1 trace by id";
    public static final String SEARCH = "offspan Q2 search";
    public static final String COUNT = "offspan Q3 count";

    private static final String PAIR_SEARCH = "offspan search of pairs, all posted keys";
    private static final String PAIR_COUNT = "offspan count of pairs, all posted keys";
    private static final String PAIR_OF_SERVICE = "offspan count of pairs in a service, all posted keys";

    public static final String INDEX = "offspan index of the log";
    public static final String FILES = "offspan index in files";
    private static final String BY_SCAN = ", by scan";
    private static final String SEALED = ", sealed";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** How often each of the further questions is asked in a round. */
    private static final int REPEATED = 200;

    private static final long BUDGET_NANOS = 50_000_000;

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
        return 2 * (WARM_UPS + size.rounds()) + 6 + RecoveryTime.steps(size);
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        Path directory = Stores.filled(size, steps);
        steps.next("query, answers by brute force");
        W1Oracle oracle = W1Oracle.of(size.seed(), size.spans());
        MoreQuestions more = MoreQuestions.of(size.seed(), size.spans());
        PostedPairs pairs = PostedPairs.of(size.seed(), size.spans());
        List<Row> rows = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory);
                StoreReader indexed = StoreReader.open(directory);
                SpanIndex index = SpanIndex.open(indexed, LIMITS)) {
            steps.next("query, indexing the log");
            rows.addAll(indexing(index));
            List<QuestionSet> sets = new ArrayList<>();
            addSets(sets, "", QueryEngine.over(indexed), oracle, more, pairs);
            addSets(sets, BY_SCAN, QueryEngine.over(reader), oracle, more, pairs);
            rounds(sets, size, steps, rows);
        }
        steps.next("query, sealing the index");
        rows.addAll(sealing(size, directory));
        try (StoreReader reader = StoreReader.open(directory)) {
            List<QuestionSet> sets = new ArrayList<>();
            addSets(sets, SEALED, QueryEngine.over(reader), oracle, more, pairs);
            rounds(sets, size, steps, rows);
        }
        steps.next("query, cold");
        rows.addAll(ColdTime.rows(size, directory, oracle));
        rows.addAll(OpenTime.rows(size, directory, oracle));
        steps.next("query, snapshots");
        rows.addAll(SnapshotTime.rows(size));
        rows.addAll(RecoveryTime.rows(size, steps));
        return new Outcome(rows, 0);
    }

    private static void rounds(List<QuestionSet> sets, RunSize size, Steps steps, List<Row> rows) {
        for (int i = 0; i < WARM_UPS + size.rounds(); i++) {
            steps.next("query, round " + (i + 1 - WARM_UPS));
            boolean counted = i >= WARM_UPS;
            sets.forEach(set -> set.round(counted));
        }
        sets.forEach(set -> rows.addAll(set.rows()));
    }

    private static void addSets(
            List<QuestionSet> sets,
            String suffix,
            QueryEngine engine,
            W1Oracle oracle,
            MoreQuestions more,
            PostedPairs pairs) {
        W1Answers answers = new W1Answers(engine, oracle);
        add(sets, TRACE, suffix, W1Queries.TRACE_LOOKUPS, answers::trace);
        add(sets, SEARCH, suffix, W1Queries.SEARCHES, answers::search);
        add(sets, COUNT, suffix, W1Queries.COUNTS, answers::count);
        String drawn = how(suffix) + "; drawn from " + pairs.keyCount() + " keys of every scope";
        int asked = suffix.equals(BY_SCAN) ? SAMPLE : PostedPairs.PAIRS;
        add(sets, PAIR_SEARCH + suffix, asked, pairs.searches(engine), drawn);
        add(sets, PAIR_COUNT + suffix, asked, pairs.counts(engine), drawn);
        add(sets, PAIR_OF_SERVICE + suffix, asked, pairs.countsOfService(engine), drawn);
        String note = how(suffix) + "; prepared once, asked up to " + REPEATED + " times a round, for 50 ms at most";
        int times = suffix.equals(BY_SCAN) ? 1 : REPEATED;
        more.prepare(
                engine,
                (subject, question) ->
                        sets.add(new QuestionSet(GROUP, subject + suffix, times, times, question, note, BUDGET_NANOS)));
    }

    private static void add(
            List<QuestionSet> sets, String subject, int asked, W1Answers.Question question, String note) {
        sets.add(new QuestionSet(GROUP, subject, PostedPairs.PAIRS, asked, question, note, Long.MAX_VALUE));
    }

    private static void add(
            List<QuestionSet> sets, String subject, String suffix, int questions, W1Answers.Question question) {
        boolean sampled = suffix.equals(BY_SCAN);
        String asked = sampled ? "sample " + SAMPLE + " of " + questions : "every question";
        sets.add(new QuestionSet(
                GROUP,
                subject + suffix,
                questions,
                sampled ? SAMPLE : questions,
                question,
                how(suffix) + "; " + asked,
                Long.MAX_VALUE));
    }

    private static String how(String suffix) {
        return switch (suffix) {
            case BY_SCAN -> "by a scan of all spans";
            case SEALED -> "by the index in its files";
            default -> "by the live index, which is as far as the log";
        };
    }

    /** Has the writer of the store index and seal it, and says what the files take. */
    private static List<Row> sealing(RunSize size, Path directory) throws IOException {
        long nanos;
        try (SpanStore store = SpanStore.open(directory, Stores.keeping(size.spans()));
                SpanIndex index = SpanIndex.over(store.reader(), LIMITS)) {
            if (!index.await(PATIENCE)) {
                throw new IllegalStateException("The store was not sealed within " + PATIENCE, index.failure());
            }
            nanos = index.counters().sealNanos();
        }
        Path files = directory.resolve("index");
        double bytes = Files.isDirectory(files) ? DiskUse.bytes(files) : 0;
        return List.of(
                Row.single(GROUP, FILES, "disk", "B/span", true, bytes / size.spans()),
                Row.single(GROUP, FILES, "sealing while open", "ns/span", true, (double) nanos / size.spans())
                        .noted(
                                "time on the clock, the force included; the segment that has not ended is sealed at closing"));
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
