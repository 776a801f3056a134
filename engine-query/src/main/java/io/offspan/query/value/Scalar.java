package io.offspan.query.value;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;

/**
 * The value of an expression: a type and what belongs to it. Text and arrays stay where they lie.
 *
 * <p><b>Threads.</b> Belongs to one thread; text and arrays are valid until the block moves. Allocates nothing.
 */
public final class Scalar {
    /** Nothing, or nothing that compares. */
    private static final int NOT_SHARED = -1;

    public static final int NIL = 0;

    public static final int WHOLE = 1;
    public static final int FRACTION = 2;
    public static final int TEXT = 3;
    public static final int TRUTH = 4;
    public static final int STATUS = 5;
    public static final int KIND = 6;
    public static final int ARRAY = 7;
    /** A length of time: calculated with as with a fraction, but kept as whole nanoseconds. */
    static final int NANOS = 8;
    /** Bytes, which compare with nothing. */
    public static final int BYTES = 9;
    /** A list of keys and values, which compares with nothing. */
    public static final int MAP = 10;
    /** An attribute that is there without a value. */
    public static final int VOID = 11;

    private int type;
    private long bits;
    private Memory memory = Memory.NONE;
    private long offset;
    private int length;
    /** For a text that the block keeps as one string: the strings, and its index. */
    private StringHeap strings = StringHeap.NONE;

    private int string = NOT_SHARED;

    public void setNil() {
        type = NIL;
    }

    public void setWhole(long value) {
        type = WHOLE;
        bits = value;
    }

    public void setNanos(long value) {
        type = NANOS;
        bits = value;
    }

    public void setFraction(double value) {
        type = FRACTION;
        bits = Double.doubleToRawLongBits(value);
    }

    /** Takes an unsigned number; from 2^63 on it is a fraction, rounded as such. */
    public void setUnsigned(long value) {
        if (value >= 0) {
            setWhole(value);
        } else {
            setFraction((value >>> 1 | value & 1) * 2.0);
        }
    }

    void setTruth(boolean value) {
        type = TRUTH;
        bits = value ? 1 : 0;
    }

    void setCode(int codeType, int code) {
        type = codeType;
        bits = code;
    }

    public void setText(Memory source, long start, int bytes) {
        setBytes(TEXT, source, start, bytes);
    }

    private void setBytes(int bytesType, Memory source, long start, int bytes) {
        type = bytesType;
        memory = source;
        offset = start;
        length = bytes;
        string = NOT_SHARED;
    }

    /** Takes a string of the block, which is looked up when it is asked for. */
    public void setText(StringHeap heap, int index) {
        type = TEXT;
        strings = heap;
        string = index;
    }

    public void set(Scalar other) {
        type = other.type;
        bits = other.bits;
        memory = other.memory;
        offset = other.offset;
        length = other.length;
        strings = other.strings;
        string = other.string;
    }

    /** Takes the value of the attribute that a cursor stands on. */
    public void set(AttributeCursor attribute, AnyValueReader reader) {
        switch (attribute.type()) {
            case ValueType.STRING -> setText(attribute.strings(), attribute.stringIndex());
            case ValueType.INLINE_STRING ->
                setText(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 -> setWhole(attribute.longValue());
            case ValueType.BOOL -> setTruth(attribute.booleanValue());
            case ValueType.DOUBLE -> setFraction(attribute.doubleValue());
            case ValueType.ANY_VALUE ->
                set(reader.wrap(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            case ValueType.KEY_VALUE ->
                set(reader.wrapValueOf(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            case ValueType.BYTES ->
                setBytes(BYTES, attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            default -> type = VOID;
        }
    }

    public void set(AnyValueReader value) {
        switch (value.type()) {
            case AnyValueReader.TEXT -> setText(value.memory(), value.offset(), value.length());
            case AnyValueReader.WHOLE -> setWhole(value.whole());
            case AnyValueReader.FRACTION -> setFraction(value.fraction());
            case AnyValueReader.TRUTH -> setTruth(value.truth());
            case AnyValueReader.ARRAY -> setBytes(ARRAY, value.memory(), value.offset(), value.length());
            case AnyValueReader.BYTES -> setBytes(BYTES, value.memory(), value.offset(), value.length());
            case AnyValueReader.MAP -> setBytes(MAP, value.memory(), value.offset(), value.length());
            default -> type = VOID;
        }
    }

    public int type() {
        return type;
    }

    public boolean isNumber() {
        return type == FRACTION || isWhole();
    }

    public boolean isWhole() {
        return type == WHOLE || type == NANOS;
    }

    /** Returns a whole number, nanoseconds, or the code of a status or kind. */
    public long whole() {
        return bits;
    }

    /** Returns a number as a fraction, rounded when it is whole and large. */
    public double fraction() {
        return isWhole() ? bits : Double.longBitsToDouble(bits);
    }

    boolean truth() {
        return bits != 0;
    }

    public Memory memory() {
        return string == NOT_SHARED ? memory : strings.memory();
    }

    public long offset() {
        return string == NOT_SHARED ? offset : strings.offset(string);
    }

    public int length() {
        return string == NOT_SHARED ? length : strings.length(string);
    }

    /** Tells whether it is a text that the block keeps as one string. */
    public boolean isShared() {
        return type == TEXT && string != NOT_SHARED;
    }

    /** Returns the index of a shared text. */
    public int string() {
        return string;
    }

    /** Orders two numbers exactly, or says {@link Order#UNORDERED}. */
    public static int order(Scalar left, Scalar right) {
        if (left.isWhole()) {
            return right.isWhole() ? Long.compare(left.bits, right.bits) : Order.compare(left.bits, right.fraction());
        }
        if (right.isWhole()) {
            int mirrored = Order.compare(right.bits, left.fraction());
            return mirrored == Order.UNORDERED ? mirrored : -mirrored;
        }
        return Order.compare(left.fraction(), right.fraction());
    }

    /** Orders two texts by their bytes as unsigned numbers. */
    public int compareText(Scalar other) {
        Memory mine = memory();
        Memory theirs = other.memory();
        long at = offset();
        long otherAt = other.offset();
        int bytes = length();
        int otherBytes = other.length();
        int shared = Math.min(bytes, otherBytes);
        for (int i = 0; i < shared; i++) {
            int order = mine.getUnsignedByte(at + i) - theirs.getUnsignedByte(otherAt + i);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(bytes, otherBytes);
    }

    /** Tells whether two texts have the same bytes. */
    public boolean equalText(Scalar other) {
        int bytes = length();
        return bytes == other.length() && memory().equalBytes(offset(), other.memory(), other.offset(), bytes);
    }
}
