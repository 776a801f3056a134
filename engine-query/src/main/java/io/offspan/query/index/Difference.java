package io.offspan.query.index;

/**
 * The numbers of one walk that another one does not have.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the walks in it. Allocates nothing.
 */
public final class Difference implements Ordinals {
    private Ordinals from = new Range();
    private Ordinals without = from;
    private int ordinal = NONE;

    /** Sets up the walk over {@code from} without {@code without}, each still at its beginning. */
    public Difference set(Ordinals from, Ordinals without) {
        this.from = from;
        this.without = without;
        ordinal = -1;
        return this;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return leave(from.next());
    }

    @Override
    public int advance(int target) {
        return leave(from.advance(target));
    }

    private int leave(int proposed) {
        int candidate = proposed;
        while (candidate != NONE && isTaken(candidate)) {
            candidate = from.next();
        }
        ordinal = candidate;
        return candidate;
    }

    private boolean isTaken(int candidate) {
        int taken = without.ordinal();
        return (taken < candidate ? without.advance(candidate) : taken) == candidate;
    }

    @Override
    public long cost() {
        return from.cost();
    }
}
