package io.offspan.query.index;

/**
 * Times in fewer bits: a code that is never less for a later start or a longer duration, so that different codes tell which is which and
 * only equal ones leave it open.
 */
final class RoughTime {
    /** The start of a span that is too far from the base of its group to have a code. */
    static final int FAR = Integer.MIN_VALUE;

    /** The duration of a span without an end, which has none. */
    static final int NO_DURATION = 0xffff;

    /** A start is counted in units of 1,024 ns from the base: 36 minutes either way. */
    private static final int START_UNIT_BITS = 10;

    /** How many nanoseconds have the same code. */
    static final long START_UNIT = 1L << START_UNIT_BITS;

    /** A duration keeps its leading one and the ten bits after it. */
    private static final int DURATION_BITS = 10;

    private RoughTime() {}

    /** Returns the code of a start, {@link #FAR} where it is too early for one, and the greatest number where too late. */
    static int start(long startNanos, long baseNanos) {
        boolean after = Long.compareUnsigned(startNanos, baseNanos) >= 0;
        long distance = startNanos - baseNanos;
        if (after != distance >= 0) {
            return after ? Integer.MAX_VALUE : FAR;
        }
        long units = distance >> START_UNIT_BITS;
        return (int) Math.max(FAR, Math.min(Integer.MAX_VALUE, units));
    }

    /** Returns the first of the times that have a code. */
    static long earliestStart(long baseNanos, int code) {
        return baseNanos + ((long) code << START_UNIT_BITS);
    }

    /** Returns the code of a duration, which is not negative: at most 55,295. */
    static int duration(long nanos) {
        if (nanos < 1 << DURATION_BITS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - DURATION_BITS - Long.numberOfLeadingZeros(nanos);
        return (shift << DURATION_BITS) + (int) (nanos >>> shift);
    }
}
