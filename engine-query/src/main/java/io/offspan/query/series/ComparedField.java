package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.query.ast.Field;
import io.offspan.query.discover.ValueOrder;
import io.offspan.query.series.SideCounts.Side;
import io.offspan.query.value.KeyBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that spans have for one field, and how many spans of each side of a comparison have each. Of a field with more values than are
 * kept, only the spans that have any are counted.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for new values.
 */
final class ComparedField {
    private static final int FIRST_SLOTS = 16;
    private static final Comparator<Row> BY_VALUE = (one, other) -> ValueOrder.compare(one.value, other.value);

    /** A value by one of the ways in which it may be written, which share their counts. */
    private static final class Row {
        final byte[] key;
        final int hash;
        final Value value;
        final SideCounts counts;

        Row(KeyBytes bytes, Value value, SideCounts counts) {
            key = bytes.copy();
            hash = bytes.hash();
            this.value = value;
            this.counts = counts;
        }
    }

    private final Field field;
    private final int most;
    private final CellBudget budget;
    private final SideCounts all = new SideCounts();
    private final List<Row> rows = new ArrayList<>();
    /** The first row of each value. */
    private final Map<Value, Row> byValue = new HashMap<>();
    /** The number of a row plus one, or 0. */
    private int[] slots = new int[FIRST_SLOTS];

    private boolean tooMany;
    private long lastSpan;

    /** @param most how many values are kept */
    ComparedField(Field field, int most, CellBudget budget) {
        this.field = field;
        this.most = most;
        this.budget = budget;
    }

    Field field() {
        return field;
    }

    /** Tells whether a span, of which this is the number, is looked at for the first time. */
    boolean isFirstLookAt(long span) {
        boolean first = lastSpan != span;
        lastSpan = span;
        return first;
    }

    /** Returns what is counted of all spans that have a value. */
    SideCounts all() {
        return all;
    }

    /** Tells whether there are more values than are kept. */
    boolean hasTooMany() {
        return tooMany;
    }

    /** Returns what is counted of a value, or null when it is not known, or is not counted any more. */
    @Nullable
    SideCounts find(KeyBytes key) {
        int hash = key.hash();
        for (int slot = hash & slots.length - 1; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            Row row = rows.get(slots[slot] - 1);
            if (row.hash == hash && key.equalBytes(row.key)) {
                return row.counts;
            }
        }
        return null;
    }

    /** Begins to count a value that is not known, or gives up to count any where that is one too many; returns null then. */
    @Nullable
    SideCounts add(KeyBytes key, Value value) {
        Row same = byValue.get(value);
        if (same == null && byValue.size() == most) {
            tooMany = true;
            budget.giveCompared(rows.size());
            rows.clear();
            byValue.clear();
            slots = new int[FIRST_SLOTS];
            return null;
        }
        budget.takeCompared();
        Row row = new Row(key, value, same == null ? new SideCounts() : same.counts);
        byValue.putIfAbsent(value, row);
        rows.add(row);
        put(row.hash, rows.size());
        if (2 * rows.size() > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < rows.size(); i++) {
                put(rows.get(i).hash, i + 1);
            }
        }
        return row.counts;
    }

    private void put(int hash, int number) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = number;
    }

    /** Returns how many values spans of a side have. */
    long values(Side side) {
        return byValue.values().stream()
                .filter(row -> row.counts.spans(side) > 0)
                .count();
    }

    /** Returns the values that most spans of a side have with their counts; of those that as many have, the first by their order. */
    List<Map.Entry<Value, SideCounts>> first(Side side, int count) {
        return byValue.values().stream()
                .filter(row -> row.counts.spans(side) > 0)
                .sorted(Comparator.<Row>comparingLong(row -> -row.counts.spans(side))
                        .thenComparing(BY_VALUE))
                .limit(count)
                .map(row -> Map.entry(row.value, row.counts))
                .toList();
    }
}
