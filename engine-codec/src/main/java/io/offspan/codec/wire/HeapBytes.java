package io.offspan.codec.wire;

import java.util.Objects;
import sun.misc.Unsafe;

/** Little-endian access to, and hashing of, byte arrays; not by a view, which takes a fresh JVM milliseconds to link. */
public final class HeapBytes {
    static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER = 0xBF58476D1CE4E5B9L;

    private HeapBytes() {}

    private static long address(byte[] bytes, int offset, int size) {
        return Unsafe.ARRAY_BYTE_BASE_OFFSET + (long) Objects.checkIndex(offset, bytes.length - size + 1);
    }

    /** Reads eight bytes. */
    public static long getLong(byte[] bytes, int offset) {
        return Raw.UNSAFE.getLong(bytes, address(bytes, offset, 8));
    }

    /** Reads four bytes. */
    public static int getInt(byte[] bytes, int offset) {
        return Raw.UNSAFE.getInt(bytes, address(bytes, offset, 4));
    }

    /** Writes eight bytes. */
    public static void putLong(byte[] bytes, int offset, long value) {
        Raw.UNSAFE.putLong(bytes, address(bytes, offset, 8), value);
    }

    /** Writes four bytes. */
    public static void putInt(byte[] bytes, int offset, int value) {
        Raw.UNSAFE.putInt(bytes, address(bytes, offset, 4), value);
    }

    /** Hashes a byte range; equal bytes have equal hashes on the heap and off it. */
    public static int hash(byte[] bytes, int offset, int length) {
        long hash = SEED ^ length;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            hash = mix(hash, getLong(bytes, offset + i));
        }
        return finish(mix(hash, tail(bytes, offset, i, length)));
    }

    /** Returns the bytes from {@code i} on, fewer than eight, as the low bytes of a number. */
    private static long tail(byte[] bytes, int offset, int i, int length) {
        if (i == length) {
            return 0;
        }
        if (length >= 8) {
            return getLong(bytes, offset + length - 8) >>> 8 * (8 - length + i);
        }
        if (offset <= bytes.length - 8) {
            return first(getLong(bytes, offset), length);
        }
        long tail = 0;
        for (int b = length - 1; b >= 0; b--) {
            tail = tail << 8 | bytes[offset + b] & 0xffL;
        }
        return tail;
    }

    /** Returns what the first one to seven bytes of a word are, the others zero. */
    static long first(long word, int bytes) {
        return word & -1L >>> Long.SIZE - Byte.SIZE * bytes;
    }

    /** Folds eight words into a running sum as {@link Memory#fold} folds the 64 bytes that they are written to. */
    public static long fold(long sum, long a, long b, long c, long d, long e, long f, long g, long h) {
        long one = fold(fold(fold(fold(sum, a), c), e), g);
        long other = fold(fold(fold(fold(64, b), d), f), h);
        return fold(other, one);
    }

    /** Folds one word into a running sum; another word never gives the same sum. */
    public static long fold(long sum, long word) {
        return (Long.rotateLeft(sum, 27) ^ word) * MULTIPLIER;
    }

    /** Ends a sum of {@link Memory#fold} in 32 bits that each depend on all of it. */
    public static int endFold(long sum) {
        return finish(mix(SEED, sum));
    }

    static long mix(long hash, long word) {
        long h = (hash ^ word) * MULTIPLIER;
        return h ^ (h >>> 32);
    }

    static int finish(long hash) {
        long h = hash * 0x94D049BB133111EBL;
        return (int) (h >>> 32);
    }
}
