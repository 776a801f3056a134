package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of attributes, numbered and kept when their block moves, each once: that of the first event and link that have one. Number 0 is
 * no value.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond {@value #MOST_BYTES} bytes.
 */
public final class KeptValues {
    /** The most bytes of different values, each of which is kept twice. */
    public static final int MOST_BYTES = 8 << 20;

    /** About how much an entry takes beside the bytes of its value. */
    private static final int ENTRY_BYTES = 128;

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int[] NONE = {};

    private final List<ColumnReader> columns;
    private final KeyBytes bytes = new KeyBytes();
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
    private final List<Scalar> values = new ArrayList<>();
    /** Where bytes of values go; a full one is kept by its values. */
    private Memory chunk = Memory.NONE;

    private long used;
    private final long mostBytes;
    private long keptBytes;

    public KeptValues(List<Attribute> attributes) {
        this(attributes, MOST_BYTES);
    }

    KeptValues(List<Attribute> attributes, long mostBytes) {
        this.mostBytes = mostBytes;
        columns = attributes.stream()
                .map(attribute -> new ColumnReader(attribute, TraceValues.NONE))
                .toList();
        values.add(new Scalar());
    }

    /** Says that the spans that follow are in another block. */
    public void enterBlock(StringHeap strings) {
        columns.forEach(column -> column.enterBlock(strings));
    }

    /** Keeps the values of a span and returns their numbers, by attribute. */
    public int[] keep(SpanView span) {
        int[] kept = columns.isEmpty() ? NONE : new int[columns.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = number(columns.get(i), span);
        }
        return kept;
    }

    private int number(ColumnReader column, SpanView span) {
        bytes.clear();
        column.append(span, bytes);
        Scalar value = column.value();
        if (value.type() == Scalar.NIL) {
            return 0;
        }
        ByteBuffer key = ByteBuffer.wrap(bytes.copy());
        Integer known = numbers.putIfAbsent(key, values.size());
        if (known == null) {
            keptBytes += key.limit() + ENTRY_BYTES;
            if (keptBytes > mostBytes) {
                throw new QueryException(
                        Reason.LIMIT,
                        "Values of parents that the question asks for take more than " + mostBytes
                                + " bytes; narrow the time or the filter, or ask for another attribute");
            }
            values.add(kept(value));
            return values.size() - 1;
        }
        return known;
    }

    private Scalar kept(Scalar value) {
        Scalar kept = new Scalar();
        kept.set(value);
        if (value.isBytes()) {
            int length = value.length();
            // An empty value lies somewhere, too.
            if (length > chunk.length() - used || chunk == Memory.NONE) {
                chunk = Memory.allocate(Math.max(length, CHUNK_BYTES));
                used = 0;
            }
            chunk.putBytes(used, value.memory(), value.offset(), length);
            kept.move(chunk, used, length);
            used += length;
        }
        return kept;
    }

    /** Returns the value with a number. */
    public Scalar get(int number) {
        return values.get(number);
    }
}
