package io.offspan.sample.policy;

import java.util.concurrent.TimeUnit;

/**
 * Keeps traces that last so long, from the first start to the last end, in whole milliseconds.
 *
 * @param leastMillis how long at least; with an upper bound, longer than that
 * @param mostMillis how long at most, 0 for no upper bound
 */
record Latency(long leastMillis, long mostMillis) implements Rule {
    @Override
    public Judge judge() {
        return (trace, nanos) -> {
            long millis = TimeUnit.NANOSECONDS.toMillis(trace.endNanos() - trace.startNanos());
            return Judge.plain(mostMillis == 0 ? millis >= leastMillis : millis > leastMillis && millis <= mostMillis);
        };
    }
}
