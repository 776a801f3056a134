package io.offspan.query.discover;

/**
 * How long some spans took: how many of them took so long, in steps of at most 1/128 of a duration. Quantiles are exact below 256 ns, and
 * right within 0.4 % beyond.
 *
 * <p><b>Threads.</b> Belongs to one thread; once nothing is added any more, any may read. Allocates only for durations that are shorter or longer than those before.
 */
public final class Durations {
    private static final int STEP_BITS = 7;
    private static final int STEPS = 1 << STEP_BITS;
    /** Room is made for so many steps at once. */
    private static final int ROOM = 32;

    private static final long[] NONE = {};

    private long[] counts = NONE;
    /** The step of the first count. */
    private int first;

    private long total;

    /** Counts a duration so many times; a negative number takes away what was counted before. */
    public void add(long nanos, long times) {
        addStep(step(Math.max(nanos, 0)), times);
    }

    /** Counts all of others so many times. */
    public void add(Durations others, long times) {
        for (int i = 0; i < others.counts.length; i++) {
            if (others.counts[i] != 0) {
                addStep(others.first + i, others.counts[i] * times);
            }
        }
    }

    private void addStep(int step, long times) {
        reach(step);
        counts[step - first] += times;
        total += times;
    }

    private void reach(int step) {
        int end = first + counts.length;
        if (counts.length > 0 && step >= first && step < end) {
            return;
        }
        int from = (counts.length == 0 ? step : Math.min(first, step)) & -ROOM;
        int to = (Math.max(counts.length == 0 ? 0 : end, step + 1) + ROOM - 1) & -ROOM;
        long[] more = new long[to - from];
        System.arraycopy(counts, 0, more, counts.length == 0 ? 0 : first - from, counts.length);
        counts = more;
        first = from;
    }

    private static int step(long nanos) {
        if (nanos < STEPS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
        return (shift << STEP_BITS) + (int) (nanos >>> shift);
    }

    /** Returns the middle of a step. */
    private static long middle(int step) {
        if (step < STEPS) {
            return step;
        }
        int shift = (step >>> STEP_BITS) - 1;
        long least = (long) (STEPS + (step & STEPS - 1)) << shift;
        return least + ((1L << shift) >>> 1);
    }

    /** Returns the duration that so large a share of the spans does not exceed, or {@link Latency#UNKNOWN} without any. */
    public long quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            if (sum >= rank) {
                return middle(first + i);
            }
        }
        return Latency.UNKNOWN;
    }

    /** Returns the quantiles that are shown. */
    public Latency latency() {
        return new Latency(quantile(0.5), quantile(0.95), quantile(0.99));
    }

    /** Returns about how much memory it takes. */
    public int bytes() {
        return Long.BYTES * counts.length + 64;
    }
}
