package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * What the headers of a segment's blocks say, one row a block, in the order of the file.
 *
 * <p><b>Threads.</b> One thread adds; any thread reads the rows below a {@link #count()} that it has read before.
 */
public final class BlockDirectory {
    private static final int OFFSET = 0;
    /** Length in the upper half, span count in the lower. */
    private static final int SIZES = 1;
    /** Checksum of the body in the upper half, first ordinal in the lower. */
    private static final int PLACE = 2;

    private static final int MIN_START = 3;
    private static final int MAX_START = 4;
    private static final int MIN_END = 5;
    private static final int MAX_END = 6;
    private static final int MIN_DURATION = 7;
    private static final int MAX_DURATION = 8;
    private static final int INCARNATION = 9;
    private static final int GENERATION = 10;
    /** Slab in the upper half, place of the first span in it in the lower. */
    private static final int SLAB = 11;

    private static final int SEQUENCE = 12;
    private static final int INGEST_TIME = 13;
    private static final int COLUMNS = 14;
    private static final int INITIAL_ROWS = 64;

    private static final byte INTACT = 1;
    private static final byte DAMAGED = 2;

    private volatile long[] rows = new long[COLUMNS * INITIAL_ROWS];
    /** What the checksums of the bodies said; an entry that is lost when the table grows is found out again. */
    private volatile byte[] verdicts = new byte[INITIAL_ROWS];

    private volatile int count;

    /** Adds a block of spans. */
    void add(long offset, BlockHeader header) {
        int row = count;
        long[] table = rows;
        if (COLUMNS * row == table.length) {
            table = Arrays.copyOf(table, 2 * table.length);
            verdicts = Arrays.copyOf(verdicts, 2 * row);
            rows = table;
        }
        Memory memory = header.memory();
        int at = COLUMNS * row;
        table[at + OFFSET] = offset;
        table[at + SIZES] = pack(header.length(), header.spanCount());
        table[at + PLACE] = pack(header.bodyCrc(), header.firstOrdinal());
        table[at + MIN_START] = memory.getLong(BlockLayout.MIN_START_OFFSET);
        table[at + MAX_START] = memory.getLong(BlockLayout.MAX_START_OFFSET);
        table[at + MIN_END] = memory.getLong(BlockLayout.MIN_END_OFFSET);
        table[at + MAX_END] = memory.getLong(BlockLayout.MAX_END_OFFSET);
        table[at + MIN_DURATION] = memory.getLong(BlockLayout.MIN_DURATION_OFFSET);
        table[at + MAX_DURATION] = memory.getLong(BlockLayout.MAX_DURATION_OFFSET);
        table[at + INCARNATION] = header.incarnation();
        table[at + GENERATION] = header.generation();
        table[at + SLAB] = pack(header.slab(), header.from());
        table[at + SEQUENCE] = header.sequence();
        table[at + INGEST_TIME] = memory.getLong(BlockLayout.INGEST_TIME_OFFSET);
        count = row + 1;
    }

    private static long pack(int high, int low) {
        return (long) high << 32 | low & 0xffff_ffffL;
    }

    private long get(int row, int column) {
        if (row < 0 || row >= count) {
            throw new IndexOutOfBoundsException("Block " + row + " of " + count);
        }
        return rows[COLUMNS * row + column];
    }

    /** Returns how many blocks are known. */
    public int count() {
        return count;
    }

    /** Returns where a block starts in its file. */
    public long offset(int row) {
        return get(row, OFFSET);
    }

    public int length(int row) {
        return (int) (get(row, SIZES) >>> 32);
    }

    public int spanCount(int row) {
        return (int) get(row, SIZES);
    }

    int bodyCrc(int row) {
        return (int) (get(row, PLACE) >>> 32);
    }

    /** Returns the ordinal within the segment of a block's first span. */
    public int firstOrdinal(int row) {
        return (int) get(row, PLACE);
    }

    public long minStartNanos(int row) {
        return get(row, MIN_START);
    }

    public long maxStartNanos(int row) {
        return get(row, MAX_START);
    }

    public long minEndNanos(int row) {
        return get(row, MIN_END);
    }

    public long maxEndNanos(int row) {
        return get(row, MAX_END);
    }

    public long minDurationNanos(int row) {
        return get(row, MIN_DURATION);
    }

    public long maxDurationNanos(int row) {
        return get(row, MAX_DURATION);
    }

    public long incarnation(int row) {
        return get(row, INCARNATION);
    }

    public long generation(int row) {
        return get(row, GENERATION);
    }

    public int slab(int row) {
        return (int) (get(row, SLAB) >>> 32);
    }

    /** Returns the place of a block's first span in its slab. */
    public int from(int row) {
        return (int) get(row, SLAB);
    }

    public long sequence(int row) {
        return get(row, SEQUENCE);
    }

    public long ingestTimeNanos(int row) {
        return get(row, INGEST_TIME);
    }

    boolean isIntact(int row) {
        return verdicts[row] == INTACT;
    }

    boolean isDamaged(int row) {
        return verdicts[row] == DAMAGED;
    }

    void judge(int row, boolean intact) {
        verdicts[row] = intact ? INTACT : DAMAGED;
    }
}
