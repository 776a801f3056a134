package io.offspan.query.index;

import java.util.Arrays;

/**
 * The walk over the spans of a trace, which an index has found one by one.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for a trace that is larger than all it has held before.
 */
public final class TraceSpans implements SpanSet {
    private int[] found = new int[64];
    private int count;
    private int at;
    private int spans;
    private boolean mirrored;

    /** Forgets what was found and begins to collect for a walk over {@code [0, spans)}. */
    void clear(int spans, boolean mirrored) {
        this.spans = spans;
        this.mirrored = mirrored;
        count = 0;
        at = -1;
    }

    /** Adds an ordinal that is greater than all before. */
    void add(int ordinal) {
        if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = ordinal;
    }

    /** Adds all spans of the blocks that begin at or after an ordinal and whose filters let a trace through. */
    void addFiltered(BlockFilters filters, int blocks, int fromOrdinal, long trace) {
        if (fromOrdinal >= spans) {
            return;
        }
        int hash = LiveIndex.traceHash(trace);
        for (int block = 0; block < blocks; block++) {
            int first = filters.firstOrdinal(block);
            if (first >= fromOrdinal && filters.mayContain(block, hash)) {
                int end = filters.endOrdinal(block);
                for (int ordinal = first; ordinal < end; ordinal++) {
                    add(ordinal);
                }
            }
        }
    }

    /** Returns one of the ordinals that were added, by its place among them. */
    int added(int index) {
        return found[index];
    }

    @Override
    public int ordinal() {
        return at < 0 ? -1 : get(at);
    }

    @Override
    public int next() {
        return get(++at);
    }

    @Override
    public int advance(int target) {
        int ordinal = next();
        while (ordinal < target) {
            ordinal = next();
        }
        return ordinal;
    }

    private int get(int index) {
        if (index >= count) {
            return NONE;
        }
        return mirrored ? Ordinals.mirrored(spans, found[count - 1 - index]) : found[index];
    }

    @Override
    public void addTo(long[] words, int first) {
        int place = Arrays.binarySearch(found, 0, count, first);
        for (int i = place < 0 ? -place - 1 : place; i < count && found[i] - first < 1 << WINDOW_BITS; i++) {
            int bit = found[i] - first;
            words[bit >>> 6] |= 1L << bit;
        }
    }

    @Override
    public long cost() {
        return count;
    }
}
