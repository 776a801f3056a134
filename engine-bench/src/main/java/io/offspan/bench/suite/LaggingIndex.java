package io.offspan.bench.suite;

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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A store that one thread fills with spans of the workload at a pace, while another one asks without a pause, and its index, which runs
 * after the log: how far behind it is, and whether answers are right meanwhile.
 *
 * <p>Every answer counts the spans of a route: at least those of which the append had returned before the question, at most those of
 * which it had begun after the answer.
 *
 * <p><b>Threads.</b> Belongs to the one that appends. Store and index are the caller's.
 */
public final class LaggingIndex {
    /** Spans a second where nothing holds the writer. */
    public static final long FULL_SPEED = Long.MAX_VALUE;

    private static final int SPANS = 4_096;
    private static final int BATCH = 100;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PARK_NANOS = 100_000;
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
    private volatile @Nullable Throwable failure;
    private volatile long appended;
    private long asked;
    private long wrong;

    /**
     * What was found.
     *
     * @param spans that were appended
     * @param seconds that took
     * @param mostBehind spans that the index lacked at most, looked at every hundred spans
     * @param left spans that it lacked when the last one was appended and in the log
     * @param caughtUpMillis until it lacked none and had sealed what had ended
     * @param asked questions meanwhile, and one at the end
     * @param wrong answers among them
     */
    public record Lag(
            long spans, double seconds, long mostBehind, long left, double caughtUpMillis, long asked, long wrong) {
        /** Returns how many spans were appended a second. */
        public double rate() {
            return spans / seconds;
        }
    }

    public LaggingIndex(SpanStore store, SpanIndex index) {
        this.store = store;
        this.index = index;
        appender = store.newAppender();
    }

    /** Appends so many spans a second, for so many seconds or spans, while the index runs on its own thread. */
    public Lag keepingUp(long rate, long seconds, long spansAtMost) {
        return measure(rate, seconds, spansAtMost, null);
    }

    /** Appends to an index without a thread, which may take half of what is appended until the last span is. */
    public Lag atHalfThePace(long rate, long seconds, long spansAtMost) {
        return measure(rate, seconds, spansAtMost, new Thread(this::step, "offspan-bench-indexing"));
    }

    private Lag measure(long rate, long seconds, long spansAtMost, @Nullable Thread stepping) {
        asked = 0;
        wrong = 0;
        done = false;
        Thread asking = new Thread(this::ask, "offspan-bench-asking");
        start(asking);
        if (stepping != null) {
            start(stepping);
        }
        long before = appended;
        long mostBehind = 0;
        long start = System.nanoTime();
        while (appended - before < spansAtMost && System.nanoTime() - start < seconds * NANOS && failure == null) {
            for (int i = 0; i < BATCH; i++) {
                append();
            }
            mostBehind = Math.max(mostBehind, index.lag());
            while (rate < FULL_SPEED && (System.nanoTime() - start) * (double) rate < (appended - before) * 1e9) {
                LockSupport.parkNanos(PARK_NANOS);
            }
        }
        double took = (System.nanoTime() - start) / 1e9;
        done = true;
        join(asking);
        join(stepping);
        Stores.flush(store, PATIENCE);
        long left = index.lag();
        long settling = System.nanoTime();
        Throwable failed = failure;
        if (failed != null || !index.await(PATIENCE)) {
            Throwable cause = failed == null ? index.failure() : failed;
            throw new IllegalStateException("The index did not catch up within " + PATIENCE, cause);
        }
        double millis = (System.nanoTime() - settling) / 1e6;
        askOnce(count());
        return new Lag(appended - before, took, mostBehind, left, millis, asked, wrong);
    }

    private void start(Thread thread) {
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((of, thrown) -> failure = thrown);
        thread.start();
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
            throw new IllegalStateException("A span was refused: " + AppendResult.name(result));
        }
        if (counts) {
            returned++;
        }
        appended++;
    }

    private void step() {
        while (!done) {
            boolean due = 2 * index.counters().spansIndexed() < appended;
            if (!due || index.doWork() == 0) {
                LockSupport.parkNanos(PARK_NANOS);
            }
        }
    }

    private void ask() {
        PreparedQuery count = count();
        do {
            askOnce(count);
        } while (!done);
    }

    private PreparedQuery count() {
        return QueryEngine.over(store.reader())
                .prepare(Query.where(Filter.spanAttribute("http.route").equalTo(route)));
    }

    private void askOnce(PreparedQuery count) {
        long least = returned;
        long got = count.count();
        asked++;
        wrong += got < least || got > begun ? 1 : 0;
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
