package io.offspan.codec.span;

/**
 * How an attribute value is packed. The numbers are part of the format.
 *
 * <p>Several types may carry the same kind of value: an integer takes the narrowest of four widths that its key has
 * needed, a string is a reference into the block's heap or, for keys whose values hardly repeat, stands inline.
 */
public final class ValueType {
    /** A value without content: an AnyValue whose oneof is not set. No bytes. */
    public static final int EMPTY = 0;
    /** No value at all: a KeyValue without AnyValue. No bytes. */
    public static final int ABSENT = 1;
    /** u16 string index. */
    public static final int STRING = 2;
    /** u16 length, UTF-8 bytes. */
    public static final int INLINE_STRING = 3;

    public static final int INT8 = 4;
    public static final int INT16 = 5;
    public static final int INT32 = 6;
    public static final int INT64 = 7;
    /** One byte, 0 or 1. */
    public static final int BOOL = 8;
    /** IEEE 754 bits, any NaN kept. */
    public static final int DOUBLE = 9;
    /** u32 length, bytes. */
    public static final int BYTES = 10;
    /** u32 length, an OTLP AnyValue message: arrays, key-value lists, and what else a later OTLP may add. */
    public static final int ANY_VALUE = 11;
    /** u32 length, a whole OTLP KeyValue message, for one with more fields than key and value. */
    public static final int KEY_VALUE = 12;

    /** How many types there are. */
    public static final int COUNT = 13;

    private static final byte[] BYTES_OF = {0, 0, 2, -1, 1, 2, 4, 8, 1, 8, -1, -1, -1};

    private ValueType() {}

    /** Returns the number of bytes of a type, or a negative number when it has no fixed size. */
    public static int bytes(int type) {
        return BYTES_OF[type];
    }

    /** Returns the narrowest integer type for a value. */
    public static int narrowest(long value) {
        if (value == (byte) value) {
            return INT8;
        }
        if (value == (short) value) {
            return INT16;
        }
        return value == (int) value ? INT32 : INT64;
    }

    /** Tells whether a type is one of the four integer widths. */
    public static boolean isInteger(int type) {
        return type >= INT8 && type <= INT64;
    }
}
