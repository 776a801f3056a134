package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.ast.Filter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How far the index is behind the log while one thread appends and another one asks: at 200,000 spans a second, and as fast as
 * the store takes them, which is faster than one thread indexes. Every answer counts all spans of a route that were appended before it.
 */
final class LagTime {
    static final int STEPS = 2;

    private static final int SPANS = 4_096;
    private static final long RATE = 200_000;
    private static final long SECONDS_AT_RATE = 10;
    private static final long MOST_SECONDS = 20;
    /** At full speed so many times the spans of the workload are appended at most. */
    private static final long TIMES = 20;

    private static final int BATCH = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
    private final W1Drafts drafts = new W1Drafts();
    private final String route = spans.get(0).route();
    private final SpanStore store;
    private final SpanIndex index;
    private final SpanAppender appender;

    private volatile boolean done;
    /** Spans with the route of which the append returned, and of which it began. */
    private volatile long returned;

    private volatile long begun;
    private long appended;
    private long asked;
    private long wrong;
    private long mostBehind;

    private LagTime(SpanStore store, SpanIndex index) {
        this.store = store;
        this.index = index;
        appender = store.newAppender();
    }

    static List<Row> rows(RunSize size, Suite.Steps steps) throws IOException {
        long most = RATE * SECONDS_AT_RATE + TIMES * size.spans();
        Path directory = size.scratch().resolve("lag");
        try (SpanStore store = SpanStore.open(directory, Stores.keeping(most));
                SpanIndex index = SpanIndex.over(store)) {
            LagTime run = new LagTime(store, index);
            List<Row> rows = new ArrayList<>();
            steps.next("scale, lag at " + RATE + " spans a second");
            rows.addAll(run.measure(
                    "offspan index, " + RATE + " spans/s", RATE * SECONDS_AT_RATE, SECONDS_AT_RATE + 1, RATE));
            steps.next("scale, lag at full speed");
            rows.addAll(run.measure(
                    "offspan index, a writer at full speed", TIMES * size.spans(), MOST_SECONDS, Long.MAX_VALUE));
            return rows;
        } finally {
            Scratch.delete(directory);
        }
    }

    private List<Row> measure(String subject, long spansAtMost, long seconds, long rate) {
        asked = 0;
        wrong = 0;
        mostBehind = 0;
        done = false;
        Thread asking = new Thread(this::ask, "offspan-bench-asking");
        asking.start();
        long start = System.nanoTime();
        long until = start + TimeUnit.SECONDS.toNanos(seconds);
        long before = appended;
        while (appended - before < spansAtMost && System.nanoTime() - until < 0) {
            for (int i = 0; i < BATCH; i++) {
                append();
            }
            mostBehind = Math.max(mostBehind, index.lag());
            while (rate < Long.MAX_VALUE && (System.nanoTime() - start) * (double) rate < (appended - before) * 1e9) {
                LockSupport.parkNanos(100_000);
            }
        }
        double took = (System.nanoTime() - start) / 1e9;
        done = true;
        join(asking);
        long left = index.lag();
        long settled = System.nanoTime();
        Stores.flush(store, PATIENCE);
        if (!index.await(PATIENCE)) {
            throw new IllegalStateException("The index did not catch up within " + PATIENCE, index.failure());
        }
        double millis = (System.nanoTime() - settled) / 1e6;
        String note = String.format(
                "%,d spans in %.1f s; %,d questions meanwhile, %,d of them with a wrong answer",
                appended - before, took, asked, wrong);
        Row most = Row.single(ScaleSuite.GROUP, subject, "most spans behind", "", true, mostBehind)
                .answered(asked, asked - wrong)
                .noted(note);
        return List.of(
                wrong > 0 ? most.wrong() : most,
                Row.single(ScaleSuite.GROUP, subject, "caught up after", "ms", true, millis)
                        .noted(left + " spans were left when the writer stopped"));
    }

    private void append() {
        W1Span span = spans.get((int) (appended % SPANS));
        drafts.fill(appender.draft(), span);
        boolean counts = span.route().equals(route);
        if (counts) {
            begun++;
        }
        int result = appender.append();
        if (result != AppendResult.ACCEPTED) {
            throw new IllegalStateException("A span was refused: " + result);
        }
        if (counts) {
            returned++;
        }
        appended++;
    }

    private void ask() {
        PreparedQuery count = QueryEngine.over(store.reader())
                .prepare(Query.where(Filter.spanAttribute("http.route").equalTo(route)));
        while (!done) {
            long least = returned;
            long got = count.count();
            asked++;
            wrong += got < least || got > begun ? 1 : 0;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
