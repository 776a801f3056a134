package io.offspan.query.index;

/**
 * The spans that one of several sets has at least, each once, in a mirrored walk.
 *
 * <p>Sets with few spans are walked through side by side, others are put together by their bits.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the sets in it. Allocates nothing.
 */
public final class Union implements SpanSet {
    /** One span in so many is worth a look at all words. */
    private static final int SPANS_A_WORD_BITS = 6;

    private final Windows windows = new Windows();
    /** The sets; where they are walked through, a heap whose top is the walk that is behind the others. */
    private SpanSet[] heap = {};

    private int count;
    private long cost;
    private boolean dense;
    private int ordinal = NONE;

    /**
     * Sets up the walk over what the first {@code count} of these sets have, each a mirrored walk that is still at its beginning. The
     * array becomes the heap and belongs to the union until it is set up again.
     */
    public Union set(SpanSet[] sets, int count, int spans) {
        heap = sets;
        this.count = count;
        ordinal = -1;
        cost = 0;
        for (int i = 0; i < count; i++) {
            cost += sets[i].cost();
        }
        dense = cost >= spans >>> SPANS_A_WORD_BITS;
        cost = Math.min(cost, spans);
        windows.set(this, spans);
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
        ordinal = dense ? windows.ceiling(target) : ahead(target);
        return ordinal;
    }

    private int ahead(int target) {
        if (count == 0) {
            return NONE;
        }
        SpanSet top = heap[0];
        while (top.ordinal() < target) {
            top.advance(target);
            top = settle(top);
        }
        return top.ordinal();
    }

    /** Lets the top, which has gone forward, sink to its place, and returns the new top. */
    private SpanSet settle(SpanSet walk) {
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
    public void addTo(long[] words, int first) {
        for (int i = 0; i < count; i++) {
            heap[i].addTo(words, first);
        }
    }

    @Override
    public long cost() {
        return cost;
    }
}
