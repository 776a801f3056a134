package io.offspan.query.discover;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.value.KeyBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts by what is counted, a row each, which are found by the bytes of their values.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for new rows. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond
 * {@link #MAX_ROWS}.
 */
final class CountTable<T> {
    /** A row, for which the spans are counted. */
    static final class Row<T> {
        private final byte[] key;
        private final int hash;
        private final T what;
        private long spans;
        private long lastSpan = -1;

        private Row(byte[] key, int hash, T what) {
            this.key = key;
            this.hash = hash;
            this.what = what;
        }

        T what() {
            return what;
        }

        long spans() {
            return spans;
        }

        /** Counts spans that are not counted otherwise. */
        void add(long more) {
            spans += more;
        }

        /** Counts a span, of which this is the number, once. */
        void addOnce(long span) {
            if (lastSpan != span) {
                lastSpan = span;
                spans++;
            }
        }
    }

    /** The most different rows that are counted at once. */
    static final int MAX_ROWS = 262_144;

    private static final int FIRST_SLOTS = 64;

    private final String rowsAre;
    private final List<Row<T>> rows = new ArrayList<>();
    /** The number of a row plus one, or 0. */
    private int[] slots = new int[FIRST_SLOTS];

    /** @param rowsAre what rows are called in a refusal */
    CountTable(String rowsAre) {
        this.rowsAre = rowsAre;
    }

    /** Returns the row of values, or null when there is none yet. */
    @org.jspecify.annotations.Nullable
    Row<T> find(KeyBytes key) {
        int hash = key.hash();
        for (int slot = hash & slots.length - 1; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            Row<T> row = rows.get(slots[slot] - 1);
            if (row.hash == hash && key.equalBytes(row.key)) {
                return row;
            }
        }
        return null;
    }

    /** Adds a row of values that there are none of yet. */
    Row<T> add(KeyBytes key, T what) {
        if (rows.size() == MAX_ROWS) {
            throw new QueryException(
                    Reason.LIMIT,
                    "There are more than " + MAX_ROWS + " " + rowsAre + "; narrow the time, the filter or the prefix");
        }
        Row<T> row = new Row<>(key.copy(), key.hash(), what);
        rows.add(row);
        put(row.hash, rows.size());
        if (2 * rows.size() > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < rows.size(); i++) {
                put(rows.get(i).hash, i + 1);
            }
        }
        return row;
    }

    private void put(int hash, int number) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = number;
    }

    /** Returns the rows in the order in which they came. */
    List<Row<T>> rows() {
        return rows;
    }
}
