package io.offspan.codec.otlp;

import java.util.Arrays;

/**
 * Some spans of a block that are to be written, in their order, each with the threshold of consistent sampling that its trace state is to
 * carry, 0 for none.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class ChosenSpans {
    private int[] indexes = new int[0];
    private long[] thresholds = new long[0];
    private int count;

    /** Forgets all. */
    public void clear() {
        count = 0;
    }

    /** Adds a span of the block, which comes after those that were added. */
    public void add(int index, long threshold) {
        if (count == indexes.length) {
            int more = Math.max(16, 2 * count);
            indexes = Arrays.copyOf(indexes, more);
            thresholds = Arrays.copyOf(thresholds, more);
        }
        indexes[count] = index;
        thresholds[count++] = threshold;
    }

    /** Returns how many there are. */
    public int count() {
        return count;
    }

    /** Returns the index in the block of an entry. */
    public int index(int entry) {
        return indexes[entry];
    }

    /** Returns the threshold of an entry. */
    public long threshold(int entry) {
        return thresholds[entry];
    }

    /** Returns the entries {@code [from, to)}, whose indexes are counted from some one on. */
    public ChosenSpans part(int from, int to, int origin) {
        ChosenSpans part = new ChosenSpans();
        part.indexes = Arrays.copyOfRange(indexes, from, to);
        part.thresholds = Arrays.copyOfRange(thresholds, from, to);
        part.count = to - from;
        for (int i = 0; i < part.count; i++) {
            part.indexes[i] -= origin;
        }
        return part;
    }

    /** Tells whether the entries {@code [from, to)} are spans that follow each other in the block, and none has a threshold. */
    public boolean areRun(int from, int to) {
        boolean run = indexes[to - 1] - indexes[from] == to - 1 - from;
        for (int i = from; i < to && run; i++) {
            run = thresholds[i] == 0;
        }
        return run;
    }
}
