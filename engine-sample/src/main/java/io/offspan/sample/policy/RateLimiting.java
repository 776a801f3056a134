package io.offspan.sample.policy;

import io.offspan.sample.trace.TraceFacts;

/**
 * Keeps traces as long as their spans are no more a second than this, by a bucket that fills up evenly.
 *
 * @param spansPerSecond how fast it fills up
 * @param burst how much it holds, and how many spans a trace may have at most
 */
record RateLimiting(long spansPerSecond, long burst) implements Rule {
    @Override
    public Judge judge() {
        return new Bucket(spansPerSecond, burst);
    }

    /** Counts in billionths of a span, so that nothing is lost by rounding. */
    private static final class Bucket implements Judge {
        private static final long PER_SPAN = 1_000_000_000L;

        private final long spansPerSecond;
        private final long burst;
        private final long fullAfterNanos;
        private long left;
        private long last;
        private boolean begun;

        Bucket(long spansPerSecond, long burst) {
            this.spansPerSecond = spansPerSecond;
            this.burst = burst;
            left = burst * PER_SPAN;
            fullAfterNanos = spansPerSecond == 0 ? Long.MAX_VALUE : left / spansPerSecond + 1;
        }

        @Override
        public Verdict judge(TraceFacts trace, long nanos) {
            if (begun) {
                long passed = Math.min(Math.max(nanos - last, 0), fullAfterNanos);
                left = spansPerSecond == 0 ? left : Math.min(left + passed * spansPerSecond, burst * PER_SPAN);
            }
            begun = true;
            last = nanos;
            if (trace.spans() > left / PER_SPAN) {
                return Verdict.LEAVE;
            }
            left -= trace.spans() * PER_SPAN;
            return Verdict.KEEP;
        }
    }
}
