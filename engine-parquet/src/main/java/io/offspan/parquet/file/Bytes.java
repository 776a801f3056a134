package io.offspan.parquet.file;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Bytes on the heap that grow at their end; numbers are little-endian.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only while it grows.
 */
final class Bytes {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] array;
    private int length;

    Bytes(int initial) {
        array = new byte[initial];
    }

    /** Returns the array that starts with the content; another one after the bytes have grown. */
    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    private void ensure(int count) {
        if (array.length - length < count) {
            long wanted = Math.max(2L * array.length, (long) length + count);
            if ((long) length + count > MAX_BYTES) {
                throw new IllegalStateException("A column of " + ((long) length + count) + " bytes in one row group; "
                        + MAX_BYTES + " fit. Export with fewer bytes in a row group");
            }
            array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, wanted));
        }
    }

    void putByte(int value) {
        ensure(1);
        array[length++] = (byte) value;
    }

    void putInt(int value) {
        ensure(Integer.BYTES);
        HeapBytes.putInt(array, length, value);
        length += Integer.BYTES;
    }

    /** Replaces four bytes that were put before. */
    void setInt(int offset, int value) {
        HeapBytes.putInt(array, offset, value);
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        HeapBytes.putLong(array, length, value);
        length += Long.BYTES;
    }

    void putVarint(long value) {
        ensure(MAX_VARINT_BYTES);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            array[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[length++] = (byte) rest;
    }

    /** Writes a signed number so that small ones of either sign are short. */
    void putZigZag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    void put(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, array, length, count);
        length += count;
    }

    void put(Bytes source) {
        put(source.array, 0, source.length);
    }

    void put(Memory source, long offset, int count) {
        ensure(count);
        source.getBytes(offset, array, length, count);
        length += count;
    }
}
