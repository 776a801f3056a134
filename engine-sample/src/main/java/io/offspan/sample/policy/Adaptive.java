package io.offspan.sample.policy;

import io.offspan.sample.ratio.Threshold;
import io.offspan.sample.trace.TraceFacts;

/**
 * Keeps as large a share of all traces as gives so many traces or spans a second, by their randomness.
 *
 * <p>At the end of each window the share becomes what would have been right for it: at once when it has to be smaller, by a fifth at
 * most when it may be larger. Whoever keeps more at a time keeps all that others keep.
 *
 * @param perSecond how many a second
 * @param ofSpans whether spans are counted, or traces
 * @param windowNanos how long a window is
 */
record Adaptive(double perSecond, boolean ofSpans, long windowNanos) implements Rule {
    static final double LEAST_SHARE = 0.001;
    static final double MOST_GROWTH = 1.2;

    /** After so many windows without traces the share is 1 whatever it was. */
    private static final long MOST_WINDOWS = 64;

    @Override
    public Judge judge() {
        return new Share(perSecond * windowNanos / 1e9, ofSpans, windowNanos);
    }

    private static final class Share implements Judge {
        private final double wanted;
        private final boolean ofSpans;
        private final long windowNanos;
        private double share = 1;
        private long threshold;
        private long window = Long.MIN_VALUE;
        private double offered;

        Share(double wanted, boolean ofSpans, long windowNanos) {
            this.wanted = wanted;
            this.ofSpans = ofSpans;
            this.windowNanos = windowNanos;
        }

        @Override
        public Verdict judge(TraceFacts trace, long nanos) {
            long now = Math.floorDiv(nanos, windowNanos);
            if (window == Long.MIN_VALUE) {
                window = now;
            }
            if (now > window) {
                for (long ended = Math.max(window, now - MOST_WINDOWS); ended < now; ended++) {
                    endWindow();
                }
                window = now;
                threshold = Threshold.of(share);
            }
            offered += ofSpans ? trace.spans() : 1;
            return Judge.plain(trace.randomness() >= threshold);
        }

        @Override
        public long threshold() {
            return threshold;
        }

        private void endWindow() {
            double right = offered == 0 ? 1 : wanted / offered;
            share = Math.max(LEAST_SHARE, Math.min(1, Math.min(right, share * MOST_GROWTH)));
            offered = 0;
        }
    }
}
