package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of blocks say, one row a block: those of a segment in the order of the file, or those of the open slabs.
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
    private static final int ROW_BYTES = Long.BYTES * COLUMNS;
    /** Rows of the first chunk, as a power of two; each further chunk has twice the rows of the one before. */
    private static final int FIRST_CHUNK_BITS = 6;

    private static final int FIRST_CHUNK_ROWS = 1 << FIRST_CHUNK_BITS;
    private static final int MAX_CHUNKS = 31 - FIRST_CHUNK_BITS;

    private static final byte INTACT = 1;
    private static final byte DAMAGED = 2;

    /** Off-heap, so that following a log is not a matter for the garbage collector; the rows, then a verdict a row. */
    private final @Nullable Memory[] chunks = new Memory[MAX_CHUNKS];

    /** Unsigned; written before the count, as the next one. */
    private long greatestStart;

    private long greatestDuration = Long.MIN_VALUE;
    private volatile int count;
    private final AtomicInteger damaged = new AtomicInteger();

    /** Adds a block of spans. */
    void add(long offset, BlockHeader header) {
        Memory memory = header.memory();
        long sizes = pack(header.length(), header.spanCount());
        long place = pack(header.bodyCrc(), header.firstOrdinal());
        add(offset, sizes, place, pack(header.slab(), header.from()), memory);
    }

    /**
     * Adds the spans {@code [from, to)} of an open slab, whose ordinals follow those of the slabs before.
     *
     * @param header says which slab it is, and within what bounds the spans are
     */
    public void addOpen(Memory header, int from, int to) {
        int ordinal = endOrdinal();
        long place = pack(header.getInt(BlockLayout.SLAB_OFFSET), from);
        add(0, pack(0, to - from), pack(0, ordinal), place, header);
    }

    /** Forgets all rows. */
    public void clear() {
        greatestStart = 0;
        greatestDuration = Long.MIN_VALUE;
        count = 0;
    }

    private void add(long offset, long sizes, long place, long slab, Memory memory) {
        int row = count;
        int index = chunk(row);
        Memory chunk = chunks[index];
        if (chunk == null) {
            chunk = Memory.allocate((ROW_BYTES + 1) << FIRST_CHUNK_BITS + index);
            chunks[index] = chunk;
        }
        long at = (long) ROW_BYTES * rowInChunk(row, index);
        put(chunk, at, OFFSET, offset);
        put(chunk, at, SIZES, sizes);
        put(chunk, at, PLACE, place);
        put(chunk, at, MIN_START, memory.getLong(BlockLayout.MIN_START_OFFSET));
        put(chunk, at, MAX_START, memory.getLong(BlockLayout.MAX_START_OFFSET));
        put(chunk, at, MIN_END, memory.getLong(BlockLayout.MIN_END_OFFSET));
        put(chunk, at, MAX_END, memory.getLong(BlockLayout.MAX_END_OFFSET));
        put(chunk, at, MIN_DURATION, memory.getLong(BlockLayout.MIN_DURATION_OFFSET));
        put(chunk, at, MAX_DURATION, memory.getLong(BlockLayout.MAX_DURATION_OFFSET));
        put(chunk, at, INCARNATION, memory.getLong(BlockLayout.INCARNATION_OFFSET));
        put(chunk, at, GENERATION, memory.getLong(BlockLayout.GENERATION_OFFSET));
        put(chunk, at, SLAB, slab);
        put(chunk, at, SEQUENCE, memory.getLong(BlockLayout.SEQUENCE_OFFSET));
        put(chunk, at, INGEST_TIME, memory.getLong(BlockLayout.INGEST_TIME_OFFSET));
        long start = memory.getLong(BlockLayout.MAX_START_OFFSET);
        greatestStart = Long.compareUnsigned(start, greatestStart) > 0 ? start : greatestStart;
        greatestDuration = Math.max(memory.getLong(BlockLayout.MAX_DURATION_OFFSET), greatestDuration);
        count = row + 1;
    }

    private static void put(Memory chunk, long row, int column, long value) {
        chunk.putLong(row + (long) Long.BYTES * column, value);
    }

    private Memory chunkAt(int index) {
        return Objects.requireNonNull(chunks[index]);
    }

    private static int chunk(int row) {
        return 31 - Integer.numberOfLeadingZeros((row >>> FIRST_CHUNK_BITS) + 1);
    }

    private static int rowInChunk(int row, int chunk) {
        return row - (FIRST_CHUNK_ROWS << chunk) + FIRST_CHUNK_ROWS;
    }

    private static long pack(int high, int low) {
        return (long) high << 32 | low & 0xffff_ffffL;
    }

    private long get(int row, int column) {
        if (row < 0 || row >= count) {
            throw new IndexOutOfBoundsException("Block " + row + " of " + count);
        }
        int index = chunk(row);
        return chunkAt(index).getLong((long) ROW_BYTES * rowInChunk(row, index) + (long) Long.BYTES * column);
    }

    /** Returns a checksum over what tells the first blocks from any others: their places, ordinals, sequences, and the checksums of their bodies. */
    public int checksum(int rows) {
        byte[] bytes = new byte[4 * Long.BYTES];
        CRC32C checksum = new CRC32C();
        for (int row = 0; row < rows; row++) {
            HeapBytes.putLong(bytes, 0, get(row, OFFSET));
            HeapBytes.putLong(bytes, Long.BYTES, get(row, SIZES));
            HeapBytes.putLong(bytes, 2 * Long.BYTES, get(row, PLACE));
            HeapBytes.putLong(bytes, 3 * Long.BYTES, get(row, SEQUENCE));
            checksum.update(bytes, 0, bytes.length);
        }
        return (int) checksum.getValue();
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

    /** Returns the row of the block that holds an ordinal, or -1 when no known block does. */
    public int rowOf(int ordinal) {
        int low = 0;
        int high = count - 1;
        // Blocks have about as many spans each: the guess is right or close, and so is where the search begins.
        int rows = high + 1;
        int row = (int) Math.max(0, Math.min(high, (long) ordinal * rows / Math.max(1, endOrdinal(high))));
        int step = 1;
        while (low <= high) {
            int first = firstOrdinal(row);
            if (ordinal < first) {
                high = row - 1;
                row = Math.max(row - step, low + high >>> 1);
            } else if (ordinal - first >= spanCount(row)) {
                low = row + 1;
                row = Math.min(row + step, low + high + 1 >>> 1);
            } else {
                return row;
            }
            step = Math.min(2 * step, rows);
        }
        return -1;
    }

    /** Returns the ordinal that every span of the known blocks is below. */
    public int endOrdinal() {
        return endOrdinal(count - 1);
    }

    private int endOrdinal(int last) {
        return last < 0 ? 0 : firstOrdinal(last) + spanCount(last);
    }

    /** Returns the first row with spans of an ordinal or a higher one, {@link #count()} when no known block has any. */
    public int firstRowFrom(int ordinal) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (firstOrdinal(middle) + spanCount(middle) <= ordinal) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns how many spans the known blocks have of an ordinal or a higher one. */
    public long spansFrom(int ordinal) {
        int rows = count;
        int row = firstRowFrom(ordinal);
        long sum = row < rows ? Math.min(0, firstOrdinal(row) - ordinal) : 0;
        for (; row < rows; row++) {
            sum += spanCount(row);
        }
        return sum;
    }

    /** Returns when the last span of all known blocks starts, unsigned, or a later time; 0 without one. */
    public long greatestStartNanos() {
        return count == 0 ? 0 : greatestStart;
    }

    /** Returns how long the slowest span of all known blocks takes, or longer. */
    public long greatestDurationNanos() {
        return count == 0 ? Long.MIN_VALUE : greatestDuration;
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
        return verdict(row) == INTACT;
    }

    boolean isDamaged(int row) {
        return verdict(row) == DAMAGED;
    }

    /** Returns some rows, ascending, and among them those below an end whose blocks are known to be damaged; the same array if there are no more. */
    public int[] withDamaged(int[] rows, int end) {
        if (damaged.get() == 0) {
            return rows;
        }
        int[] all = IntStream.range(0, end)
                .filter(row -> isDamaged(row) || Arrays.binarySearch(rows, row) >= 0)
                .toArray();
        return Arrays.equals(all, rows) ? rows : all;
    }

    /** Keeps what the checksum of a block's body said. */
    void judge(int row, boolean intact) {
        int index = chunk(row);
        if (!intact && !isDamaged(row)) {
            damaged.incrementAndGet();
        }
        chunkAt(index).putByte(verdictOffset(row, index), intact ? INTACT : DAMAGED);
    }

    private byte verdict(int row) {
        int index = chunk(row);
        return chunkAt(index).getByte(verdictOffset(row, index));
    }

    private static long verdictOffset(int row, int chunk) {
        return ((long) ROW_BYTES << FIRST_CHUNK_BITS + chunk) + rowInChunk(row, chunk);
    }
}
