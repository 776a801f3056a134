package io.offspan.query.graph;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.TracePart;

/**
 * Ids of traces, each once.
 *
 * <p><b>Threads.</b> Belongs to one thread; once nothing is added any more, any may read. <b>Fails</b> with {@link QueryException} ({@code
 * LIMIT}) beyond {@value #MAX_TRACES} of them.
 */
final class TraceIdSet {
    /** The most traces, about 32 MB of them. */
    static final int MAX_TRACES = 1 << 20;

    private static final int FIRST_SLOTS = 16;

    /** By slot the halves of an id, one behind the other; zeros for none, since no id is zero. */
    private long[] ids = new long[2 * FIRST_SLOTS];

    private int size;

    int size() {
        return size;
    }

    boolean contains(long high, long low) {
        int slot = slot(ids, high, low);
        return ids[slot] == high && ids[slot + 1] == low;
    }

    private static int slot(long[] in, long high, long low) {
        int mask = in.length / 2 - 1;
        int slot = (int) (TracePart.hash(high, low) >>> 33) & mask;
        while ((in[2 * slot] != high || in[2 * slot + 1] != low) && (in[2 * slot] | in[2 * slot + 1]) != 0) {
            slot = slot + 1 & mask;
        }
        return 2 * slot;
    }

    void add(long high, long low) {
        if ((high | low) == 0 || contains(high, low)) {
            return;
        }
        if (size == MAX_TRACES) {
            throw new QueryException(
                    Reason.LIMIT,
                    "More than " + MAX_TRACES
                            + " traces have spans whose parents are in other segments or not stored; narrow the time");
        }
        size++;
        if (2 * size > ids.length / 2) {
            long[] more = new long[2 * ids.length];
            for (int i = 0; i < ids.length; i += 2) {
                if ((ids[i] | ids[i + 1]) != 0) {
                    put(more, ids[i], ids[i + 1]);
                }
            }
            ids = more;
        }
        put(ids, high, low);
    }

    private static void put(long[] in, long high, long low) {
        int slot = slot(in, high, low);
        in[slot] = high;
        in[slot + 1] = low;
    }

    void addAll(TraceIdSet others) {
        others.forEach(this::add);
    }

    /** Takes the id of a trace. */
    @FunctionalInterface
    interface Each {
        void take(long high, long low);
    }

    void forEach(Each each) {
        for (int i = 0; i < ids.length; i += 2) {
            if ((ids[i] | ids[i + 1]) != 0) {
                each.take(ids[i], ids[i + 1]);
            }
        }
    }

    /** Returns how much memory it takes. */
    long bytes() {
        return (long) Long.BYTES * ids.length;
    }
}
