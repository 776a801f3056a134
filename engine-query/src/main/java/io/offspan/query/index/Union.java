package io.offspan.query.index;

/**
 * The numbers that one of several walks has at least, each once.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the walks in it. Allocates nothing.
 */
public final class Union implements Ordinals {
    /** A heap whose top is the walk that is behind the others. */
    private Ordinals[] heap = {};

    private int count;
    private int ordinal = NONE;

    /**
     * Sets up the walk over what the first {@code count} of these walks have, each still at its beginning. The array becomes the
     * heap and belongs to the union until it is set up again.
     */
    public Union set(Ordinals[] walks, int count) {
        heap = walks;
        this.count = count;
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
        if (count == 0) {
            ordinal = NONE;
            return NONE;
        }
        Ordinals top = heap[0];
        while (top.ordinal() < target) {
            top.advance(target);
            top = settle(top);
        }
        ordinal = top.ordinal();
        return ordinal;
    }

    /** Lets the top, which has gone forward, sink to its place, and returns the new top. */
    private Ordinals settle(Ordinals walk) {
        int key = walk.ordinal();
        int at = 0;
        for (int child = 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && heap[child + 1].ordinal() < heap[child].ordinal()) {
                child++;
            }
            if (heap[child].ordinal() >= key) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = walk;
        return heap[0];
    }

    @Override
    public long cost() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += heap[i].cost();
        }
        return sum;
    }
}
