package io.offspan.query.index;

import java.util.Arrays;

/**
 * All spans of a leaf.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
public final class Range implements SpanSet {
    private int end;
    private int ordinal = NONE;

    /** Sets up the walk over {@code [0, spans)}, which is its own mirror image. */
    public Range set(int spans) {
        if (spans < 0 || spans == NONE) {
            throw new IllegalArgumentException("A range of " + spans + " spans; there may be 0 to " + (NONE - 1));
        }
        end = spans;
        ordinal = -1;
        return this;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return advance(ordinal + 1);
    }

    @Override
    public int advance(int target) {
        ordinal = target < end ? target : NONE;
        return ordinal;
    }

    @Override
    public void addTo(long[] words, int first) {
        Arrays.fill(words, -1);
    }

    @Override
    public long cost() {
        return end;
    }
}
