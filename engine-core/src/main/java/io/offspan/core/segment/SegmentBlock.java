package io.offspan.core.segment;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.block.BlockChecksum;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The first block of a segment, which names the segment, the store and the slabs in use when it began.
 *
 * <pre>
 *  block header with {@link BlockLayout#KIND_SEGMENT} and no spans, 192 bytes, then
 *  +-----+--------------------------+
 *  |   0 | store id                 | 16 bytes
 *  |  16 | segment id               | u64, random
 *  |  24 | previous segment's id    | u64, 0 for the first
 *  |  32 | segment number           | u32
 *  |  36 | log format version       | u32
 *  |  40 | slab file incarnation    | u64
 *  |  48 | wall clock, nanoseconds  | u64
 *  |  56 | slab rows                | u32
 *  |  60 | zero                     | u32
 *  |  64 | rows                     | {u32 slab, u32 count in the log, u64 generation} each
 *  +-----+--------------------------+
 * </pre>
 *
 * <p><b>Threads.</b> One thread. Allocates nothing after construction.
 */
public final class SegmentBlock {
    /** The version of the framing and of this block. */
    public static final int FORMAT_VERSION = 2;

    private static final int STORE = BlockLayout.HEADER_BYTES;
    private static final int SEGMENT = STORE + 16;
    private static final int PREVIOUS = STORE + 24;
    private static final int NUMBER = STORE + 32;
    private static final int FORMAT = STORE + 36;
    private static final int INCARNATION = STORE + 40;
    private static final int CLOCK = STORE + 48;
    private static final int ROWS = STORE + 56;
    private static final int TABLE = STORE + 64;
    private static final int ROW_BYTES = 16;

    private final ByteBuffer buffer;
    private final Memory block;
    private final CRC32C crc = new CRC32C();
    private final int maxSlabs;
    private int length;

    /** @param maxSlabs the most slabs that a table may name */
    public SegmentBlock(int maxSlabs) {
        this.maxSlabs = maxSlabs;
        int bytes = maxBytes(maxSlabs);
        buffer = ByteBuffer.allocateDirect(bytes + BlockLayout.ALIGNMENT)
                .alignedSlice(BlockLayout.ALIGNMENT)
                .slice(0, bytes);
        block = new Memory().wrap(buffer.duplicate());
    }

    /** Returns the length of a segment block that names {@code slabs} slabs. */
    public static int maxBytes(int slabs) {
        return (int) BlockLayout.align(TABLE + (long) ROW_BYTES * slabs);
    }

    /** Starts a block with an empty table. */
    public SegmentBlock start(long storeHigh, long storeLow, int number, long id, long previousId) {
        block.zero(0, block.length());
        block.putInt(BlockLayout.MAGIC_OFFSET, BlockLayout.MAGIC);
        block.putShort(BlockLayout.VERSION_OFFSET, BlockLayout.VERSION);
        block.putShort(BlockLayout.KIND_OFFSET, BlockLayout.KIND_SEGMENT);
        block.putLong(STORE, storeHigh);
        block.putLong(STORE + 8, storeLow);
        block.putLong(SEGMENT, id);
        block.putLong(PREVIOUS, previousId);
        block.putInt(NUMBER, number);
        block.putInt(FORMAT, FORMAT_VERSION);
        return this;
    }

    /** Adds a slab whose spans {@code [0, count)} of a generation the log already holds. */
    public void addSlab(int slab, int count, long generation) {
        int row = rows();
        if (row == maxSlabs) {
            throw new IllegalStateException("A table of " + maxSlabs + " slabs is full");
        }
        int at = TABLE + ROW_BYTES * row;
        block.putInt(at, slab);
        block.putInt(at + 4, count);
        block.putLong(at + 8, generation);
        block.putInt(ROWS, row + 1);
    }

    /**
     * Closes the block, which is ready to be appended then.
     *
     * @param previousCrc the header checksum of the last block of the segment before, 0 for the first
     * @return the header checksum, for the block behind this one
     */
    public int close(long incarnation, long sequence, int previousCrc, long ingestTimeNanos, long wallClockNanos) {
        length = maxBytes(rows());
        block.putLong(INCARNATION, incarnation);
        block.putLong(CLOCK, wallClockNanos);
        block.putInt(BlockLayout.LENGTH_OFFSET, length);
        block.putLong(BlockLayout.INCARNATION_OFFSET, incarnation);
        block.putLong(BlockLayout.SEQUENCE_OFFSET, sequence);
        block.putInt(BlockLayout.PREVIOUS_CRC_OFFSET, previousCrc);
        block.putLong(BlockLayout.INGEST_TIME_OFFSET, ingestTimeNanos);
        return BlockChecksum.close(buffer, block, length, crc);
    }

    /**
     * Copies a segment block whose header was checked, and checks its body.
     *
     * @throws FormatException when the body is damaged or newer than this code
     */
    public SegmentBlock load(byte[] source, int offset, int bytes) {
        if (bytes < TABLE || bytes > block.length()) {
            throw new FormatException(
                    Reason.MALFORMED,
                    "A segment block of " + bytes + " bytes; allowed are " + TABLE + " to " + block.length());
        }
        block.putBytes(0, source, offset, bytes);
        length = bytes;
        if (!BlockChecksum.bodyMatches(buffer, bytes, block.getInt(BlockLayout.BODY_CRC_OFFSET), crc)) {
            throw new FormatException(Reason.CHECKSUM, "The body of a segment block does not match its checksum");
        }
        if (block.getInt(FORMAT) > FORMAT_VERSION) {
            throw new FormatException(
                    Reason.TOO_NEW,
                    "A segment of format " + block.getInt(FORMAT) + "; this release reads up to " + FORMAT_VERSION);
        }
        if (rows() < 0 || rows() > maxSlabs || TABLE + (long) ROW_BYTES * rows() > bytes) {
            throw new FormatException(
                    Reason.MALFORMED, "A segment block with " + rows() + " slabs in " + bytes + " bytes");
        }
        return this;
    }

    /** Returns the memory that starts with the block. */
    public Memory memory() {
        return block;
    }

    /** Returns the length of the block. */
    public int length() {
        return length;
    }

    public long storeHigh() {
        return block.getLong(STORE);
    }

    public long storeLow() {
        return block.getLong(STORE + 8);
    }

    public long id() {
        return block.getLong(SEGMENT);
    }

    public long previousId() {
        return block.getLong(PREVIOUS);
    }

    public int number() {
        return block.getInt(NUMBER);
    }

    public long incarnation() {
        return block.getLong(INCARNATION);
    }

    public long wallClockNanos() {
        return block.getLong(CLOCK);
    }

    /** Returns how many slabs the table names. */
    public int rows() {
        return block.getInt(ROWS);
    }

    public int slab(int row) {
        return block.getInt(TABLE + ROW_BYTES * row);
    }

    /** Returns how many spans of the slab the log held when the segment began. */
    public int flushed(int row) {
        return block.getInt(TABLE + ROW_BYTES * row + 4);
    }

    public long generation(int row) {
        return block.getLong(TABLE + ROW_BYTES * row + 8);
    }
}
