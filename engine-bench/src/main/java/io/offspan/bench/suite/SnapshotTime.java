package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Span;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What a question pays before it looks at anything: a snapshot with eight open slabs, taken again and again in the process that
 * writes, while another thread appends 100,000 spans a second.
 *
 * <p>Most of those snapshots find nothing new, as a span comes every ten microseconds; those that were waited for find hundreds,
 * and what they cost more is put down to the spans.
 */
final class SnapshotTime {
    static final String SUBJECT = "offspan snapshot, 8 open slabs, beside 100 k spans/s";

    private static final int SLABS = 8;
    private static final int SPANS_IN_EACH = 100;
    private static final int SPANS = 4_096;
    private static final long NANOS_PER_SPAN = 10_000;
    private static final long PARK_NANOS = 20_000;
    private static final long BUDGET_BYTES = 512L << 20;
    private static final int MOST_ROUNDS = 5;
    private static final int AT_ONCE = 100_000;
    private static final int WAITED = 300;
    private static final long WAIT_NANOS = 2_000_000;

    private final List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
    private final SpanStore store;
    private volatile boolean done;

    private SnapshotTime(SpanStore store) {
        this.store = store;
    }

    static List<Row> rows(RunSize size) throws IOException {
        Path directory = size.scratch().resolve("snapshots");
        StoreConfig config = StoreConfig.builder()
                .stripes(SLABS)
                .budgetBytes(BUDGET_BYTES)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .syncInterval(Duration.ofHours(1))
                .build();
        try (SpanStore store = SpanStore.open(directory, config)) {
            return new SnapshotTime(store).measure(Math.min(MOST_ROUNDS, size.rounds()));
        } finally {
            Scratch.delete(directory);
        }
    }

    private List<Row> measure(int rounds) {
        for (int i = 0; i < SLABS; i++) {
            SpanAppender appender = appender();
            for (int n = 0; n < SPANS_IN_EACH; n++) {
                append(appender, n);
            }
        }
        Thread writer = new Thread(this::write, "offspan-bench-writer");
        writer.start();
        List<Double> nothing = new ArrayList<>();
        List<Double> perSpan = new ArrayList<>();
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            for (int round = -1; round < rounds; round++) {
                double still = atOnce(snapshot);
                double each = afterWaiting(snapshot, still);
                if (round >= 0) {
                    nothing.add(still);
                    perSpan.add(each);
                }
            }
        } finally {
            done = true;
            join(writer);
        }
        return List.of(
                Row.of(QuerySuite.GROUP, SUBJECT, "p50", "us", true, nothing).noted("the clock's own time included"),
                Row.of(QuerySuite.GROUP, SUBJECT, "for each span since the last", "ns", true, perSpan));
    }

    private static double atOnce(StoreSnapshot snapshot) {
        Latencies latencies = new Latencies();
        for (int i = 0; i < AT_ONCE; i++) {
            latencies.record(renew(snapshot));
        }
        return latencies.micros(50);
    }

    private double afterWaiting(StoreSnapshot snapshot, double nothingMicros) {
        Latencies each = new Latencies();
        snapshot.renew();
        long seen = store.counters().get(Counter.ACCEPTED);
        for (int i = 0; i < WAITED; i++) {
            long until = System.nanoTime() + WAIT_NANOS;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            long nanos = renew(snapshot);
            long now = store.counters().get(Counter.ACCEPTED);
            if (now > seen) {
                // In picoseconds: a histogram has no fractions.
                each.record((long) ((nanos - nothingMicros * 1e3) * 1e3 / (now - seen)));
            }
            seen = now;
        }
        return each.micros(50);
    }

    private static long renew(StoreSnapshot snapshot) {
        long begin = System.nanoTime();
        snapshot.renew();
        return System.nanoTime() - begin;
    }

    private SpanAppender appender() {
        SpanAppender appender = store.newAppender();
        appender.draft().resource(W1Messages.resourceEnvelope(0)).scope(W1Messages.scopeEnvelope(false));
        return appender;
    }

    private void append(SpanAppender to, int number) {
        spans.get(number & SPANS - 1).fill(to.draft());
        int result = to.append();
        if (result != AppendResult.ACCEPTED) {
            throw new IllegalStateException("A span was refused: " + result);
        }
    }

    private void write() {
        SpanAppender appender = appender();
        long start = System.nanoTime();
        for (int n = 0; !done; n++) {
            while (System.nanoTime() - start < n * NANOS_PER_SPAN && !done) {
                LockSupport.parkNanos(PARK_NANOS);
            }
            append(appender, n);
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
