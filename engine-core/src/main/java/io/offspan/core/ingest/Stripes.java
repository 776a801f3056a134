package io.offspan.core.ingest;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.AppendResult;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All stripes of a store: finds one that is not held, and applies the overflow policy when no slab is free.
 *
 * <p>An append blocks no longer than {@link #MAX_CONTENTION_NANOS} for a stripe, which takes that long only when the operating system has
 * descheduled the holders of all of them, and, where appends wait at all, the configured time for a slab; an interrupt is left pending and shortens nothing.
 *
 * <p><b>Threads.</b> Any.
 */
final class Stripes {
    /** The longest that an append looks for a stripe that nobody holds. */
    static final long MAX_CONTENTION_NANOS = 20_000_000;

    private static final long RETRY_NANOS = 50_000;
    private static final int SPINS = 64;

    private final SlabFile slabs;
    private final Stripe[] ordinary;
    private final Stripe large;
    private final long maxWaitNanos;

    /**
     * Makes the stripes of a store.
     *
     * @param count how many threads can append at the same instant
     * @param maxSpanBytes the most bytes that one span may need
     * @param maxWaitNanos the longest that an append waits for a slab, or 0
     * @param handedOver is told of each slab that waits for the agent from then on
     */
    Stripes(SlabFile slabs, int count, int maxSpanBytes, long maxWaitNanos, Runnable handedOver) {
        this.slabs = slabs;
        ordinary = new Stripe[count];
        for (int i = 0; i < ordinary.length; i++) {
            ordinary[i] = new Stripe(slabs, maxSpanBytes, i + 1, 0, slabs.ordinary(), false, handedOver);
        }
        large = new Stripe(slabs, maxSpanBytes, ordinary.length + 1, slabs.ordinary(), slabs.slabs(), true, handedOver);
        this.maxWaitNanos = maxWaitNanos;
    }

    /** Returns the stripes in the order of their owner numbers. */
    Stripe[] all() {
        Stripe[] all = java.util.Arrays.copyOf(ordinary, ordinary.length + 1);
        all[ordinary.length] = large;
        return all;
    }

    /** Stores a span; {@code home} is where the caller looks first. Returns an {@link AppendResult}. */
    int append(SpanDraft draft, int home) {
        int result = append(draft, home, ordinary);
        if (result == AppendResult.TOO_LARGE) {
            result = append(draft, 0, large);
        }
        return result;
    }

    /**
     * Stores the span that a run is at, and several after it, as long as one stripe has room for them.
     *
     * @return what became of the last of them
     */
    int append(SpanRun run, int home) {
        Stripe stripe = hold(home, ordinary);
        int result = stripe == null ? AppendResult.BUSY : share(stripe, run);
        if (result != AppendResult.ACCEPTED) {
            result = append(run.draft(), home);
            run.done(result);
            run.published();
        }
        return result;
    }

    private int share(Stripe stripe, SpanRun run) {
        try {
            int left = SlabLayout.MAX_UNPUBLISHED;
            int result;
            do {
                result = stripe.add(run.draft());
                if (result == AppendResult.ACCEPTED) {
                    run.done(result);
                }
            } while (result == AppendResult.ACCEPTED && --left > 0 && run.next());
            return result;
        } finally {
            try {
                stripe.publish();
                slabs.requirePages();
                run.published();
            } finally {
                stripe.release();
            }
        }
    }

    private static @Nullable Stripe hold(int home, Stripe... among) {
        for (int i = 0; i < among.length; i++) {
            Stripe stripe = among[(home + i) % among.length];
            if (stripe.tryHold()) {
                return stripe;
            }
        }
        return null;
    }

    /** Takes every stripe for ever, handing over what is in it. Returns false when a stripe stayed held. */
    boolean retire(long maxNanos) {
        long deadline = System.nanoTime() + maxNanos;
        boolean all = true;
        for (Stripe stripe : all()) {
            boolean held = stripe.tryHold();
            while (!held && System.nanoTime() - deadline < 0) {
                Thread.onSpinWait();
                held = stripe.tryHold();
            }
            if (held) {
                stripe.finish();
                stripe.retire();
            }
            all &= held;
        }
        return all;
    }

    private int append(SpanDraft draft, int home, Stripe... among) {
        int result = tryAppend(draft, home, among);
        if (result == AppendResult.BUSY || result == AppendResult.NO_SLAB && maxWaitNanos > 0) {
            result = retry(draft, home, among, result);
        }
        return result;
    }

    private int tryAppend(SpanDraft draft, int home, Stripe[] among) {
        Stripe stripe = hold(home, among);
        if (stripe == null) {
            return among[0].retired() ? AppendResult.CLOSED : AppendResult.BUSY;
        }
        try {
            int result = stripe.append(draft);
            // While the stripe is held: nobody unmaps the slabs meanwhile.
            slabs.requirePages();
            return result;
        } finally {
            stripe.release();
        }
    }

    private int retry(SpanDraft draft, int home, Stripe[] among, int first) {
        long start = System.nanoTime();
        int result = first;
        for (int turn = 0; ; turn++) {
            long limit = result == AppendResult.BUSY ? Math.max(maxWaitNanos, MAX_CONTENTION_NANOS) : maxWaitNanos;
            if (System.nanoTime() - start >= limit) {
                return result;
            }
            if (turn < SPINS) {
                Thread.onSpinWait();
            } else if (result == AppendResult.NO_SLAB && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(RETRY_NANOS);
            } else {
                Thread.yield();
            }
            result = tryAppend(draft, home, among);
            if (result != AppendResult.BUSY && result != AppendResult.NO_SLAB) {
                return result;
            }
        }
    }
}
