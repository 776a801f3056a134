package io.offspan.it.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the beginning of an append to a snapshot of another thread that has the span: printed at a thousand spans a second and at a
 * hundred thousand. What is held by test is order, not time: a snapshot begun after an append returned has its span.
 */
@Tag(Gate.AT_LENGTH)
@Timeout(300)
class FreshnessIT {
    @TempDir
    Path scratch;

    private volatile long acknowledged;

    @Test
    void aSnapshotHasEverySpanAcknowledgedBeforeItBegan() throws InterruptedException {
        measure("freshness-idle", 2_000, 1_000_000);
        measure("freshness-loaded", 200_000, 10_000);
    }

    private void measure(String name, int spans, long intervalNanos) throws InterruptedException {
        long[] began = new long[spans + 1];
        long[] delays = new long[spans];
        acknowledged = 0;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (SpanStore store = SpanStore.open(scratch.resolve(name))) {
            Thread appender = new Thread(() -> append(store, began, intervalNanos), "appender");
            appender.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
            appender.start();
            int seen = 0;
            long snapshots = 0;
            long late = 0;
            while (seen < spans && failure.get() == null) {
                long due = acknowledged;
                int visible = visible(store.reader());
                long now = System.nanoTime();
                late += visible < due ? 1 : 0;
                for (; seen < visible; seen++) {
                    delays[seen] = now - began[seen + 1];
                }
                snapshots++;
            }
            appender.join();
            assertThat(failure.get()).isNull();
            Arrays.sort(delays);
            String line = new Gate(name, 0)
                    .put("spans", spans)
                    .put("snapshots", snapshots)
                    .put("p50_us", delays[spans / 2] / 1_000)
                    .put("p99_us", delays[(int) (spans * 0.99)] / 1_000)
                    .put("max_us", delays[spans - 1] / 1_000)
                    .put("late", late)
                    .report(late == 0);
            assertThat(late).as(line).isZero();
        }
    }

    private static int visible(StoreReader reader) {
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return (int) snapshot.spans();
        }
    }

    /** Appends by a clock of its own: a span that is late does not make the next one later. */
    private void append(SpanStore store, long[] began, long intervalNanos) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        long start = System.nanoTime();
        for (int i = 1; i < began.length; i++) {
            long due = start + i * intervalNanos;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                if (left > 100_000) {
                    LockSupport.parkNanos(left - 60_000);
                } else {
                    Thread.onSpinWait();
                }
            }
            span.fill(appender.draft(), 0, i);
            began[i] = System.nanoTime();
            while (appender.append() != AppendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
            acknowledged = i;
        }
    }
}
