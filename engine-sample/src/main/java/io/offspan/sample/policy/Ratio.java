package io.offspan.sample.policy;

import io.offspan.sample.ratio.Threshold;
import io.offspan.sample.trace.TraceFacts;

/**
 * Keeps a share of all traces by their randomness, so that everybody who samples by it keeps the same, and those who keep more keep all
 * that others keep.
 *
 * @param threshold below which randomness is not kept
 */
record Ratio(long threshold) implements Rule {
    static Ratio of(double probability) {
        return new Ratio(Threshold.of(probability));
    }

    @Override
    public Judge judge() {
        return new Judge() {
            @Override
            public Verdict judge(TraceFacts trace, long nanos) {
                return Judge.plain(trace.randomness() >= threshold);
            }

            @Override
            public long threshold() {
                return threshold;
            }
        };
    }
}
