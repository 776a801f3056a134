package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * The blocks of a live index: which ordinals they have, and for each a filter of the values that are not posted.
 *
 * <p>A filter is a split-block Bloom filter: 256 bits for 16 values, in which each value sets one bit in each of eight words. One
 * value in about 800 that is not there gets through.
 *
 * <pre>
 *  0 u32 first ordinal   4 u32 end ordinal   8 u32 reference of the filter   12 u32 its 256-bit buckets
 * </pre>
 *
 * <p><b>Threads.</b> One thread writes; any thread reads the blocks below a count that it has read after they were added.
 */
final class BlockTable implements BlockFilters {
    private static final int FIRST = 0;
    private static final int END = 4;
    private static final int FILTER = 8;
    private static final int BUCKETS = 12;
    private static final int RECORD_BITS = 4;

    static final int BUCKET_BYTES = 32;
    private static final int VALUES_A_BUCKET = 16;
    private static final int MAX_BUCKETS = Pages.MAX_BYTES / BUCKET_BYTES;
    /** Two odd numbers of 32 bits each, by which a hash chooses the bits in two words. */
    private static final long[] SALTS = {
        0x44974d9147b6137bL, 0xa2b7289d8824ad5bL, 0x2df1424b705495c7L, 0x5c6bfb319efc4947L
    };

    private final Column blocks;
    private final Pages filters;
    private int count;
    private int[] hashes = new int[2048];
    private int values;

    BlockTable(PagePool pool, Pages filters) {
        blocks = new Column(pool, RECORD_BITS);
        this.filters = filters;
    }

    /** Puts a value into the filter of the block that is being walked through. */
    void add(int hash) {
        if (values == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * values);
        }
        hashes[values++] = hash;
    }

    /** Ends a block with the spans {@code [first, end)}. */
    void end(int first, int end) {
        int buckets = Math.min((values + VALUES_A_BUCKET - 1) / VALUES_A_BUCKET, MAX_BUCKETS);
        int filter = Pages.NONE;
        if (buckets > 0) {
            filter = filters.allocate(BUCKET_BYTES * buckets);
            Memory memory = filters.memory(filter);
            long at = Pages.offset(filter);
            memory.zero(at, (long) BUCKET_BYTES * buckets);
            for (int i = 0; i < values; i++) {
                set(memory, at, buckets, spread(hashes[i]));
            }
        }
        blocks.reach(count);
        Memory record = blocks.memory(count);
        long at = blocks.offset(count);
        record.putInt(at + FIRST, first);
        record.putInt(at + END, end);
        record.putInt(at + FILTER, filter);
        record.putInt(at + BUCKETS, buckets);
        count++;
        values = 0;
    }

    private static void set(Memory memory, long filter, int buckets, long hash) {
        long at = filter + bucket(hash, buckets);
        for (int i = 0; i < SALTS.length; i++) {
            memory.putLong(at + 8L * i, memory.getLong(at + 8L * i) | mask(hash, i));
        }
    }

    private static long bucket(long hash, int buckets) {
        return BUCKET_BYTES * ((hash >>> 32) * buckets >>> 32);
    }

    private static long mask(long hash, int word) {
        long salts = SALTS[word];
        int low = (int) hash * (int) salts >>> 27;
        int high = (int) hash * (int) (salts >>> 32) >>> 27;
        return 1L << low | 1L << high + 32;
    }

    private static long spread(int hash) {
        long h = (hash & 0xffff_ffffL) * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        return h ^ h >>> 32;
    }

    int count() {
        return count;
    }

    @Override
    public int firstOrdinal(int block) {
        return blocks.memory(block).getInt(blocks.offset(block) + FIRST);
    }

    @Override
    public int endOrdinal(int block) {
        return blocks.memory(block).getInt(blocks.offset(block) + END);
    }

    @Override
    public boolean mayContain(int block, int hash) {
        Memory record = blocks.memory(block);
        long at = blocks.offset(block);
        int buckets = record.getInt(at + BUCKETS);
        if (buckets == 0) {
            return false;
        }
        int filter = record.getInt(at + FILTER);
        return mayContain(filters.memory(filter), Pages.offset(filter), buckets, hash);
    }

    /** Tells whether a filter of some buckets lets a value through. */
    static boolean mayContain(Memory memory, long filter, int buckets, int hash) {
        long hashed = spread(hash);
        long bucket = filter + bucket(hashed, buckets);
        for (int i = 0; i < SALTS.length; i++) {
            long mask = mask(hashed, i);
            if ((memory.getLong(bucket + 8L * i) & mask) != mask) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many buckets the filter of a block has. */
    int buckets(int block) {
        return blocks.memory(block).getInt(blocks.offset(block) + BUCKETS);
    }

    /** Returns the reference of a block's filter, {@link Pages#NONE} where it has no buckets. */
    int filter(int block) {
        return blocks.memory(block).getInt(blocks.offset(block) + FILTER);
    }

    /** Returns the page that holds a filter. */
    Memory filterMemory(int filter) {
        return filters.memory(filter);
    }

    long bytes() {
        return blocks.bytes();
    }

    void close() {
        blocks.close();
    }
}
