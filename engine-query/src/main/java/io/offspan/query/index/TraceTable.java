package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * The spans of each trace in a live index: a hash table names the first and the last one, and every span the next one.
 *
 * <p>When a table is three quarters full, one of twice the size takes the traces that are new from then on; nothing is moved. Traces
 * are told apart by 64 bits that are mixed from their ids.
 *
 * <pre>
 *  0 u64 trace, 0 for none   8 u32 first ordinal + 1   12 u32 last ordinal + 1
 * </pre>
 *
 * <p><b>Threads.</b> One thread writes; any thread finds the spans below a count that it has read.
 */
final class TraceTable {
    private static final int TRACE = 0;
    private static final int FIRST = 8;
    private static final int LAST = 12;
    private static final int SLOT_BITS = 4;
    private static final int FIRST_SLOTS_BITS = 14;

    /** Bits of a slot's number; the number of its table stands above. */
    private static final int SLOTS_SHIFT = 27;

    private static final int RECENT = 1 << 11;

    private final PagePool pool;
    private final Column next;
    /** Volatile for the same reason as the pages of a column. */
    private volatile Column[] tables = {};
    /** Where traces are that had spans lately. */
    private long[] recent = new long[RECENT];

    private int[] recentSlots = new int[RECENT];

    @SuppressWarnings("unused") // so that reading is not left out
    private long fetched;

    /** Traces that the newest table still takes. */
    private int room;

    private int count;

    TraceTable(PagePool pool) {
        this.pool = pool;
        next = new Column(pool, 2);
    }

    /** Mixes the two halves of an id; never 0. */
    static long mixed(long high, long low) {
        long h = high * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32 ^ low) * 0xD6E8FEB86659FD93L;
        h ^= h >>> 32;
        return h == 0 ? 1 : h;
    }

    /** Returns for how many new traces there is room. */
    int room() {
        return room;
    }

    /** Makes room. */
    void grow() {
        int bits = FIRST_SLOTS_BITS + tables.length;
        Column table = new Column(pool, SLOT_BITS);
        table.reach((1 << bits) - 1);
        Column[] more = Arrays.copyOf(tables, tables.length + 1);
        more[tables.length] = table;
        tables = more;
        room = (1 << bits) - (1 << bits - 2);
    }

    /**
     * Reads where the spans of so many traces are about to go: many misses of the cache at once take hardly longer than one.
     *
     * @param from where in {@code traces} they begin
     */
    void fetch(long[] traces, int from, int count) {
        Column[] tables = this.tables;
        if (tables.length == 0) {
            return;
        }
        Column newest = tables[tables.length - 1];
        int mask = (1 << FIRST_SLOTS_BITS + tables.length - 1) - 1;
        long sum = 0;
        for (int i = from; i < from + count; i++) {
            int slot = (int) (traces[i] >>> 20) & mask;
            sum += newest.memory(slot).getLong(newest.offset(slot) + TRACE);
        }
        fetched = sum;
    }

    /** Adds a span whose ordinal is greater than all before. */
    void add(long trace, int ordinal) {
        next.reach(ordinal);
        Column[] tables = this.tables;
        int place = (int) (trace >>> 20) & RECENT - 1;
        if (recent[place] == trace) {
            int table = recentSlots[place] >>> SLOTS_SHIFT;
            append(tables[table], recentSlots[place] & (1 << SLOTS_SHIFT) - 1, ordinal);
            return;
        }
        recent[place] = trace;
        for (int i = tables.length - 1; i >= 0; i--) {
            int slot = slot(tables[i], i, trace);
            if (tables[i].memory(slot).getLong(tables[i].offset(slot) + TRACE) != 0) {
                recentSlots[place] = i << SLOTS_SHIFT | slot;
                append(tables[i], slot, ordinal);
                return;
            }
        }
        if (room == 0) {
            grow();
            tables = this.tables;
        }
        Column table = tables[tables.length - 1];
        int slot = slot(table, tables.length - 1, trace);
        recentSlots[place] = tables.length - 1 << SLOTS_SHIFT | slot;
        Memory memory = table.memory(slot);
        long at = table.offset(slot);
        memory.putInt(at + FIRST, ordinal + 1);
        memory.putInt(at + LAST, ordinal + 1);
        memory.putLongRelease(at + TRACE, trace);
        room--;
        count++;
    }

    private void append(Column table, int slot, int ordinal) {
        Memory memory = table.memory(slot);
        long at = table.offset(slot);
        int last = memory.getInt(at + LAST) - 1;
        next.memory(last).putInt(next.offset(last), ordinal + 1);
        memory.putInt(at + LAST, ordinal + 1);
    }

    /** Returns the slot that has a trace, or the empty one where it would be. */
    private static int slot(Column table, int number, long trace) {
        int mask = (1 << FIRST_SLOTS_BITS + number) - 1;
        int slot = (int) (trace >>> 20) & mask;
        while (true) {
            long found = table.memory(slot).getLongAcquire(table.offset(slot) + TRACE);
            if (found == trace || found == 0) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    /** Lets go of what is needed only for adding. */
    void end() {
        recent = new long[0];
        recentSlots = new int[0];
    }

    /** Collects the spans of a trace below a count of spans. */
    void find(long trace, int spans, TraceSpans into) {
        Column[] all = tables;
        for (int i = all.length - 1; i >= 0; i--) {
            Column table = all[i];
            int slot = slot(table, i, trace);
            Memory memory = table.memory(slot);
            long at = table.offset(slot);
            if (memory.getLongAcquire(at + TRACE) == trace) {
                int ordinal = memory.getInt(at + FIRST) - 1;
                while (ordinal >= 0 && ordinal < spans) {
                    into.add(ordinal);
                    ordinal = next.memory(ordinal).getInt(next.offset(ordinal)) - 1;
                }
                return;
            }
        }
    }

    /** Returns all traces in the order of an index file. */
    TraceOrder sorted() {
        TraceOrder order = new TraceOrder(count);
        for (int i = 0; i < tables.length; i++) {
            Column table = tables[i];
            for (int slot = 0; slot < 1 << FIRST_SLOTS_BITS + i; slot++) {
                Memory memory = table.memory(slot);
                long at = table.offset(slot);
                long trace = memory.getLong(at + TRACE);
                if (trace != 0) {
                    order.add(trace, memory.getInt(at + FIRST) - 1);
                }
            }
        }
        return order.sort();
    }

    /** Returns the ordinal after one in its trace, or -1. */
    int next(int ordinal) {
        return next.memory(ordinal).getInt(next.offset(ordinal)) - 1;
    }

    long bytes() {
        long bytes = next.bytes();
        for (Column table : tables) {
            bytes += table.bytes();
        }
        return bytes;
    }

    void close() {
        next.close();
        for (Column table : tables) {
            table.close();
        }
        tables = new Column[0];
    }
}
