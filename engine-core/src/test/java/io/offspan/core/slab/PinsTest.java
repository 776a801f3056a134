package io.offspan.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void closingWaitsForTheLastReader() {
        AtomicBoolean reading = new AtomicBoolean(true);
        pins.acquire();
        pins.acquire();
        CompletableFuture<Boolean> readWhenClosed = CompletableFuture.supplyAsync(() -> {
            pins.close();
            return reading.get();
        });

        pins.release();
        reading.set(false);
        pins.release();

        assertThat(readWhenClosed.join()).isFalse();
    }
}
