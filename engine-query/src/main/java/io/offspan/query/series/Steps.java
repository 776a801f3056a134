package io.offspan.query.series;

import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import java.time.Duration;

/**
 * The intervals for which a metric has numbers: all of the same length, each from a time that it does not have to one that it has.
 *
 * <p>The steps of a range are at multiples of their length since the epoch, the first and the last at or around the ends of the range.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) for a range that ends before it begins or is not within the years 1970 to
 * 2262, for a step that is not positive, and for more than {@value #MAX_INTERVALS} intervals.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param fromNanos where the first interval begins, since the epoch
 * @param stepNanos how long each is
 * @param count how many there are
 */
public record Steps(long fromNanos, long stepNanos, int count) {
    /** How many intervals there are at most. */
    public static final int MAX_INTERVALS = 10_000;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000 * NANOS_PER_MILLI;
    /** What the length of a step is rounded down to a multiple of, where nobody gives it: the largest of these below it. */
    private static final long[] ROUND_NANOS = {
        3_600 * NANOS_PER_SECOND,
        300 * NANOS_PER_SECOND,
        60 * NANOS_PER_SECOND,
        15 * NANOS_PER_SECOND,
        5 * NANOS_PER_SECOND
    };

    private static final int USUAL_INTERVALS = 240;

    public Steps {
        if (stepNanos <= 0) {
            throw limit("A step of " + stepNanos + "ns; it has to be longer than 0");
        }
        if (count < 1 || count > MAX_INTERVALS) {
            throw tooMany(count);
        }
        if (fromNanos < -stepNanos || count > (Long.MAX_VALUE - Math.max(0, fromNanos)) / stepNanos) {
            throw limit("Steps from " + fromNanos + " on; they lie within the years 1970 to 2262");
        }
    }

    private static QueryException tooMany(long count) {
        return limit("Steps of " + count + " intervals; allowed are 1 to " + MAX_INTERVALS + ", make the step longer");
    }

    private static QueryException limit(String message) {
        return new QueryException(Reason.LIMIT, message);
    }

    /** Returns the steps of a range. */
    public static Steps range(long fromNanos, long toNanos, long stepNanos) {
        checkRange(fromNanos, toNanos);
        if (stepNanos <= 0) {
            throw limit("A step of " + stepNanos + "ns; it has to be longer than 0");
        }
        long first = Math.floorDiv(fromNanos, stepNanos) - 1;
        long last = -Math.floorDiv(-toNanos, stepNanos);
        long count = last - first;
        if (count < 0 || count > MAX_INTERVALS) {
            throw tooMany(count < 0 ? Long.MAX_VALUE : count);
        }
        if (last > Long.MAX_VALUE / stepNanos) {
            throw limit("A step of " + Duration.ofNanos(stepNanos) + " that ends after the year 2262; make it shorter");
        }
        return new Steps(first * stepNanos, stepNanos, (int) count);
    }

    /** Returns the steps of a range: a 240th of it, rounded down to a round length, but at least 1 s, or 50 ms in less than a minute. */
    public static Steps range(long fromNanos, long toNanos) {
        checkRange(fromNanos, toNanos);
        return range(fromNanos, toNanos, usualStep(toNanos - fromNanos));
    }

    private static long usualStep(long rangeNanos) {
        long exact = rangeNanos / USUAL_INTERVALS;
        if (rangeNanos < 60 * NANOS_PER_SECOND) {
            long least = 50 * NANOS_PER_MILLI;
            return Math.max(least, exact / least * least);
        }
        long round = NANOS_PER_SECOND;
        for (int i = ROUND_NANOS.length - 1; i >= 0; i--) {
            round = exact > ROUND_NANOS[i] ? ROUND_NANOS[i] : round;
        }
        return Math.max(NANOS_PER_SECOND, exact / round * round);
    }

    /** Returns the one interval that is a range as a whole. */
    public static Steps instant(long fromNanos, long toNanos) {
        checkRange(fromNanos, toNanos);
        return new Steps(fromNanos, toNanos - fromNanos, 1);
    }

    private static void checkRange(long fromNanos, long toNanos) {
        if (fromNanos < 0 || toNanos <= fromNanos) {
            throw limit("A range from " + Long.toUnsignedString(fromNanos) + " to " + Long.toUnsignedString(toNanos)
                    + "; it ends after it begins, within the years 1970 to 2262");
        }
    }

    /** Returns where the last interval ends, since the epoch. */
    public long toNanos() {
        return fromNanos + stepNanos * count;
    }

    /** Returns the interval that a time is in, or -1. */
    public int intervalOf(long nanos) {
        return nanos < 0 || nanos <= fromNanos || nanos > toNanos() ? -1 : (int) ((nanos - fromNanos - 1) / stepNanos);
    }

    /** Tells whether a part of the store may have a span that starts in an interval, by the bounds of its blocks. */
    boolean mayHaveAny(BlockDirectory bounds) {
        // Compared as unsigned numbers, so that a start that is far off does not hide others.
        return Long.compareUnsigned(bounds.greatestStartNanos(), Math.max(fromNanos, 0)) >= 0;
    }

    /** Tells whether a block may have a span that starts in an interval. */
    boolean mayHave(BlockDirectory bounds, int block) {
        return Long.compareUnsigned(bounds.minStartNanos(block), toNanos()) <= 0
                && Long.compareUnsigned(bounds.maxStartNanos(block), Math.max(fromNanos, 0)) >= 0;
    }

    /** Returns where an interval ends, in milliseconds since the epoch. */
    public long millis(int interval) {
        return Math.floorDiv(fromNanos + stepNanos * (interval + 1), NANOS_PER_MILLI);
    }

    /** Returns the length of an interval in seconds. */
    public double seconds() {
        return (double) stepNanos / NANOS_PER_SECOND;
    }
}
