package io.offspan.export.replay;

import io.offspan.codec.span.SpanView;

/**
 * When spans are due: as long after the first one as they ended after it, divided by a speed.
 *
 * <p>Spans of one moment come in the order of the log, in which some ended a little earlier than the one before; such are due with it.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class Pace {
    private final double speed;
    private final long longestPauseNanos;
    private long latestNanos;
    private long passedNanos;
    private boolean begun;

    /**
     * Begins with the first span that is asked about.
     *
     * @param speed how many times as fast as it was, infinity for at once
     * @param longestPauseNanos the longest time between two spans, before the speed counts; longer ones are shortened
     */
    public Pace(double speed, long longestPauseNanos) {
        this.speed = speed;
        this.longestPauseNanos = longestPauseNanos;
    }

    /** Returns how long after the first span the next one is due, in nanoseconds; never less than for the one before. */
    long due(SpanView span) {
        return due(span.hasEnd() ? span.endNanos() : span.startNanos());
    }

    long due(long momentNanos) {
        long later = begun ? momentNanos - latestNanos : 0;
        if (later > 0) {
            long sum = passedNanos + Math.min(later, longestPauseNanos);
            passedNanos = sum < 0 ? Long.MAX_VALUE : sum;
        }
        // Far back, the clock was set, or the one before was wrong.
        if (!begun || later > 0 || later < -longestPauseNanos) {
            latestNanos = momentNanos;
        }
        begun = true;
        return (long) (passedNanos / speed);
    }
}
