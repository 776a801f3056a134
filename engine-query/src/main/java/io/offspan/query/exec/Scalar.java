package io.offspan.query.exec;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Operator;

/**
 * The value of an expression: a type and what belongs to it. Text and arrays stay where they lie.
 *
 * <p><b>Threads.</b> Belongs to one thread; text and arrays are valid until the block moves. Allocates nothing.
 */
final class Scalar {
    /** Nothing, or nothing that compares. */
    static final int NIL = 0;

    static final int WHOLE = 1;
    static final int FRACTION = 2;
    static final int TEXT = 3;
    static final int TRUTH = 4;
    static final int STATUS = 5;
    static final int KIND = 6;
    static final int ARRAY = 7;
    /** A length of time: calculated with as with a fraction, but kept as whole nanoseconds. */
    static final int NANOS = 8;

    private int type;
    private long bits;
    private Memory memory = Memory.NONE;
    private long offset;
    private int length;

    void setNil() {
        type = NIL;
    }

    void setWhole(long value) {
        type = WHOLE;
        bits = value;
    }

    void setNanos(long value) {
        type = NANOS;
        bits = value;
    }

    void setFraction(double value) {
        type = FRACTION;
        bits = Double.doubleToRawLongBits(value);
    }

    /** Takes an unsigned number; from 2^63 on it is a fraction, rounded as such. */
    void setUnsigned(long value) {
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

    void setText(Memory source, long start, int bytes) {
        type = TEXT;
        memory = source;
        offset = start;
        length = bytes;
    }

    void setText(StringHeap strings, int string) {
        setText(strings.memory(), strings.offset(string), strings.length(string));
    }

    void set(Scalar other) {
        type = other.type;
        bits = other.bits;
        memory = other.memory;
        offset = other.offset;
        length = other.length;
    }

    /** Takes the value of the attribute that a cursor stands on. */
    void set(AttributeCursor attribute, AnyValueReader reader) {
        switch (attribute.type()) {
            case ValueType.STRING, ValueType.INLINE_STRING ->
                setText(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 -> setWhole(attribute.longValue());
            case ValueType.BOOL -> setTruth(attribute.booleanValue());
            case ValueType.DOUBLE -> setFraction(attribute.doubleValue());
            case ValueType.ANY_VALUE ->
                set(reader.wrap(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            case ValueType.KEY_VALUE ->
                set(reader.wrapValueOf(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            default -> setNil();
        }
    }

    void set(AnyValueReader value) {
        switch (value.type()) {
            case AnyValueReader.TEXT -> setText(value.memory(), value.offset(), value.length());
            case AnyValueReader.WHOLE -> setWhole(value.whole());
            case AnyValueReader.FRACTION -> setFraction(value.fraction());
            case AnyValueReader.TRUTH -> setTruth(value.truth());
            case AnyValueReader.ARRAY -> {
                setText(value.memory(), value.offset(), value.length());
                type = ARRAY;
            }
            default -> setNil();
        }
    }

    int type() {
        return type;
    }

    boolean isNumber() {
        return type == FRACTION || isWhole();
    }

    boolean isWhole() {
        return type == WHOLE || type == NANOS;
    }

    /** Returns a whole number, nanoseconds, or the code of a status or kind. */
    long whole() {
        return bits;
    }

    /** Returns a number as a fraction, rounded when it is whole and large. */
    double fraction() {
        return isWhole() ? bits : Double.longBitsToDouble(bits);
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

    /** Orders two numbers exactly, or says {@link Order#UNORDERED}. */
    static int order(Scalar left, Scalar right) {
        if (left.isWhole()) {
            return right.isWhole() ? Long.compare(left.bits, right.bits) : Order.compare(left.bits, right.fraction());
        }
        if (right.isWhole()) {
            int mirrored = Order.compare(right.bits, left.fraction());
            return mirrored == Order.UNORDERED ? mirrored : -mirrored;
        }
        return Order.compare(left.fraction(), right.fraction());
    }

    /**
     * Asks a relation that is not negated of two values that are no arrays; {@link ValueTest#INCOMPARABLE} when their types
     * do not compare or have no order.
     */
    static int relate(Operator operator, Scalar left, Scalar right) {
        if (left.isNumber() && right.isNumber()) {
            return outcome(Order.holdsOrUnordered(operator, order(left, right)));
        }
        if (left.type != right.type || left.type == NIL || left.type == ARRAY) {
            return ValueTest.INCOMPARABLE;
        }
        if (left.type == TEXT) {
            return outcome(
                    operator.isOrder()
                            ? Order.holds(operator, left.compareText(right))
                            : left.length == right.length
                                    && left.memory.equalBytes(left.offset, right.memory, right.offset, left.length));
        }
        return operator.isOrder() ? ValueTest.INCOMPARABLE : outcome(left.bits == right.bits);
    }

    private static int outcome(boolean holds) {
        return holds ? ValueTest.HOLDS : ValueTest.FAILS;
    }

    private int compareText(Scalar other) {
        int shared = Math.min(length, other.length);
        for (int i = 0; i < shared; i++) {
            int order = memory.getUnsignedByte(offset + i) - other.memory.getUnsignedByte(other.offset + i);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length, other.length);
    }
}
