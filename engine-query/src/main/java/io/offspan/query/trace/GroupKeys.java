package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Expression;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.TraceValues;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the values that spans have for the expressions that they are grouped by: the same for the same values, whatever the trace,
 * until it is cleared.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class GroupKeys {
    private static final int[] NONE = {};

    private final List<Expression> groupings;
    private final ColumnReaders columns;
    private final KeyBytes bytes = new KeyBytes();
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();

    GroupKeys(List<Expression> groupings, TraceValues traces) {
        this.groupings = groupings;
        columns = new ColumnReaders(traces);
    }

    void enterBlock(StringHeap strings) {
        columns.enterBlock(strings);
    }

    /** Forgets the values; numbers from before are of no use after. */
    void clear() {
        numbers.clear();
    }

    /** Returns the numbers of the values of a span, by grouping. */
    int[] of(SpanView span) {
        if (groupings.isEmpty()) {
            return NONE;
        }
        int[] keys = new int[groupings.size()];
        for (int i = 0; i < keys.length; i++) {
            bytes.clear();
            columns.append(span, groupings.get(i), bytes);
            ByteBuffer key = ByteBuffer.wrap(bytes.copy());
            Integer known = numbers.putIfAbsent(key, numbers.size());
            keys[i] = known == null ? numbers.size() - 1 : known;
        }
        return keys;
    }
}
