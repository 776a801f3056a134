package io.offspan.export;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Waits that double with every failure in a row up to a limit, each shortened by up to a half at random. */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final long minNanos;
    private final long maxNanos;
    private final DoubleSupplier random;
    private int failures;

    Backoff(Duration min, Duration max, DoubleSupplier random) {
        minNanos = min.toNanos();
        maxNanos = max.toNanos();
        this.random = random;
    }

    /** Returns the next wait. */
    long nextNanos() {
        long full = Math.min(maxNanos, minNanos << Math.min(failures, headroom()));
        failures++;
        return (long) (full * (0.5 + 0.5 * random.getAsDouble()));
    }

    private int headroom() {
        return Math.min(MAX_DOUBLINGS, Math.max(0, Long.numberOfLeadingZeros(minNanos) - 2));
    }

    void reset() {
        failures = 0;
    }
}
