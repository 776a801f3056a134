package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;

/**
 * Walks the attributes of a span, event or link in their order.
 *
 * <pre>{@code
 * while (attributes.next()) {
 *     if (attributes.isString() && attributes.keyEquals(METHOD)) { ... }
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the flyweight it came from moves. Allocates only where a method
 * returns an object.
 */
public final class AttributeCursor {
    private final Shape shape = new Shape();
    private StringHeap heap = StringHeap.NONE;
    private Memory memory = Memory.NONE;
    private int entry;
    private int key;
    private int type;
    private long at;
    private long next;

    void wrap(Memory values, long offset, StringHeap strings, int shapeIndex) {
        memory = values;
        heap = strings;
        shape.wrap(strings, shapeIndex);
        entry = -1;
        at = offset;
        next = offset;
    }

    /** Returns how many attributes there are. */
    public int count() {
        return shape.size();
    }

    /**
     * Goes to the next attribute, or returns false behind the last.
     *
     * <p>Whoever reads a value has it checked; sizes that vary are checked here, and all that lies before with them.
     */
    public boolean next() {
        int size = shape.size();
        if (++entry >= size) {
            entry = size;
            memory.check(at, next - at);
            return false;
        }
        int packed = shape.at(entry);
        int bytes = Shape.bytes(packed);
        key = Shape.key(packed);
        type = Shape.type(packed);
        at = next;
        next = bytes >= 0 ? at + bytes : at + variableBytes(at);
        return true;
    }

    /** Returns where the values end; walks there when their sizes vary. */
    long end() {
        int total = shape.totalBytes();
        if (entry < 0 && total != LineLayout.VARIABLE) {
            memory.check(at, total);
            return at + total;
        }
        while (entry + 1 < shape.size()) {
            next();
        }
        return next;
    }

    private long variableBytes(long offset) {
        long bytes = type == ValueType.INLINE_STRING
                ? 2L + memory.getUnsignedShort(offset)
                : 4L + memory.getUnsignedInt(offset);
        memory.check(offset, bytes);
        return bytes;
    }

    /** Returns the string index of the key. */
    public int keyIndex() {
        return key;
    }

    /** Returns the key. */
    public String key() {
        return heap.get(key);
    }

    /** Tells whether the key has exactly these UTF-8 bytes. */
    public boolean keyEquals(byte[] utf8) {
        return heap.equalBytes(key, utf8);
    }

    /** Returns the {@link ValueType} of the value. */
    public int type() {
        return type;
    }

    public boolean isString() {
        return type == ValueType.STRING || type == ValueType.INLINE_STRING;
    }

    public boolean isLong() {
        return ValueType.isInteger(type);
    }

    /** Returns an integer value, or 0 or 1 for a boolean. */
    public long longValue() {
        return switch (type) {
            case ValueType.INT8, ValueType.BOOL -> memory.getByte(at);
            case ValueType.INT16 -> memory.getShort(at);
            case ValueType.INT32 -> memory.getInt(at);
            case ValueType.INT64 -> memory.getLong(at);
            default -> throw wrongType("an integer");
        };
    }

    /** Returns a floating-point value. */
    public double doubleValue() {
        return Double.longBitsToDouble(doubleBits());
    }

    /** Returns the bits of a floating-point value, any NaN kept. */
    public long doubleBits() {
        if (type != ValueType.DOUBLE) {
            throw wrongType("a double");
        }
        return memory.getLong(at);
    }

    /** Returns a boolean value. */
    public boolean booleanValue() {
        if (type != ValueType.BOOL) {
            throw wrongType("a boolean");
        }
        return memory.getByte(at) != 0;
    }

    /** Returns a string value; allocates it unless the block keeps it already. */
    public String stringValue() {
        return type == ValueType.STRING
                ? heap.get(memory.getUnsignedShort(at))
                : Utf8.get(bytesMemory(), bytesOffset(), bytesLength());
    }

    /** Returns the string index of a string value, or -1 when the string stands inline. */
    public int stringIndex() {
        return type == ValueType.STRING ? memory.getUnsignedShort(at) : -1;
    }

    /** Returns the strings of the block. */
    public StringHeap strings() {
        return heap;
    }

    /** Returns the window in which {@link #bytesOffset} counts. */
    public Memory bytesMemory() {
        return type == ValueType.STRING ? heap.memory() : memory;
    }

    /** Returns where the bytes of a string, bytes or message value start. */
    public long bytesOffset() {
        return switch (type) {
            case ValueType.STRING -> heap.offset(memory.getUnsignedShort(at));
            case ValueType.INLINE_STRING -> at + 2;
            case ValueType.BYTES, ValueType.ANY_VALUE, ValueType.KEY_VALUE -> at + 4;
            default -> throw wrongType("bytes");
        };
    }

    /** Returns how many bytes a string, bytes or message value has. */
    public int bytesLength() {
        return switch (type) {
            case ValueType.STRING -> heap.length(memory.getUnsignedShort(at));
            case ValueType.INLINE_STRING -> memory.getUnsignedShort(at);
            case ValueType.BYTES, ValueType.ANY_VALUE, ValueType.KEY_VALUE -> memory.getInt(at);
            default -> throw wrongType("bytes");
        };
    }

    /** Returns a copy of the bytes of a string, bytes or message value. */
    public byte[] bytesValue() {
        byte[] copy = new byte[bytesLength()];
        bytesMemory().getBytes(bytesOffset(), copy, 0, copy.length);
        return copy;
    }

    private IllegalStateException wrongType(String wanted) {
        return new IllegalStateException("The attribute is not " + wanted + " but of value type " + type);
    }
}
