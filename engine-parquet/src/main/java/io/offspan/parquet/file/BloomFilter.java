package io.offspan.parquet.file;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Says of most values that a row group has not that it has not: Parquet's filter of blocks of 256 bits, for texts of 32 bytes.
 *
 * <p>A value sets one bit in each of the eight words of one block, so that one cache line answers for it. With twelve bits or more
 * for each value, less than one in a hundred others seems to be there.
 */
final class BloomFilter {
    /** The length of the values; a hash of so many bytes needs no loop. */
    static final int VALUE_BYTES = 32;

    private static final int BITS_OF_A_VALUE = 12;
    private static final int BLOCK_BYTES = 32;
    private static final int MAX_BYTES = 16 << 20;

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;

    /** The first prime plus the second, and zero minus the first. */
    private static final long LANE_1 = 0x60EA27EEADC0B5D6L;

    private static final long LANE_4 = 0x61C8864E7A143579L;

    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private long[] hashes = new long[1024];
    private int count;

    /** Adds a value. */
    void add(Memory source, long offset) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash(source, offset);
    }

    void clear() {
        count = 0;
    }

    /** Returns the filter of all values since {@link #clear}. */
    byte[] build() {
        Arrays.sort(hashes, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            distinct += i == 0 || hashes[i] != hashes[i - 1] ? 1 : 0;
        }
        long wanted = Math.max(BLOCK_BYTES, (long) distinct * BITS_OF_A_VALUE / Byte.SIZE);
        int bytes = (int) Math.min(MAX_BYTES, Long.highestOneBit(2 * wanted - 1));
        int[] words = new int[bytes / Integer.BYTES];
        int blocks = bytes / BLOCK_BYTES;
        for (int i = 0; i < count; i++) {
            int block = (int) ((hashes[i] >>> 32) * blocks >>> 32);
            for (int w = 0; w < SALTS.length; w++) {
                words[block * SALTS.length + w] |= 1 << ((int) hashes[i] * SALTS[w] >>> 27);
            }
        }
        Bytes filter = new Bytes(bytes);
        for (int word : words) {
            filter.putInt(word);
        }
        return Arrays.copyOf(filter.array(), bytes);
    }

    /** Returns XXH64 with seed 0 of the 32 bytes at a place. */
    static long hash(Memory source, long offset) {
        long one = round(LANE_1, source.getLong(offset));
        long two = round(PRIME_2, source.getLong(offset + 8));
        long three = round(0, source.getLong(offset + 16));
        long four = round(LANE_4, source.getLong(offset + 24));
        long hash = Long.rotateLeft(one, 1)
                + Long.rotateLeft(two, 7)
                + Long.rotateLeft(three, 12)
                + Long.rotateLeft(four, 18);
        hash = merge(merge(merge(merge(hash, one), two), three), four) + VALUE_BYTES;
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }
}
