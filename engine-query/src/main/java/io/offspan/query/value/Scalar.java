package io.offspan.query.value;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value of an expression: a type and what belongs to it. Text and arrays stay where they lie, in a block or, a text, on the heap.
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
    /** The bits of a number or code; of bytes outside the heap, where they start. */
    private long bits;

    private Memory memory = Memory.NONE;
    private int length;
    /** For a text on the heap: the array that starts with it. */
    private byte @Nullable [] heap;
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
        bits = start;
        length = bytes;
        heap = null;
        string = NOT_SHARED;
    }

    /** Takes the text that an array starts with; it stays the caller's. */
    void setText(byte[] utf8, int bytes) {
        type = TEXT;
        heap = utf8;
        length = bytes;
        string = NOT_SHARED;
    }

    /** Takes a string of the block, which is looked up when it is asked for. */
    public void setText(StringHeap block, int index) {
        type = TEXT;
        strings = block;
        heap = null;
        string = index;
    }

    /** Tells whether it is a text or other bytes, which lie somewhere. */
    boolean isBytes() {
        return type == TEXT || type == ARRAY || type == BYTES || type == MAP;
    }

    /** Says where its bytes lie from now on. */
    void move(Memory to, long start, int bytes) {
        setBytes(type, to, start, bytes);
    }

    public void set(Scalar other) {
        type = other.type;
        bits = other.bits;
        memory = other.memory;
        length = other.length;
        heap = other.heap;
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

    /** Returns where bytes lie; a text on the heap moves off it, once. */
    public Memory memory() {
        if (heap != null) {
            leaveHeap(heap);
        }
        return string == NOT_SHARED ? memory : strings.memory();
    }

    public long offset() {
        if (heap != null) {
            leaveHeap(heap);
        }
        return string == NOT_SHARED ? bits : strings.offset(string);
    }

    private void leaveHeap(byte[] utf8) {
        Memory copy = Memory.allocate(Math.max(length, 1));
        copy.putBytes(0, utf8, 0, length);
        setText(copy, 0, length);
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

    /** Returns a text as a string; bytes that are no UTF-8 become U+FFFD. */
    public String text() {
        byte[] mine = heap;
        return mine == null
                ? Utf8.get(memory(), offset(), length())
                : new String(mine, 0, length, StandardCharsets.UTF_8);
    }

    /** Orders two texts by their bytes as unsigned numbers. */
    public int compareText(Scalar other) {
        byte[] mine = heap;
        byte[] theirs = other.heap;
        int bytes = length();
        int otherBytes = other.length();
        if (theirs != null) {
            return mine == null
                    ? memory().compareBytes(offset(), bytes, theirs, 0, otherBytes)
                    : Arrays.compareUnsigned(mine, 0, bytes, theirs, 0, otherBytes);
        }
        if (mine != null) {
            return -other.memory().compareBytes(other.offset(), otherBytes, mine, 0, bytes);
        }
        Memory memory = memory();
        Memory otherMemory = other.memory();
        long at = offset();
        long otherAt = other.offset();
        int shared = Math.min(bytes, otherBytes);
        for (int i = 0; i < shared; i++) {
            int order = memory.getUnsignedByte(at + i) - otherMemory.getUnsignedByte(otherAt + i);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(bytes, otherBytes);
    }

    /** Tells whether two texts have the same bytes. */
    public boolean equalText(Scalar other) {
        int bytes = length();
        if (bytes != other.length()) {
            return false;
        }
        byte[] mine = heap;
        byte[] theirs = other.heap;
        if (theirs == null) {
            return mine == null
                    ? memory().equalBytes(offset(), other.memory(), other.offset(), bytes)
                    : other.memory().equalBytes(other.offset(), mine, 0, bytes);
        }
        return mine == null
                ? memory().equalBytes(offset(), theirs, 0, bytes)
                : Arrays.equals(mine, 0, bytes, theirs, 0, bytes);
    }
}
