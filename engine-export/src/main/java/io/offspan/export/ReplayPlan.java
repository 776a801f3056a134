package io.offspan.export;

import io.offspan.export.replay.Pace;
import io.offspan.export.replay.SpanChoice;
import java.time.Duration;

/**
 * What is sent again by a {@link Replay}, and how fast; immutable.
 *
 * <pre>{@code
 * ReplayPlan.everything().between(from, to).atSpeed(10).ofShare(0.1, 42)
 * }</pre>
 *
 * @param fromNanos the first start of a span, in nanoseconds since 1970, unsigned
 * @param toNanos the end of that range, which is no longer in it
 * @param speed how many times as fast as it was; infinity for as fast as the destination takes it
 * @param longestPause the longest time without a span that is kept, before the speed counts
 * @param share how many of the traces, above 0 and up to 1
 * @param seed which of them, and how waits before another try are shortened
 * @param giveUp how long a request is tried again
 */
public record ReplayPlan(
        long fromNanos, long toNanos, double speed, Duration longestPause, double share, long seed, Duration giveUp) {
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    /** Refuses what cannot be. */
    public ReplayPlan {
        if (!(speed > 0)) {
            throw new IllegalArgumentException(
                    "speed = " + speed + "; it is above 0: 1 as it was, 10 ten times as fast, infinity at once");
        }
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share = " + share + "; it is above 0 and at most 1, all traces");
        }
        if (longestPause.isNegative() || longestPause.compareTo(FOR_EVER) > 0) {
            throw new IllegalArgumentException("longestPause = " + longestPause + " is outside PT0S to " + FOR_EVER);
        }
        if (giveUp.isNegative() || giveUp.compareTo(FOR_EVER) > 0) {
            throw new IllegalArgumentException("giveUp = " + giveUp + " is outside PT0S to " + FOR_EVER);
        }
        if (Long.compareUnsigned(fromNanos, toNanos) >= 0) {
            throw new IllegalArgumentException("No span starts at " + Long.toUnsignedString(fromNanos)
                    + " or later and before " + Long.toUnsignedString(toNanos) + "; exchange them, or widen the range");
        }
    }

    /** Returns the plan for all spans as they came, tried again for 30 s. */
    public static ReplayPlan everything() {
        return new ReplayPlan(0, -1, 1, FOR_EVER, 1, 0, Duration.ofSeconds(30));
    }

    /** Narrows it to spans that start in a range, of which the end is not part. */
    public ReplayPlan between(long from, long to) {
        return new ReplayPlan(from, to, speed, longestPause, share, seed, giveUp);
    }

    /** Sends so many times as fast as it was. */
    public ReplayPlan atSpeed(double times) {
        return new ReplayPlan(fromNanos, toNanos, times, longestPause, share, seed, giveUp);
    }

    /** Shortens the times without a span. */
    public ReplayPlan withPausesUpTo(Duration longest) {
        return new ReplayPlan(fromNanos, toNanos, speed, longest, share, seed, giveUp);
    }

    /** Takes a share of the traces, whole; the seed says which. */
    public ReplayPlan ofShare(double some, long number) {
        return new ReplayPlan(fromNanos, toNanos, speed, longestPause, some, number, giveUp);
    }

    /** Ends the replay when a request was tried again for so long. */
    public ReplayPlan givingUpAfter(Duration patience) {
        return new ReplayPlan(fromNanos, toNanos, speed, longestPause, share, seed, patience);
    }

    SpanChoice choice() {
        return new SpanChoice(fromNanos, toNanos, share, seed);
    }

    Pace pace() {
        return new Pace(speed, longestPause.toNanos());
    }
}
