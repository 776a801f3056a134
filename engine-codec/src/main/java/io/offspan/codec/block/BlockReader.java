package io.offspan.codec.block;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;

/**
 * Reads the spans of one block, in the log or still under construction in a slab.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> one {@link SpanView}, which moves with {@link #span}; the memory
 * belongs to whoever wrapped it and must stay until {@link #release}.
 */
public final class BlockReader {
    private final Memory memory = new Memory();
    private final StringHeap strings = new StringHeap();
    private final SpanView view = new SpanView();
    private long lines;
    private long values;
    private int count;

    /**
     * Points at a block of the log; its checksums are the caller's business.
     *
     * @throws FormatException when the header does not describe a block of spans that lies within {@code source}
     */
    public BlockReader wrap(Memory source, long offset) {
        source.check(offset, BlockLayout.HEADER_BYTES);
        requireHeader(source, offset);
        long length = source.getUnsignedInt(offset + BlockLayout.LENGTH_OFFSET);
        if (offset + length > source.length()) {
            throw new FormatException(
                    Reason.TRUNCATED,
                    "A block of " + length + " bytes at offset " + offset + " in " + source.length() + " bytes");
        }
        memory.wrap(source, offset, length);
        count = memory.getInt(BlockLayout.SPAN_COUNT_OFFSET);
        long valuesAt = memory.getUnsignedInt(BlockLayout.VALUES_OFFSET);
        long stringsAt = memory.getUnsignedInt(BlockLayout.STRINGS_OFFSET);
        long stringCount = memory.getUnsignedInt(BlockLayout.STRING_COUNT_OFFSET);
        long heapEnd = memory.getUnsignedInt(BlockLayout.HEAP_END_OFFSET);
        long heapBytes = memory.getUnsignedInt(BlockLayout.HEAP_BYTES_OFFSET);
        long valuesBytes = memory.getUnsignedInt(BlockLayout.VALUES_BYTES_OFFSET);
        boolean fits = count >= 0
                && valuesAt == BlockLayout.HEADER_BYTES + (long) LineLayout.BYTES * count
                && valuesAt + valuesBytes <= stringsAt
                && stringCount <= SlabLayout.MAX_STRINGS
                && stringsAt + 4 * (stringCount + 1) <= heapEnd - heapBytes
                && heapEnd <= length;
        if (!fits) {
            throw new FormatException(Reason.MALFORMED, "The sections of a block at offset " + offset + " overlap");
        }
        lines = BlockLayout.HEADER_BYTES;
        values = valuesAt - memory.getUnsignedInt(BlockLayout.VALUES_BASE_OFFSET);
        strings.wrap(memory, stringsAt, (int) stringCount, heapEnd - heapBytes, heapEnd);
        return this;
    }

    /**
     * Points at the first {@code committed} spans of a slab, in place. Only for whoever owns the slab or keeps it from being
     * reused; others copy it first.
     */
    public BlockReader wrapSlab(Memory slab, SlabLayout layout, int committed) {
        if (committed == 0) {
            return wrapSlab(slab, layout, 0, 0, 0, 0);
        }
        slab.check(0, layout.size());
        int mark = layout.mark(committed - 1);
        return wrapSlab(
                slab,
                layout,
                0,
                committed,
                slab.getUnsignedInt(mark + SlabLayout.MARK_STRINGS),
                slab.getUnsignedInt(mark + SlabLayout.MARK_HEAP));
    }

    /**
     * Points at the spans {@code [from, to)} of a slab, or of a copy of its lines, values and strings.
     *
     * @param stringCount how many strings there were when span {@code to - 1} was committed, or later
     * @param heapBytes how many bytes they took
     * @throws FormatException when the strings would lie outside their sections
     */
    public BlockReader wrapSlab(Memory slab, SlabLayout layout, int from, int to, long stringCount, long heapBytes) {
        if (stringCount > layout.maxStrings() || heapBytes > layout.size() - layout.values()) {
            throw new FormatException(Reason.MALFORMED, "A mark of a slab points outside it");
        }
        memory.wrap(slab, 0, layout.size());
        count = to - from;
        lines = layout.line(from);
        values = layout.values();
        strings.wrap(memory, layout.strings(), (int) stringCount, layout.size() - heapBytes, layout.size());
        return this;
    }

    /** Points at the block of another reader, and stays there when that one moves. */
    public BlockReader wrap(BlockReader other) {
        memory.wrap(other.memory, 0, other.memory.length());
        count = other.count;
        lines = other.lines;
        values = other.values;
        strings.wrap(other.strings);
        return this;
    }

    /** Refuses what is not the header of a block of a version that this code can read. */
    public static void requireHeader(Memory source, long offset) {
        if (source.getInt(offset + BlockLayout.MAGIC_OFFSET) != BlockLayout.MAGIC) {
            throw new FormatException(Reason.FOREIGN, "No block starts at offset " + offset);
        }
        int version = source.getUnsignedShort(offset + BlockLayout.VERSION_OFFSET);
        if (version > BlockLayout.VERSION) {
            throw new FormatException(
                    Reason.TOO_NEW,
                    "A block of format version " + version + "; this release reads up to " + BlockLayout.VERSION);
        }
        long length = source.getUnsignedInt(offset + BlockLayout.LENGTH_OFFSET);
        if (version < BlockLayout.VERSION) {
            throw new FormatException(
                    Reason.TOO_OLD,
                    "A block of format version " + version + "; this release reads from " + BlockLayout.VERSION
                            + " on. Write the spans to a file with 'export' of the build that stored them, and read it with"
                            + " 'ingest' of this one");
        }
        if (length < BlockLayout.HEADER_BYTES || length % BlockLayout.ALIGNMENT != 0) {
            throw new FormatException(Reason.MALFORMED, "A block with the length " + length);
        }
    }

    /** Lets go of the memory; every flyweight from here refuses to be used. */
    public void release() {
        memory.release();
        strings.release();
        count = 0;
    }

    /** Returns how many spans the block holds. */
    public int count() {
        return count;
    }

    /** Returns the strings of the block. */
    public StringHeap strings() {
        return strings;
    }

    /** Returns the window on the block, whose lines are at {@link #line}; a block of the log starts with its header. */
    public Memory memory() {
        return memory;
    }

    /** Returns where the line of a span starts in {@link #memory()}. */
    public long line(int ordinal) {
        return lines + (long) LineLayout.BYTES * ordinal;
    }

    /**
     * Moves the flyweight of this reader to a span.
     *
     * @throws IndexOutOfBoundsException when the block has no such span
     */
    public SpanView span(int ordinal) {
        if (ordinal < 0 || ordinal >= count) {
            throw new IndexOutOfBoundsException("Span " + ordinal + " of a block that has " + count);
        }
        return view.wrap(memory, line(ordinal), values, strings);
    }
}
