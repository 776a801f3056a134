package io.offspan.query.index;

import java.util.Arrays;

/**
 * The traces of a live index in the order of an index file: ascending as signed numbers.
 *
 * <p>What is sorted is one number a trace, the upper bits of the trace and where the rest of it stands; traces that have these bits in common
 * are sorted once more.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class TraceOrder {
    /** An index has no more spans than that, and so no more traces. */
    private static final int PLACE_BITS = LiveIndex.CHUNK_BITS + 8;

    private static final long PLACES = (1L << PLACE_BITS) - 1;

    private final long[] traces;
    private final int[] firsts;
    private final long[] order;
    private int count;

    /** Makes an order of so many traces, which are added before it is sorted. */
    TraceOrder(int count) {
        traces = new long[count];
        firsts = new int[count];
        order = new long[count];
    }

    /** Adds a trace and its first ordinal. */
    void add(long trace, int first) {
        traces[count] = trace;
        firsts[count] = first;
        order[count] = trace & ~PLACES | count;
        count++;
    }

    TraceOrder sort() {
        Arrays.sort(order);
        for (int from = 0; from < count; ) {
            int end = from + 1;
            while (end < count && order[end] >> PLACE_BITS == order[from] >> PLACE_BITS) {
                end++;
            }
            if (end - from > 1) {
                sortAlike(from, end);
            }
            from = end;
        }
        return this;
    }

    private void sortAlike(int from, int end) {
        Integer[] places = new Integer[end - from];
        for (int i = from; i < end; i++) {
            places[i - from] = place(i);
        }
        Arrays.sort(places, (a, b) -> Long.compare(traces[a], traces[b]));
        for (int i = from; i < end; i++) {
            order[i] = order[i] & ~PLACES | places[i - from];
        }
    }

    private int place(int index) {
        return (int) (order[index] & PLACES);
    }

    int count() {
        return count;
    }

    long trace(int index) {
        return traces[place(index)];
    }

    /** Returns the first ordinal of a trace. */
    int first(int index) {
        return firsts[place(index)];
    }
}
