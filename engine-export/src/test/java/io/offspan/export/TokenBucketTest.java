package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Limits by the second, in a time that is only counted. */
class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theMeanKeepsTheLimitHoweverLargeAPieceIs() {
        TokenBucket bucket = new TokenBucket(1_000, 0);
        long now = 0;
        long taken = 0;
        while (now < 100 * SECOND) {
            if (bucket.waitNanos(now) == 0) {
                bucket.take(7_000);
                taken += 7_000;
            }
            now += SECOND / 10;
        }
        assertThat(taken).isBetween(100_000L, 108_000L);
    }

    @Test
    void theWaitIsAsLongAsItSays() {
        TokenBucket bucket = new TokenBucket(1_000, 0);
        bucket.take(3_000);
        long wait = bucket.waitNanos(0);
        assertThat(wait).isBetween(2 * SECOND, 2 * SECOND + 10);
        assertThat(bucket.waitNanos(wait - 100)).isPositive();
        assertThat(bucket.waitNanos(wait + 100)).isZero();
    }

    @Test
    void aQuietTimeSavesUpASecondAndNoMore() {
        TokenBucket bucket = new TokenBucket(1_000, 0);
        assertThat(bucket.waitNanos(3_600 * SECOND)).isZero();
        bucket.take(1_000);
        assertThat(bucket.waitNanos(3_600 * SECOND)).isPositive();
    }

    @Test
    void withoutALimitNothingWaits() {
        TokenBucket bucket = new TokenBucket(0, 0);
        bucket.take(Long.MAX_VALUE);
        assertThat(bucket.waitNanos(1)).isZero();
    }
}
