package io.offspan.query.value;

import io.offspan.codec.span.ValueType;

/** The types of attribute values as numbers, which are part of the index file; by their names in OTLP. */
public final class TypeCode {
    public static final int STRING = 0;
    public static final int INT = 1;
    public static final int DOUBLE = 2;
    public static final int BOOL = 3;
    public static final int ARRAY = 4;
    public static final int KVLIST = 5;
    public static final int BYTES = 6;
    /** The attribute is there without a value. */
    public static final int EMPTY = 7;

    /** What {@link #ofPacked} says where the type stands in the value. */
    public static final int IN_VALUE = -1;

    private TypeCode() {}

    /** Returns the type of a value. */
    public static int of(Scalar value) {
        return switch (value.type()) {
            case Scalar.TEXT -> STRING;
            case Scalar.WHOLE -> INT;
            case Scalar.FRACTION -> DOUBLE;
            case Scalar.TRUTH -> BOOL;
            case Scalar.ARRAY -> ARRAY;
            case Scalar.MAP -> KVLIST;
            case Scalar.BYTES -> BYTES;
            default -> EMPTY;
        };
    }

    /** Returns the type of all values that are packed as a {@link ValueType}, or {@link #IN_VALUE}. */
    public static int ofPacked(int valueType) {
        return switch (valueType) {
            case ValueType.STRING, ValueType.INLINE_STRING -> STRING;
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 -> INT;
            case ValueType.DOUBLE -> DOUBLE;
            case ValueType.BOOL -> BOOL;
            case ValueType.BYTES -> BYTES;
            case ValueType.ANY_VALUE, ValueType.KEY_VALUE -> IN_VALUE;
            default -> EMPTY;
        };
    }
}
