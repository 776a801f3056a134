package io.offspan.codec.wire;

import java.time.Instant;

/** Times as spans have them: nanoseconds since 1970 as an unsigned number of 64 bits, which ends in the year 2554. */
public final class EpochNanos {
    private static final long PER_SECOND = 1_000_000_000L;
    private static final Instant LAST =
            Instant.ofEpochSecond(Long.divideUnsigned(-1, PER_SECOND), Long.remainderUnsigned(-1, PER_SECOND));

    private EpochNanos() {}

    /**
     * Returns a time as spans have it.
     *
     * @throws IllegalArgumentException for a time that they cannot have
     */
    public static long of(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
            throw new IllegalArgumentException(
                    time + " is no time of a span; those are from " + Instant.EPOCH + " to " + LAST);
        }
        return time.getEpochSecond() * PER_SECOND + time.getNano();
    }
}
