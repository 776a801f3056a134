package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.value.SpanStoreException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of blocks say, one row a block: those of a segment in the order of the file, or those of the open slabs.
 *
 * <p><b>Threads.</b> One thread adds; any thread reads the rows below a {@link #count()} that it has read before.
 *
 * <p><b>Fails</b> with {@link SpanStoreException} when the JVM has no memory off the heap for a row that is to be added; nothing was added
 * then, and it may be tried again.
 */
public final class BlockDirectory {
    /** A row is the header of its block up to the last bound, but for where the block starts in place of magic, version and kind. */
    static final int ROW_BYTES = BlockLayout.MAX_DURATION_OFFSET + Long.BYTES;

    private static final int OFFSET = BlockLayout.MAGIC_OFFSET;
    /** Rows of the first chunk, as a power of two; each further chunk has twice the rows of the one before. */
    private static final int FIRST_CHUNK_BITS = 6;

    private static final int FIRST_CHUNK_ROWS = 1 << FIRST_CHUNK_BITS;
    private static final int MAX_CHUNKS = 31 - FIRST_CHUNK_BITS;

    private static final byte INTACT = 1;
    private static final byte DAMAGED = 2;

    /** Off-heap, so that following a log is not a matter for the garbage collector; the rows, then a verdict a row. */
    private final @Nullable Memory[] chunks = new Memory[MAX_CHUNKS];

    private final IntFunction<Memory> allocate;

    /** Unsigned; written before the count, as the next one. */
    private long greatestStart;

    private long greatestDuration = Long.MIN_VALUE;
    private volatile int count;
    private final AtomicInteger damaged = new AtomicInteger();

    /** Makes one without rows. */
    public BlockDirectory() {
        this(Memory::allocate);
    }

    /** Makes one that gets its memory by so many bytes. */
    BlockDirectory(IntFunction<Memory> allocate) {
        this.allocate = allocate;
    }

    /** Adds a block of spans. */
    void add(long offset, BlockHeader header) {
        Memory memory = header.memory();
        put(offset, memory);
        added(memory);
    }

    /**
     * Adds the spans {@code [from, to)} of an open slab, whose ordinals follow those of the slabs before.
     *
     * @param header says which slab it is, and within what bounds the spans are
     */
    public void addOpen(Memory header, int from, int to) {
        int ordinal = endOrdinal();
        long at = put(0, header);
        Memory chunk = chunkAt(chunk(count));
        chunk.putInt(at + BlockLayout.LENGTH_OFFSET, 0);
        chunk.putInt(at + BlockLayout.BODY_CRC_OFFSET, 0);
        chunk.putInt(at + BlockLayout.FIRST_ORDINAL_OFFSET, ordinal);
        chunk.putInt(at + BlockLayout.SPAN_COUNT_OFFSET, to - from);
        chunk.putInt(at + BlockLayout.FROM_OFFSET, from);
        added(header);
    }

    /** Copies a row. */
    void copy(int row, byte[] target, int at) {
        int index = chunkOf(row);
        chunkAt(index).getBytes((long) ROW_BYTES * rowInChunk(row, index), target, at, ROW_BYTES);
    }

    /** Tells whether a header is that of a row's block. */
    boolean isOf(int row, BlockHeader header) {
        int index = chunkOf(row);
        return chunkAt(index)
                .equalBytes(
                        (long) ROW_BYTES * rowInChunk(row, index) + Long.BYTES,
                        header.memory(),
                        Long.BYTES,
                        ROW_BYTES - Long.BYTES);
    }

    /** Forgets all rows. */
    public void clear() {
        greatestStart = 0;
        greatestDuration = Long.MIN_VALUE;
        count = 0;
    }

    /** Takes the memory that the next rows need, so that adding them will not fail. */
    void makeRoom(int rows) {
        for (int index = chunk(count); index <= chunk(count + rows - 1); index++) {
            if (chunks[index] == null) {
                chunks[index] = room((ROW_BYTES + 1) << FIRST_CHUNK_BITS + index);
            }
        }
    }

    private Memory room(int bytes) {
        try {
            return allocate.apply(bytes);
        } catch (OutOfMemoryError none) {
            throw new SpanStoreException(
                    "The JVM has no " + bytes + " bytes of direct memory left for what it knows of " + count
                            + " blocks and the next; raise -XX:MaxDirectMemorySize",
                    none);
        }
    }

    /** Writes the next row, and returns where in its chunk it is. */
    private long put(long offset, Memory header) {
        int row = count;
        int index = chunk(row);
        makeRoom(1);
        Memory chunk = chunkAt(index);
        long at = (long) ROW_BYTES * rowInChunk(row, index);
        chunk.putBytes(at, header, 0, ROW_BYTES);
        chunk.putLong(at + OFFSET, offset);
        return at;
    }

    /** Shows the row that was written. */
    private void added(Memory header) {
        long start = header.getLong(BlockLayout.MAX_START_OFFSET);
        greatestStart = Long.compareUnsigned(start, greatestStart) > 0 ? start : greatestStart;
        greatestDuration = Math.max(header.getLong(BlockLayout.MAX_DURATION_OFFSET), greatestDuration);
        count++;
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

    private long getLong(int row, int field) {
        int index = chunkOf(row);
        return chunkAt(index).getLong((long) ROW_BYTES * rowInChunk(row, index) + field);
    }

    private int getInt(int row, int field) {
        int index = chunkOf(row);
        return chunkAt(index).getInt((long) ROW_BYTES * rowInChunk(row, index) + field);
    }

    private int chunkOf(int row) {
        if (row < 0 || row >= count) {
            throw new IndexOutOfBoundsException("Block " + row + " of " + count);
        }
        return chunk(row);
    }

    /** Returns a checksum over what tells the first blocks from any others: their places, ordinals, sequences, and the checksums of their bodies. */
    public int checksum(int rows) {
        byte[] bytes = new byte[4 * Long.BYTES];
        CRC32C checksum = new CRC32C();
        for (int row = 0; row < rows; row++) {
            HeapBytes.putLong(bytes, 0, offset(row));
            HeapBytes.putInt(bytes, 8, spanCount(row));
            HeapBytes.putInt(bytes, 12, length(row));
            HeapBytes.putInt(bytes, 16, firstOrdinal(row));
            HeapBytes.putInt(bytes, 20, bodyCrc(row));
            HeapBytes.putLong(bytes, 24, sequence(row));
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
        return getLong(row, OFFSET);
    }

    public int length(int row) {
        return getInt(row, BlockLayout.LENGTH_OFFSET);
    }

    public int spanCount(int row) {
        return getInt(row, BlockLayout.SPAN_COUNT_OFFSET);
    }

    int bodyCrc(int row) {
        return getInt(row, BlockLayout.BODY_CRC_OFFSET);
    }

    /** Returns the ordinal within the segment of a block's first span. */
    public int firstOrdinal(int row) {
        return getInt(row, BlockLayout.FIRST_ORDINAL_OFFSET);
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
        return getLong(row, BlockLayout.MIN_START_OFFSET);
    }

    public long maxStartNanos(int row) {
        return getLong(row, BlockLayout.MAX_START_OFFSET);
    }

    public long minEndNanos(int row) {
        return getLong(row, BlockLayout.MIN_END_OFFSET);
    }

    public long maxEndNanos(int row) {
        return getLong(row, BlockLayout.MAX_END_OFFSET);
    }

    public long minDurationNanos(int row) {
        return getLong(row, BlockLayout.MIN_DURATION_OFFSET);
    }

    public long maxDurationNanos(int row) {
        return getLong(row, BlockLayout.MAX_DURATION_OFFSET);
    }

    public long incarnation(int row) {
        return getLong(row, BlockLayout.INCARNATION_OFFSET);
    }

    public long generation(int row) {
        return getLong(row, BlockLayout.GENERATION_OFFSET);
    }

    public int slab(int row) {
        return getInt(row, BlockLayout.SLAB_OFFSET);
    }

    /** Returns the place of a block's first span in its slab. */
    public int from(int row) {
        return getInt(row, BlockLayout.FROM_OFFSET);
    }

    public long sequence(int row) {
        return getLong(row, BlockLayout.SEQUENCE_OFFSET);
    }

    public long ingestTimeNanos(int row) {
        return getLong(row, BlockLayout.INGEST_TIME_OFFSET);
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
