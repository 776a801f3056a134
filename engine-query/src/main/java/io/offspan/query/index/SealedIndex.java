package io.offspan.query.index;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Disk;
import io.offspan.core.files.Mapping;
import io.offspan.core.files.MissingPages;
import io.offspan.core.files.RegularFile;
import io.offspan.core.files.Uninterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The index file of a segment, mapped: its header is held against its checksum when it is opened, and everything else page by page when it is
 * used for the first time, as {@link SealedPages} does.
 *
 * <p><b>Threads.</b> Any reads, each through a {@link SealedView} of its own. <b>Owns</b> the mapping: it is closed when no view shows it
 * any more.
 *
 * <p><b>Fails</b> to open with {@link FormatException} what is foreign, of another version, or damaged as far as was looked, and a question
 * with the same where what it needs is damaged; it is derived, and made anew from the segment.
 */
public final class SealedIndex implements BlockFilters, AutoCloseable {
    private final Path file;
    private final Mapping mapping;
    private final byte[] header;
    private final SealedPages pages;
    /** What the file ends with. */
    private final long ending;

    private final Memory[] sections = new Memory[SealedFormat.SECTIONS];
    private final int spans;
    private final int blocks;
    private final int chunks;
    private final int tracesEnd;
    private final int othersFrom;
    private final Memory blockTable;
    private final Memory filters;
    private final SealedTimes times;
    private int[] gaps = LeafIndex.NO_GAPS;

    private SealedIndex(Path file, Mapping mapping, byte[] header, byte[] checks, long ending) {
        this.file = file;
        this.mapping = mapping;
        this.header = header;
        pages = new SealedPages(mapping.memory(), checks, number(header, SealedFormat.CHECKS_AT));
        this.ending = ending;
        for (int section = 0; section < sections.length; section++) {
            int row = SealedFormat.row(section);
            sections[section] = new Memory()
                    .wrap(mapping.memory(), number(header, row), number(header, row + SealedFormat.ROW_LENGTH));
        }
        spans = number(header, SealedFormat.SPANS_AT);
        blocks = number(header, SealedFormat.BLOCKS_AT);
        chunks = number(header, SealedFormat.CHUNKS_AT);
        tracesEnd = number(header, SealedFormat.TRACES_END_AT);
        othersFrom = number(header, SealedFormat.OTHERS_FROM_AT);
        blockTable = section(SealedFormat.BLOCKS);
        filters = section(SealedFormat.FILTERS);
        times = new SealedTimes(this);
    }

    /**
     * Opens the index file of a segment.
     *
     * @throws FormatException when it is not an index file of this version, has another length than was written, or its header is damaged
     */
    public static SealedIndex open(Path file) throws IOException {
        return Uninterrupted.run(new Uninterrupted.FileWork<>() {
            @Override
            public SealedIndex run() throws IOException {
                return read(file);
            }
        });
    }

    private static SealedIndex read(Path file) throws IOException {
        RegularFile.require(file);
        try (FileChannel channel = Disk.read(file)) {
            byte[] header = readHeader(file, channel);
            byte[] checks = readChecks(file, channel, header);
            long ending = readEnding(file, channel, header);
            Mapping mapping = Mapping.readOnly(file, channel);
            if (mapping.length() != HeapBytes.getLong(header, SealedFormat.LENGTH_AT)) {
                mapping.close();
                throw damaged(Reason.TRUNCATED, file, "has changed its length");
            }
            return new SealedIndex(file, mapping, header, checks, ending).withGaps();
        }
    }

    private SealedIndex withGaps() {
        if (number(header, SealedFormat.GAPS_AT) > 0) {
            if (!areIntact(SealedFormat.BLOCKS, 0, blockTable.length())) {
                close();
                throw damaged(Reason.CHECKSUM, file, "is damaged in its blocks");
            }
            gaps = IntStream.range(0, blocks)
                    .filter(block -> firstOrdinal(block) == endOrdinal(block))
                    .toArray();
        }
        return this;
    }

    private static byte[] readHeader(Path file, FileChannel channel) throws IOException {
        byte[] header = new byte[SealedFormat.HEADER_BYTES];
        ByteBuffer bytes = ByteBuffer.wrap(header);
        Disk.readFully(channel, bytes, 0);
        if (bytes.hasRemaining()) {
            throw damaged(Reason.TRUNCATED, file, "ends within its header");
        }
        requireHeader(file, header, channel.size());
        return header;
    }

    /** Reads the checksums of the pages. */
    private static byte[] readChecks(Path file, FileChannel channel, byte[] header) throws IOException {
        int start = number(header, SealedFormat.CHECKS_AT);
        ByteBuffer bytes = ByteBuffer.allocate((int) (end(header) - start));
        Disk.readFully(channel, bytes, start);
        if (bytes.hasRemaining()) {
            throw damaged(Reason.TRUNCATED, file, "ends within its checksums");
        }
        SealChecksum checksum = new SealChecksum();
        checksum.add(bytes.array(), 0, bytes.capacity());
        if (checksum.value() != number(header, SealedFormat.CHECKS_SUM_AT)) {
            throw damaged(Reason.CHECKSUM, file, "is damaged from " + start + " on");
        }
        return bytes.array();
    }

    /** Reads what the file ends with, which is not zero. */
    private static long readEnding(Path file, FileChannel channel, byte[] header) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        Disk.readFully(channel, bytes, HeapBytes.getLong(header, SealedFormat.LENGTH_AT) - Long.BYTES);
        if (bytes.hasRemaining()) {
            throw damaged(Reason.TRUNCATED, file, "has changed its length");
        }
        return HeapBytes.getLong(bytes.array(), 0);
    }

    private static void requireHeader(Path file, byte[] header, long bytes) {
        if (number(header, SealedFormat.MAGIC_AT) != SealedFormat.MAGIC) {
            throw damaged(Reason.FOREIGN, file, "does not begin as an index file");
        }
        int version = number(header, SealedFormat.VERSION_AT) & 0xffff;
        if (version != SealedFormat.VERSION) {
            Reason reason = version > SealedFormat.VERSION ? Reason.TOO_NEW : Reason.TOO_OLD;
            throw damaged(reason, file, "has version " + version + ", " + SealedFormat.VERSION + " is read");
        }
        byte[] copy = header.clone();
        HeapBytes.putInt(copy, SealedFormat.CHECKSUM_AT, 0);
        SealChecksum checksum = new SealChecksum();
        checksum.add(copy, 0, copy.length);
        if (checksum.value() != number(header, SealedFormat.CHECKSUM_AT)) {
            throw damaged(Reason.CHECKSUM, file, "has a damaged header");
        }
        if (HeapBytes.getLong(header, SealedFormat.LENGTH_AT) != bytes) {
            throw damaged(
                    Reason.TRUNCATED,
                    file,
                    "has " + bytes + " bytes, " + HeapBytes.getLong(header, SealedFormat.LENGTH_AT) + " were written");
        }
        long end = SealedFormat.HEADER_BYTES;
        for (int section = 0; section < SealedFormat.SECTIONS; section++) {
            end = Math.max(end, requireSection(file, header, section, bytes));
        }
        long checks = SealedFormat.padded((long) Integer.BYTES * SealedFormat.pages(end));
        int behind = number(header, SealedFormat.BEHIND_AT);
        if (end != number(header, SealedFormat.CHECKS_AT) || behind < 0 || end + checks + behind != bytes) {
            throw damaged(
                    Reason.MALFORMED,
                    file,
                    "has " + bytes + " bytes, " + end + " of them before the checksums and " + behind + " behind");
        }
    }

    /** Returns where a section ends. */
    private static long requireSection(Path file, byte[] header, int section, long bytes) {
        int row = SealedFormat.row(section);
        long start = number(header, row);
        long length = number(header, row + SealedFormat.ROW_LENGTH);
        long entries = number(header, row + SealedFormat.ROW_ENTRIES);
        long expected = switch (section) {
            case SealedFormat.STATES -> SealedFormat.padded(entries * number(header, SealedFormat.CHUNKS_AT));
            case SealedFormat.TIMES ->
                entries == number(header, SealedFormat.SPANS_AT)
                        ? SealedFormat.padded(SealedFormat.durations((int) entries) + 2L * entries)
                        : Long.MAX_VALUE;
            default -> SealedFormat.bytes(section, entries);
        };
        if (start < SealedFormat.HEADER_BYTES
                || length < 0
                || entries < 0
                || start + length > bytes
                || (expected >= 0 && expected != length)) {
            throw damaged(
                    Reason.MALFORMED,
                    file,
                    "has section " + section + " at " + start + " with " + length + " bytes and " + entries
                            + " entries");
        }
        return start + length;
    }

    /** Returns where the checksums end, and with them the index. */
    private static long end(byte[] header) {
        return HeapBytes.getLong(header, SealedFormat.LENGTH_AT) - number(header, SealedFormat.BEHIND_AT);
    }

    private static int number(byte[] header, int at) {
        return HeapBytes.getInt(header, at);
    }

    private static FormatException damaged(Reason reason, Path file, String what) {
        return new FormatException(reason, file + " " + what + "; it is made anew from the segment");
    }

    /**
     * Requires that bytes of a section are what was written; they are so from then on.
     *
     * @throws FormatException when they are not
     */
    void require(int section, long offset, long bytes) {
        if (!areIntact(section, offset, bytes)) {
            throw damaged(Reason.CHECKSUM, file, "is damaged in section " + section);
        }
    }

    /** Requires that a whole section is. */
    void require(int section) {
        require(section, 0, sections[section].length());
    }

    /** Tells whether bytes of a section are what was written. */
    boolean areIntact(int section, long offset, long bytes) {
        return pages.areIntact(number(header, SealedFormat.row(section)) + offset, bytes);
    }

    /**
     * Requires that the whole file is what was written.
     *
     * @throws FormatException when it is not
     */
    public void requireIntact() {
        for (int section = 0; section < sections.length; section++) {
            require(section);
        }
        if (!isWhole(new byte[Long.BYTES])) {
            throw damaged(Reason.TRUNCATED, file, "was made shorter");
        }
    }

    /** Tells whether nothing that was looked at is damaged, and the file {@linkplain #isWhole is whole}. */
    public boolean isSound(byte[] copy) {
        return !pages.isDamaged() && isWhole(copy);
    }

    /**
     * Tells whether the file still has its end: all that was read before is from the file then. It is asked at every question, and so without
     * the system: of a file that was made shorter the last page cannot be copied, or has zeros.
     *
     * @param copy eight bytes to copy the end to
     */
    public boolean isWhole(byte[] copy) {
        HeapBytes.putLong(copy, 0, ~ending);
        try {
            mapping.memory().getBytes(mapping.length() - Long.BYTES, copy, 0, Long.BYTES);
            if (HeapBytes.getLong(copy, 0) == ending) {
                return true;
            }
            MissingPages.settle(); // within the try, since what is owed may be raised as early as by the call
        } catch (InternalError gone) {
            return false;
        }
        return false;
    }

    /** Tells whether the file was made for a segment and for these blocks of it. */
    public boolean isOf(IndexedSegment segment) {
        UUID store = segment.storeId();
        return HeapBytes.getLong(header, SealedFormat.STORE_AT) == store.getMostSignificantBits()
                && HeapBytes.getLong(header, SealedFormat.STORE_AT + 8) == store.getLeastSignificantBits()
                && HeapBytes.getLong(header, SealedFormat.SEGMENT_AT) == segment.id()
                && number(header, SealedFormat.NUMBER_AT) == segment.number()
                && number(header, SealedFormat.INDEXED_AT) == segment.blocks();
    }

    /** Returns how many spans are indexed: those with the ordinals below it. */
    public int spans() {
        return spans;
    }

    /** Returns how many blocks these are in. */
    public int blocks() {
        return blocks;
    }

    /** Tells whether the segment had more spans than the index had room for. */
    public boolean isFull() {
        return (number(header, SealedFormat.FLAGS_AT) & SealedFormat.FULL) != 0;
    }

    /** Returns the bytes of the file. */
    public long bytes() {
        return HeapBytes.getLong(header, SealedFormat.LENGTH_AT);
    }

    SealedTimes times() {
        return times;
    }

    int chunks() {
        return chunks;
    }

    int denseEnd() {
        return number(header, SealedFormat.DENSE_END_AT);
    }

    /** Returns which blocks could not be read when the index was made. */
    int[] gaps() {
        return gaps;
    }

    int tracesEnd() {
        return tracesEnd;
    }

    /** Tells whether every span of the indexed blocks is found by its trace, and the segment has no more of them than those. */
    public boolean hasAllTraces() {
        return tracesEnd >= spans && gaps.length == 0 && !isFull();
    }

    /** Returns how many traces there are, those with the same hash counted once. */
    public int traces() {
        return entries(SealedFormat.TRACES);
    }

    int othersFrom() {
        return othersFrom;
    }

    Memory section(int section) {
        return sections[section];
    }

    int entries(int section) {
        return number(header, SealedFormat.row(section) + SealedFormat.ROW_ENTRIES);
    }

    @Override
    public int firstOrdinal(int block) {
        return blockTable.getInt((long) SealedFormat.BLOCK_BYTES * block);
    }

    @Override
    public int endOrdinal(int block) {
        return blockTable.getInt((long) SealedFormat.BLOCK_BYTES * block + SealedFormat.BLOCK_END);
    }

    @Override
    public boolean mayContain(int block, int hash) {
        long at = (long) SealedFormat.BLOCK_BYTES * block;
        int buckets = blockTable.getInt(at + SealedFormat.BLOCK_BUCKETS);
        long filter = (long) BlockTable.BUCKET_BYTES * blockTable.getInt(at + SealedFormat.BLOCK_BUCKET);
        return buckets > 0
                && (!areIntact(SealedFormat.FILTERS, filter, (long) BlockTable.BUCKET_BYTES * buckets)
                        || BlockTable.mayContain(filters, filter, buckets, hash));
    }

    /** Unmaps the file; no view may show it any more. */
    @Override
    public void close() {
        for (Memory section : sections) {
            section.release();
        }
        mapping.close();
    }
}
