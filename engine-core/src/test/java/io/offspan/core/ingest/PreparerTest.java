package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PreparerTest {
    @Test
    void eachRequestIsFollowedByTheWork() throws InterruptedException {
        Semaphore done = new Semaphore(0);
        try (Preparer preparer = new Preparer(done::release)) {
            for (int i = 0; i < 1_000; i++) {
                preparer.request();
                assertThat(done.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                done.drainPermits();
            }
        }
    }

    @Test
    void aPreparerThatNobodyAsksHasNoThread() {
        Thread[] seen = new Thread[1];
        try (Preparer preparer = new Preparer(() -> seen[0] = Thread.currentThread())) {
            assertThat(seen[0]).isNull();
            preparer.close();
            preparer.request();
        }
        assertThat(seen[0]).isNull();
    }

    @Test
    void closingWaitsForTheWorkThatIsBeingDone() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        boolean[] ended = new boolean[1];
        Preparer preparer = new Preparer(() -> {
            begun.countDown();
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended[0] = true;
        });
        preparer.request();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(preparer::close);
        closer.start();
        closing.countDown();
        closer.join();
        assertThat(ended[0]).isTrue();
    }
}
