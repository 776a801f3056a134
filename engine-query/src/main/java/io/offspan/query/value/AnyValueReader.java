package io.offspan.query.value;

import io.offspan.codec.proto.ProtoFields;
import io.offspan.codec.proto.ProtoInput;
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
    private @Nullable ProtoFields fields;
    /** Walks the elements of an array; made for the first one. */
    private @Nullable ProtoFields elements;

    private Memory memory = Memory.NONE;
    private int type;
    private long bits;
    private long offset;
    private int length;

    /** Points at an AnyValue message; of several values in it the last one counts. */
    AnyValueReader wrap(Memory source, long start, int bytes) {
        memory = source;
        type = EMPTY;
        ProtoFields fields = fields(source, start, bytes);
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
        ProtoFields walk = elements;
        if (walk == null) {
            walk = new ProtoFields();
            elements = walk;
        }
        walk.wrap(memory, offset, length);
    }

    /** Points at the value of a KeyValue message. */
    public AnyValueReader wrapValueOf(Memory source, long start, int bytes) {
        long valueStart = start;
        int valueBytes = 0;
        ProtoFields fields = fields(source, start, bytes);
        while (fields.next()) {
            if (fields.is(KEY_VALUE_VALUE, ProtoInput.LENGTH)) {
                valueStart = fields.offset();
                valueBytes = fields.length();
            }
        }
        return wrap(source, valueStart, valueBytes);
    }

    private ProtoFields fields(Memory source, long start, int bytes) {
        ProtoFields walk = fields;
        if (walk == null) {
            walk = new ProtoFields();
            fields = walk;
        }
        return walk.wrap(source, start, bytes);
    }

    private static int typeOf(ProtoFields fields) {
        if (fields.is(1, ProtoInput.LENGTH)) {
            return TEXT;
        }
        if (fields.is(2, ProtoInput.VARINT)) {
            return TRUTH;
        }
        if (fields.is(3, ProtoInput.VARINT)) {
            return WHOLE;
        }
        if (fields.is(4, ProtoInput.FIXED64)) {
            return FRACTION;
        }
        if (fields.is(5, ProtoInput.LENGTH)) {
            return ARRAY;
        }
        if (fields.is(6, ProtoInput.LENGTH)) {
            return MAP;
        }
        return fields.is(7, ProtoInput.LENGTH) ? BYTES : EMPTY;
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
        ProtoFields walk = elements;
        while (walk != null && walk.next()) {
            if (walk.is(ARRAY_VALUES, ProtoInput.LENGTH)) {
                element.wrap(memory, walk.offset(), walk.length());
                return true;
            }
        }
        return false;
    }
}
