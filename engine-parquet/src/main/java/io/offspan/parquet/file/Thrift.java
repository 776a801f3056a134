package io.offspan.parquet.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes structures in Thrift's compact protocol, in which Parquet describes its pages and files.
 *
 * <p>The outermost structure is open from the start; every other one is opened as a field or as an element of a list, and {@link #end} closes the innermost.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Thrift {
    static final int TRUE = 1;
    static final int FALSE = 2;
    static final int I16 = 4;
    static final int I32 = 5;
    static final int I64 = 6;
    static final int BINARY = 8;
    static final int LIST = 9;
    static final int STRUCT = 12;

    private static final int SHORT_LIST = 15;

    private final Bytes out;
    private int[] outer = new int[8];
    private int depth;
    /** The number of the last field of the innermost structure. */
    private int last;

    Thrift(Bytes out) {
        this.out = out;
    }

    private void header(int field, int type) {
        int step = field - last;
        if (step > 0 && step <= SHORT_LIST) {
            out.putByte(step << 4 | type);
        } else {
            out.putByte(type);
            out.putZigZag(field);
        }
        last = field;
    }

    void i16(int field, int value) {
        header(field, I16);
        out.putZigZag(value);
    }

    void i32(int field, int value) {
        header(field, I32);
        out.putZigZag(value);
    }

    void i64(int field, long value) {
        header(field, I64);
        out.putZigZag(value);
    }

    void bool(int field, boolean value) {
        header(field, value ? TRUE : FALSE);
    }

    void text(int field, String value) {
        binary(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void binary(int field, byte[] value) {
        header(field, BINARY);
        element(value);
    }

    /** Opens a list; exactly so many elements have to follow. */
    void list(int field, int type, int size) {
        header(field, LIST);
        if (size < SHORT_LIST) {
            out.putByte(size << 4 | type);
        } else {
            out.putByte(SHORT_LIST << 4 | type);
            out.putVarint(size);
        }
    }

    void element(byte[] value) {
        out.putVarint(value.length);
        out.put(value, 0, value.length);
    }

    void element(String value) {
        element(value.getBytes(StandardCharsets.UTF_8));
    }

    void element(long value) {
        out.putZigZag(value);
    }

    void element(boolean value) {
        out.putByte(value ? TRUE : FALSE);
    }

    /** Opens a structure as a field. */
    void begin(int field) {
        header(field, STRUCT);
        beginElement();
    }

    /** Opens a structure as an element of the list that is open. */
    void beginElement() {
        if (depth == outer.length) {
            outer = Arrays.copyOf(outer, 2 * depth);
        }
        outer[depth++] = last;
        last = 0;
    }

    /** Writes a field that holds an empty structure, by which a union says which of its kinds it is. */
    void mark(int field) {
        begin(field);
        end();
    }

    /** Closes the innermost structure, at last the outermost. */
    void end() {
        out.putByte(0);
        last = depth == 0 ? 0 : outer[--depth];
    }
}
