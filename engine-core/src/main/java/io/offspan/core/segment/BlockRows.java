package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.core.files.BootId;
import io.offspan.core.files.Disk;
import io.offspan.core.files.RegularFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a segment's first blocks say, at the end of its index's file, so that whoever opens the log need not read each header.
 *
 * <pre>
 *  rows of the {@link BlockDirectory}
 *  0 u32 checksum of rows and footer, this field as zero     4 u16 version     6 u16 bytes of a row     8 u32 rows     12 u32 0
 * 16 u64 id of the segment     24 u64 x 2 boot in which it was written, high half first
 * 40 u64 place of the segment's first block     48 u32 its length     52 u32 magic OSBR
 * </pre>
 *
 * <p>They are used in the boot in which they were written only: what the disk has of a log after a loss of power has to be read. Each header has
 * the checksum of that before it; so the last one vouches for all.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class BlockRows {
    private static final int MAGIC = 0x5242534F;
    private static final int VERSION = 1;
    private static final int ROW_BYTES = BlockDirectory.ROW_BYTES;
    private static final int FOOTER_BYTES = 56;
    /** Of more blocks the headers are read. */
    private static final int MOST_ROWS = 1 << 17;

    private static final byte[] NONE = {};

    private static final int CHECKSUM_AT = 0;
    private static final int VERSION_AT = 4;
    private static final int ROWS_AT = 8;
    private static final int SEGMENT_AT = 16;
    private static final int BOOT_AT = 24;
    private static final int FIRST_AT = 40;
    private static final int FIRST_LENGTH_AT = 48;
    /** At the end, so that no byte of the file can go unnoticed. */
    private static final int MAGIC_AT = 52;

    private final byte[] bytes;
    private final int count;

    private BlockRows(byte[] bytes, int count) {
        this.bytes = bytes;
        this.count = count;
    }

    /** Returns the bytes to be written for the first blocks of a segment; none where their headers have to be read each time. */
    public static byte[] of(Segment segment, int rows) {
        BlockDirectory directory = segment.directory();
        UUID boot = BootId.current();
        if (rows < 1
                || rows > MOST_ROWS
                || segment.isDamaged()
                || segment.firstLength() == 0
                || boot.equals(BootId.UNKNOWN)) {
            return NONE;
        }
        byte[] bytes = new byte[ROW_BYTES * rows + FOOTER_BYTES];
        for (int row = 0; row < rows; row++) {
            directory.copy(row, bytes, ROW_BYTES * row);
        }
        int footer = ROW_BYTES * rows;
        HeapBytes.putInt(bytes, footer + MAGIC_AT, MAGIC);
        HeapBytes.putInt(bytes, footer + VERSION_AT, VERSION | ROW_BYTES << Short.SIZE);
        HeapBytes.putInt(bytes, footer + ROWS_AT, rows);
        HeapBytes.putLong(bytes, footer + SEGMENT_AT, segment.id());
        HeapBytes.putLong(bytes, footer + BOOT_AT, boot.getMostSignificantBits());
        HeapBytes.putLong(bytes, footer + BOOT_AT + 8, boot.getLeastSignificantBits());
        HeapBytes.putLong(bytes, footer + FIRST_AT, segment.firstOffset());
        HeapBytes.putInt(bytes, footer + FIRST_LENGTH_AT, segment.firstLength());
        HeapBytes.putInt(bytes, footer + CHECKSUM_AT, checksum(bytes));
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length);
        return (int) sum.getValue();
    }

    /** Reads what a file ends with; null when that is damaged, of another boot, or something else. */
    static @Nullable BlockRows read(Path file) throws IOException {
        try {
            RegularFile.require(file);
        } catch (NoSuchFileException none) {
            return null;
        }
        try (RandomAccessFile from = Disk.readShared(file)) {
            long length = from.length();
            byte[] footer = new byte[FOOTER_BYTES];
            if (length < FOOTER_BYTES) {
                return null;
            }
            from.seek(length - FOOTER_BYTES);
            from.readFully(footer);
            int rows = HeapBytes.getInt(footer, ROWS_AT);
            boolean known = HeapBytes.getInt(footer, MAGIC_AT) == MAGIC
                    && HeapBytes.getInt(footer, VERSION_AT) == (VERSION | ROW_BYTES << Short.SIZE)
                    && rows > 0
                    && rows <= MOST_ROWS
                    && (long) ROW_BYTES * rows + FOOTER_BYTES <= length;
            if (!known) {
                return null;
            }
            byte[] bytes = new byte[ROW_BYTES * rows + FOOTER_BYTES];
            from.seek(length - bytes.length);
            from.readFully(bytes);
            BlockRows read = new BlockRows(bytes, rows);
            return read.isIntact() && read.isOfThisBoot() ? read : null;
        }
    }

    private boolean isIntact() {
        int at = footer() + CHECKSUM_AT;
        int expected = HeapBytes.getInt(bytes, at);
        HeapBytes.putInt(bytes, at, 0);
        return checksum(bytes) == expected;
    }

    private boolean isOfThisBoot() {
        UUID boot = new UUID(
                HeapBytes.getLong(bytes, footer() + BOOT_AT), HeapBytes.getLong(bytes, footer() + BOOT_AT + 8));
        return boot.equals(BootId.current());
    }

    private int footer() {
        return ROW_BYTES * count;
    }

    int count() {
        return count;
    }

    /** Returns the id of the segment that they are of. */
    long segmentId() {
        return HeapBytes.getLong(bytes, footer() + SEGMENT_AT);
    }

    /** Returns where the first block of the segment is, which has no row. */
    long firstOffset() {
        return HeapBytes.getLong(bytes, footer() + FIRST_AT);
    }

    int firstLength() {
        return HeapBytes.getInt(bytes, footer() + FIRST_LENGTH_AT);
    }

    /** Returns where a block is. */
    long offset(int row) {
        return HeapBytes.getLong(bytes, ROW_BYTES * row);
    }

    /** Shows the header of a block as far as a row has it. */
    void show(int row, BlockHeader header) {
        header.copyRow(bytes, ROW_BYTES * row, ROW_BYTES);
    }

    /** Tells whether a header that was read is the one of a row. */
    boolean isOf(int row, BlockHeader header) {
        return header.kind() == BlockLayout.KIND_SPANS
                && header.memory().equalBytes(Long.BYTES, bytes, ROW_BYTES * row + Long.BYTES, ROW_BYTES - Long.BYTES);
    }
}
