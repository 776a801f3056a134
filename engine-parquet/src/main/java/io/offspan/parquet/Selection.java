package io.offspan.parquet;

/**
 * Which spans are written: those that start within a time.
 *
 * @param fromNanos spans start at this time or later; nanoseconds since 1970, unsigned
 * @param toNanos and before this one; 0 is without end
 */
public record Selection(long fromNanos, long toNanos) {
    /** All spans. */
    public static final Selection ALL = new Selection(0, 0);

    /** Refuses a time in which nothing starts. */
    public Selection {
        if (toNanos != 0 && Long.compareUnsigned(fromNanos, toNanos) >= 0) {
            throw new IllegalArgumentException("No span starts at " + Long.toUnsignedString(fromNanos)
                    + " ns or later and before " + Long.toUnsignedString(toNanos) + " ns; exchange the two");
        }
    }

    /** Tells whether a span that starts then is one of them. */
    boolean has(long startNanos) {
        return Long.compareUnsigned(startNanos, fromNanos) >= 0
                && (toNanos == 0 || Long.compareUnsigned(startNanos, toNanos) < 0);
    }

    /** Tells whether one of the spans between two starts may be one of them. */
    boolean mayHave(long firstNanos, long lastNanos) {
        return Long.compareUnsigned(lastNanos, fromNanos) >= 0
                && (toNanos == 0 || Long.compareUnsigned(firstNanos, toNanos) < 0);
    }
}
