package io.offspan.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PinsTest {
    private final Pins pins = new Pins();

    @Test
    void nobodyGetsInOnceItIsClosed() {
        assertThat(pins.acquire()).isTrue();
        pins.release();

        assertThat(pins.close()).isTrue();

        assertThat(pins.acquire()).isFalse();
        assertThat(pins.close()).isFalse();
    }

    @Test
    void closingWaitsForTheLastReader() throws InterruptedException {
        CountDownLatch closing = new CountDownLatch(1);
        pins.acquire();
        pins.acquire();
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
            closing.countDown();
            return pins.close();
        });
        closing.await();

        assertWaits(closed);
        pins.release();
        assertWaits(closed);
        pins.release();

        assertThat(closed.join()).isTrue();
    }

    private static void assertWaits(CompletableFuture<Boolean> closed) {
        for (int i = 0; i < 100_000; i++) {
            assertThat(closed.isDone()).isFalse();
        }
    }
}
