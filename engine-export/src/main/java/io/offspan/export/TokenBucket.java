package io.offspan.export;

/**
 * A limit on how much of something happens each second: what is taken beyond it is owed, and nothing more may begin until that is paid.
 *
 * <p>After a quiet time as much as a second's worth may go at once. So the mean keeps the limit, however large a single request is.
 *
 * <p><b>Threads.</b> Belongs to one.
 */
final class TokenBucket {
    private static final double SECOND_NANOS = 1e9;

    private final long perSecond;
    private double tokens;
    private long nanos;

    /** @param perSecond how much each second may have, 0 for no limit */
    TokenBucket(long perSecond, long nowNanos) {
        this.perSecond = perSecond;
        tokens = perSecond;
        nanos = nowNanos;
    }

    /** Returns how long to wait before anything may begin; 0 when it may now. */
    long waitNanos(long now) {
        if (perSecond == 0) {
            return 0;
        }
        tokens = Math.min(perSecond, tokens + perSecond * ((now - nanos) / SECOND_NANOS));
        nanos = now;
        return tokens > 0 ? 0 : 1 + (long) (-tokens / perSecond * SECOND_NANOS);
    }

    /** Takes so much. */
    void take(long amount) {
        tokens -= amount;
    }
}
