package io.offspan.query.index;

/**
 * The spans of a leaf that a set has not, in a mirrored walk.
 *
 * <p><b>Threads.</b> Belongs to one thread, as does the set. Allocates nothing.
 */
public final class Complement implements SpanSet {
    private final Windows windows = new Windows();
    private long[] without = Windows.NONE;
    private SpanSet set = Windows.NOTHING;
    private int spans;
    private int ordinal = NONE;

    /** Sets up the walk over those of the spans {@code [0, spans)} that are not in a set. */
    public Complement set(SpanSet of, int spanCount) {
        set = of;
        spans = spanCount;
        windows.set(this, spanCount);
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
        ordinal = windows.ceiling(target);
        return ordinal;
    }

    @Override
    public void addTo(long[] words, int first) {
        without = Windows.cleared(without);
        set.addTo(without, first);
        for (int i = 0; i < WORDS; i++) {
            words[i] |= ~without[i];
        }
    }

    @Override
    public long cost() {
        return Math.max(0, spans - set.cost());
    }
}
