package io.offspan.query.value;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Values of one span one behind the other, as bytes that are the same for the same values of the same types and differ for others.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it has grown to its size.
 */
public final class KeyBytes {
    private static final int FIRST_BYTES = 64;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    /** Begins anew. */
    public void clear() {
        length = 0;
    }

    /** Adds a value that is a number or nothing. */
    public void add(int type, long bits) {
        reach(1 + Long.BYTES);
        bytes[length++] = (byte) type;
        putLong(bits);
    }

    /** Adds a value that is bytes. */
    public void add(int type, Memory source, long offset, int count) {
        reach(1 + Long.BYTES + count);
        bytes[length++] = (byte) type;
        putLong(count);
        if (count > 0) {
            source.getBytes(offset, bytes, length, count);
            length += count;
        }
    }

    /** Adds a value that is bytes. */
    public void add(int type, byte[] source) {
        reach(1 + Long.BYTES + source.length);
        bytes[length++] = (byte) type;
        putLong(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    private void putLong(long bits) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[length++] = (byte) (bits >>> shift);
        }
    }

    private void reach(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    /** Returns a hash of the bytes. */
    public int hash() {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i]) * MIX;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ hash >>> 32);
    }

    /** Tells whether these are the bytes of a copy. */
    public boolean equalBytes(byte[] copy) {
        return copy.length == length && Arrays.equals(copy, 0, length, bytes, 0, length);
    }

    /** Returns a copy. */
    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
