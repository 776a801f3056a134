package io.offspan.query.index;

/**
 * All numbers from one to another.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
public final class Range implements Ordinals {
    private int from;
    private int to;
    private int ordinal = NONE;

    /** Sets up the walk over {@code [from, to)}. */
    public Range set(int from, int to) {
        if (from < 0 || to < from || to == NONE) {
            throw new IllegalArgumentException("Range [" + from + ", " + to + "); it has to lie within [0, NONE)");
        }
        this.from = from;
        this.to = to;
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
        int next = Math.max(target, from);
        ordinal = next < to ? next : NONE;
        return ordinal;
    }

    @Override
    public long cost() {
        return to - from;
    }
}
