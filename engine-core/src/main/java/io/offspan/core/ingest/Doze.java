package io.offspan.core.ingest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How the ingest agent waits: it looks again within a millisecond while there was something to do lately, and every {@value
 * #DOZE_MILLIS} ms when there was not, which is what keeps an idle store cheap. Whoever hands it a slab wakes it.
 *
 * <p>A slab that is handed over in the instant in which the agent falls asleep waits those milliseconds; the next one wakes it.
 *
 * <p><b>Threads.</b> {@link #wake} may be called by any, the rest by the agent's.
 */
final class Doze implements IdleStrategy {
    private static final int DOZE_MILLIS = 20;
    private static final long DOZE_NANOS = TimeUnit.MILLISECONDS.toNanos(DOZE_MILLIS);
    private static final long MIN_PARK_NANOS = 50_000;
    private static final long MAX_PARK_NANOS = 1_000_000;
    /** Spins, yields and parks without work before dozing: about a third of a second. */
    private static final int AWAKE_ROUNDS = 400;

    private final BackoffIdleStrategy awake = new BackoffIdleStrategy(100, 20, MIN_PARK_NANOS, MAX_PARK_NANOS);
    private int rounds;
    private volatile @Nullable Thread sleeper;

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (rounds < AWAKE_ROUNDS) {
            rounds++;
            awake.idle();
            return;
        }
        sleeper = Thread.currentThread();
        LockSupport.parkNanos(this, DOZE_NANOS);
        sleeper = null;
    }

    @Override
    public void reset() {
        rounds = 0;
        awake.reset();
    }

    /** Ends a doze, if there is one. */
    void wake() {
        Thread found = sleeper;
        if (found != null) {
            LockSupport.unpark(found);
        }
    }
}
