package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LogSyncTest {
    private final StoreCounters counters = new StoreCounters();
    private final AtomicInteger forces = new AtomicInteger();

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    }

    private void forceTo(LogSync sync, long sequence) {
        sync.appended(sequence);
        sync.request();
    }

    @Test
    void answersOnceTheBlocksAreForced() {
        try (LogSync sync = new LogSync(forces::incrementAndGet, counters, 5, () -> {})) {
            forceTo(sync, 8);
            assertThat(sync.await(8, soon())).isTrue();
            assertThat(forces).hasValue(1);
        }
    }

    @Test
    void neverCallsSyncedWhatAFailedForceCovered() {
        LogSync.Force failsOnce = () -> {
            if (forces.incrementAndGet() == 1) {
                throw new IOException("refused");
            }
        };
        try (LogSync sync = new LogSync(failsOnce, counters, 0, () -> {})) {
            forceTo(sync, 1);
            while (counters.get(Counter.FAILED_SYNCS) == 0) {
                Thread.onSpinWait();
            }
            assertThat(sync.await(1, soon())).as("asked after the failure").isFalse();
            assertThat(sync.takeFailure()).isTrue();
            assertThat(sync.takeFailure()).as("told twice").isFalse();
            forceTo(sync, 2);
            assertThat(sync.await(2, soon()))
                    .as("everything, the failed blocks included")
                    .isFalse();
            assertThat(forces).as("the failed blocks are not tried again alone").hasValue(2);
        }
    }

    @Test
    void goesOnForcingWhenRetentionThrows() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        Runnable throwing = () -> {
            ran.countDown();
            throw new IllegalStateException("retention");
        };
        try (LogSync sync = new LogSync(forces::incrementAndGet, counters, 0, throwing)) {
            sync.requestRetention();
            assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
            forceTo(sync, 1);
            assertThat(sync.await(1, soon())).isTrue();
        }
    }
}
