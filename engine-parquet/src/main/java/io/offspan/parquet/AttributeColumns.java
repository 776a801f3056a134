package io.offspan.parquet;

import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;
import io.offspan.parquet.file.Column;
import io.offspan.parquet.file.ColumnType;
import io.offspan.parquet.file.Table;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes as a map of texts and, beside it, maps of what is a number or a truth.
 *
 * <p>Of several attributes with one key the first counts, since the keys of a map differ.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class AttributeColumns {
    /** So many keys are compared one by one, which is quicker than a set. */
    private static final int FEW = 64;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

    private final Column keys;
    private final Column texts;
    private final @Nullable Typed longs;
    private final @Nullable Typed doubles;
    private final @Nullable Typed truths;
    private final Text text = new Text();
    private final Memory constants = Memory.allocate(16);
    private final int[] seen = new int[FEW];
    private final int[] lengths = new int[FEW];
    private final Set<String> more = new HashSet<>();
    private int kept;

    /** One map of values that are no texts. */
    private static final class Typed {
        private final Column keys;
        private final Column values;
        private int count;

        Typed(Table table, String name, ColumnType type) {
            table.openMap(name);
            keys = table.column("key", ColumnType.TEXT, 0);
            values = table.column("value", type, 0);
            table.closeMap();
        }

        void put(StringHeap strings, int key, long value) {
            keys.levels(count == 0 ? 0 : 1, 1);
            values.levels(count == 0 ? 0 : 1, 1);
            keys.put(strings.memory(), strings.offset(key), strings.length(key));
            values.put(value);
            count++;
        }

        void end() {
            if (count == 0) {
                keys.levels(0, 0);
                values.levels(0, 0);
            }
            count = 0;
        }
    }

    /** Adds the maps to a table; {@code typed} are there only for the attributes of a row. */
    AttributeColumns(Table table, String name, boolean typed) {
        constants.putBytes(0, TRUE, 0, TRUE.length);
        constants.putBytes(Long.BYTES, FALSE, 0, FALSE.length);
        table.openMap(name);
        keys = table.column("key", ColumnType.TEXT, 0);
        texts = table.column("value", ColumnType.TEXT, 0);
        table.closeMap();
        longs = typed ? new Typed(table, name + "Int", ColumnType.LONG) : null;
        doubles = typed ? new Typed(table, name + "Double", ColumnType.DOUBLE) : null;
        truths = typed ? new Typed(table, name + "Bool", ColumnType.BOOL) : null;
    }

    /** Says that an entry of the list around it is not there. */
    void absent(int repetition, int definition) {
        keys.levels(repetition, definition);
        texts.levels(repetition, definition);
    }

    /**
     * Writes a map.
     *
     * @param repetition the repetition of its first entry
     * @param depth how many lists are around it
     */
    void put(AttributeCursor attribute, int repetition, int depth) {
        kept = 0;
        while (attribute.next()) {
            StringHeap strings = attribute.strings();
            int key = attribute.keyIndex();
            if (isRepeated(strings, key)) {
                continue;
            }
            int level = kept == 1 ? repetition : depth + 1;
            keys.levels(level, depth + 1);
            texts.levels(level, depth + 1);
            keys.put(strings.memory(), strings.offset(key), strings.length(key));
            value(attribute, strings, key);
        }
        if (kept == 0) {
            absent(repetition, depth);
        }
        if (longs != null && doubles != null && truths != null) {
            longs.end();
            doubles.end();
            truths.end();
        }
    }

    /** Tells whether a key was there already in this map, and remembers it. */
    private boolean isRepeated(StringHeap strings, int key) {
        int length = strings.length(key);
        Memory memory = strings.memory();
        for (int i = 0; i < Math.min(kept, FEW); i++) {
            if (lengths[i] == length
                    && (seen[i] == key
                            || memory.equalBytes(strings.offset(key), memory, strings.offset(seen[i]), length))) {
                return true;
            }
        }
        if (kept < FEW) {
            seen[kept] = key;
            lengths[kept] = length;
        } else {
            if (kept == FEW) {
                more.clear();
            }
            if (!more.add(strings.get(key))) {
                return true;
            }
        }
        kept++;
        return false;
    }

    private void value(AttributeCursor attribute, StringHeap strings, int key) {
        switch (attribute.type()) {
            case ValueType.STRING, ValueType.INLINE_STRING ->
                texts.put(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 ->
                whole(strings, key, attribute.longValue());
            case ValueType.BOOL -> truth(strings, key, attribute.booleanValue());
            case ValueType.DOUBLE -> real(strings, key, attribute.doubleValue());
            case ValueType.EMPTY, ValueType.ABSENT -> put(text.empty());
            default -> value(Attributes.value(attribute), strings, key);
        }
    }

    private void value(Value value, StringHeap strings, int key) {
        if (value instanceof Value.LongValue number) {
            whole(strings, key, number.value());
        } else if (value instanceof Value.DoubleValue number) {
            real(strings, key, number.value());
        } else if (value instanceof Value.BoolValue truth) {
            truth(strings, key, truth.value());
        } else {
            put(text.set(ValueText.of(value)));
        }
    }

    private void whole(StringHeap strings, int key, long value) {
        put(text.number(value));
        if (longs != null) {
            longs.put(strings, key, value);
        }
    }

    private void real(StringHeap strings, int key, double value) {
        put(text.set(ValueText.of(value)));
        if (doubles != null) {
            doubles.put(strings, key, Double.doubleToRawLongBits(value));
        }
    }

    private void truth(StringHeap strings, int key, boolean value) {
        texts.put(constants, value ? 0 : Long.BYTES, value ? TRUE.length : FALSE.length);
        if (truths != null) {
            truths.put(strings, key, value ? 1 : 0);
        }
    }

    private void put(Text made) {
        texts.put(made.memory(), 0, made.length());
    }
}
