package io.offspan.query.value;

import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Reads an OTLP AnyValue message where it lies.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing but a walk for the first array.
 */
public final class AnyValueReader {
    static final int EMPTY = 0;
    static final int TEXT = 1;
    static final int TRUTH = 2;
    static final int WHOLE = 3;
    static final int FRACTION = 4;
    static final int ARRAY = 5;
    /** A list of keys and values. */
    static final int MAP = 6;

    static final int BYTES = 7;

    private static final int KEY_VALUE_VALUE = 2;
    private static final int ARRAY_VALUES = 1;

    /** Walks the fields of a message; made for the first one. */
    private @Nullable ProtoReader fields;
    /** Walks the elements of an array; made for the first one. */
    private @Nullable ProtoReader elements;

    private Memory memory = Memory.NONE;
    private int type;
    private long bits;
    private long offset;
    private int length;

    /** Points at an AnyValue message; of several values in it the last one counts. */
    AnyValueReader wrap(Memory source, long start, int bytes) {
        memory = source;
        type = EMPTY;
        ProtoReader fields = fields(source, start, bytes);
        while (fields.next()) {
            int found = typeOf(fields);
            if (found != EMPTY) {
                type = found;
                bits = fields.value();
                offset = fields.offset();
                length = fields.length();
            }
        }
        if (type == ARRAY) {
            wrapElements();
        }
        return this;
    }

    /** Points at the elements of an array that has been found before. */
    public AnyValueReader wrapArray(Memory source, long start, int bytes) {
        memory = source;
        type = ARRAY;
        offset = start;
        length = bytes;
        wrapElements();
        return this;
    }

    private void wrapElements() {
        ProtoReader walk = elements;
        if (walk == null) {
            walk = new ProtoReader();
            elements = walk;
        }
        walk.wrap(memory, offset, length);
    }

    /** Points at the value of a KeyValue message. */
    public AnyValueReader wrapValueOf(Memory source, long start, int bytes) {
        long valueStart = start;
        int valueBytes = 0;
        ProtoReader fields = fields(source, start, bytes);
        while (fields.next()) {
            if (fields.is(KEY_VALUE_VALUE, ProtoReader.BYTES)) {
                valueStart = fields.offset();
                valueBytes = fields.length();
            }
        }
        return wrap(source, valueStart, valueBytes);
    }

    private ProtoReader fields(Memory source, long start, int bytes) {
        ProtoReader walk = fields;
        if (walk == null) {
            walk = new ProtoReader();
            fields = walk;
        }
        return walk.wrap(source, start, bytes);
    }

    private static int typeOf(ProtoReader fields) {
        if (fields.is(1, ProtoReader.BYTES)) {
            return TEXT;
        }
        if (fields.is(2, ProtoReader.VARINT)) {
            return TRUTH;
        }
        if (fields.is(3, ProtoReader.VARINT)) {
            return WHOLE;
        }
        if (fields.is(4, ProtoReader.FIXED64)) {
            return FRACTION;
        }
        if (fields.is(5, ProtoReader.BYTES)) {
            return ARRAY;
        }
        if (fields.is(6, ProtoReader.BYTES)) {
            return MAP;
        }
        return fields.is(7, ProtoReader.BYTES) ? BYTES : EMPTY;
    }

    int type() {
        return type;
    }

    long whole() {
        return bits;
    }

    double fraction() {
        return Double.longBitsToDouble(bits);
    }

    boolean truth() {
        return bits != 0;
    }

    Memory memory() {
        return memory;
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** Points another reader at the next element of this array, or returns false behind the last. */
    public boolean nextElement(AnyValueReader element) {
        ProtoReader walk = elements;
        while (walk != null && walk.next()) {
            if (walk.is(ARRAY_VALUES, ProtoReader.BYTES)) {
                element.wrap(memory, walk.offset(), walk.length());
                return true;
            }
        }
        return false;
    }
}
