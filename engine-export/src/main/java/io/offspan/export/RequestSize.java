package io.offspan.export;

import java.time.Duration;

/**
 * How large requests to one destination may be: half as large after one that was not answered in time or took most of that time, twice
 * as large after two in a row that were answered quickly, within bounds.
 *
 * <p>A request twice as large takes at most about twice as long. So growing after answers within a fifth of the time, and shrinking
 * after those that took more than half of it, do not alternate as long as the destination stays as it is, give or take a quarter.
 *
 * <p><b>Threads.</b> Belongs to the exporter's.
 */
final class RequestSize {
    /** Smaller requests would not be answered sooner. */
    static final int MIN_BYTES = 32 * 1024;

    /** Quick answers in a row to requests that were as large as allowed, before it grows. */
    static final int QUICK_ANSWERS = 2;

    private static final int SHRINK_SHARE = 2;
    private static final int GROW_SHARE = 5;
    private static final int MILLIS = 1_000_000;

    private final int maxBytes;
    private final int minBytes;
    private final long timeoutNanos;
    private final DecisionLog decisions;
    private int quick;

    /**
     * Begins with what is set.
     *
     * @param maxBytes the largest
     * @param adapts whether it changes at all
     * @param decisions has the size, and is told why it changes
     */
    RequestSize(int maxBytes, boolean adapts, Duration timeout, DecisionLog decisions) {
        this.maxBytes = maxBytes;
        this.decisions = decisions;
        minBytes = adapts ? Math.min(maxBytes, MIN_BYTES) : maxBytes;
        timeoutNanos = timeout.toNanos();
    }

    /** Returns the most bytes of a request by now. */
    int bytes() {
        return decisions.flow().batchBytes();
    }

    /** Tells whether an answer takes so long that less would be better. */
    boolean isSlow(long tookNanos) {
        return tookNanos > timeoutNanos / SHRINK_SHARE;
    }

    /** Takes note of an answer that accepted a request. */
    void accepted(int requestBytes, long tookNanos) {
        if (isSlow(tookNanos)) {
            shrink(requestBytes, "an answer took " + tookNanos / MILLIS + " ms of " + timeoutNanos / MILLIS);
        } else if (tookNanos > timeoutNanos / GROW_SHARE) {
            quick = 0;
        } else if (bytes() < maxBytes && requestBytes > bytes() / 2) {
            quick++;
            if (quick >= QUICK_ANSWERS) {
                change((int) Math.min(maxBytes, 2L * bytes()), quick + " answers in a row came quickly");
            }
        }
    }

    /** Takes note of a request that was not answered in time; returns whether it is worth while to send it in parts. */
    boolean timedOut(int requestBytes) {
        shrink(requestBytes, "a request of " + requestBytes + " bytes was not answered in time");
        return requestBytes > bytes();
    }

    private void shrink(int requestBytes, String why) {
        quick = 0;
        // A request that was small anyway says nothing about large ones.
        if (requestBytes > minBytes) {
            change(Math.max(minBytes, Math.min(bytes(), requestBytes / 2)), why);
        }
    }

    private void change(int to, String why) {
        quick = 0;
        decisions.change(decisions.flow().ofBytes(to), why);
    }
}
