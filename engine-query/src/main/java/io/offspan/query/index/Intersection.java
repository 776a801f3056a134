package io.offspan.query.index;

/**
 * The spans that several sets have in common: the cheapest proposes, the others are asked in the order of their cost.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the sets in it. Allocates nothing.
 */
public final class Intersection implements SpanSet {
    private long[] common = Windows.NONE;
    private long[] one = Windows.NONE;
    private SpanSet[] parts = {};
    private int count;
    private int ordinal = NONE;

    /**
     * Sets up the walk over what the first {@code count} of these sets have in common, each still at its beginning. The array is
     * put in order and belongs to the intersection until it is set up again.
     */
    public Intersection set(SpanSet[] walks, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("An intersection of " + count + " walks; it needs one");
        }
        parts = walks;
        this.count = count;
        ordinal = -1;
        for (int i = 1; i < count; i++) {
            SpanSet part = walks[i];
            int at = i;
            for (; at > 0 && walks[at - 1].cost() > part.cost(); at--) {
                walks[at] = walks[at - 1];
            }
            walks[at] = part;
        }
        return this;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return agree(parts[0].next());
    }

    @Override
    public int advance(int target) {
        return agree(parts[0].advance(target));
    }

    private int agree(int proposed) {
        Ordinals lead = parts[0];
        int candidate = proposed;
        for (int i = 1; i < count && candidate != NONE; i++) {
            Ordinals part = parts[i];
            int found = part.ordinal();
            if (found < candidate) {
                found = part.advance(candidate);
            }
            if (found > candidate) {
                candidate = found == NONE ? NONE : lead.advance(found);
                i = 0;
            }
        }
        ordinal = candidate;
        return candidate;
    }

    @Override
    public void addTo(long[] words, int first) {
        common = Windows.cleared(common);
        parts[0].addTo(common, first);
        for (int part = 1; part < count; part++) {
            one = Windows.cleared(one);
            parts[part].addTo(one, first);
            for (int i = 0; i < WORDS; i++) {
                common[i] &= one[i];
            }
        }
        for (int i = 0; i < WORDS; i++) {
            words[i] |= common[i];
        }
    }

    @Override
    public long cost() {
        return parts[0].cost();
    }
}
