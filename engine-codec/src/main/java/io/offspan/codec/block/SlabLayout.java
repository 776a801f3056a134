package io.offspan.codec.block;

import io.offspan.codec.span.LineLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;

/**
 * The bytes of a slab: a block under construction, little-endian, aligned to a cache line.
 *
 * <pre>{@code
 *  +--------------------+ 0
 *  | header             |   256 bytes; the commit word has a cache line of its own
 *  +--------------------+ 256
 *  | marks              |   16 bytes a span: how far each section reached when that span was committed
 *  +--------------------+
 *  | lines              |   64 bytes a span
 *  +--------------------+
 *  | string offsets     |   u32 x (max strings + 1)
 *  +--------------------+ values offset
 *  | values ->          |   share one area, so that neither is short while the other has room
 *  |          <- heap   |
 *  +--------------------+ slab size
 * }</pre>
 *
 * The commit word is {@code generation (34 bits) << 30 | owner (12) << 18 | state (2) << 16 | count (16)}. One atomic word
 * carries all, so no torn pair of generation and count exists; adding one to it commits a span.
 */
public final class SlabLayout {
    /** {@code OSLB}. */
    public static final int MAGIC = 0x424C534F;

    /** The first version that was released; what came before it is refused. */
    public static final int VERSION = 2;

    public static final int HEADER_BYTES = 256;
    /** The most spans that a slab can count. */
    public static final int MAX_SPANS = 0xffff;
    /** The most spans that stand behind those that the commit word counts, before it counts them too. */
    public static final int MAX_UNPUBLISHED = 16;
    /** The most strings of a slab; references have 16 bits and the last value is kept free. */
    public static final int MAX_STRINGS = 0xffff;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = 4;
    public static final int SIZE_OFFSET = 8;
    public static final int SLAB_OFFSET = 12;
    public static final int INCARNATION_OFFSET = 16;
    public static final int MAX_SPANS_OFFSET = 24;
    public static final int MAX_STRINGS_OFFSET = 28;
    /** u32: sum over the 32 bytes before it, which stay as they are for as long as the file does. */
    public static final int HEADER_SUM_OFFSET = 32;

    public static final int WORD_OFFSET = 64;
    /** u64: how many spans of which generation the log already holds, {@code generation << 16 | count}; advisory. */
    public static final int FLUSHED_OFFSET = 128;
    /** u64: the sequence of the block behind the one that took spans of the slab last, and a sum of it. */
    public static final int LOGGED_BEFORE_OFFSET = 136;

    /** A mark is {u32 end of values, u32 bytes of heap, u32 strings, u32 sum}. */
    public static final int MARK_BYTES = 16;

    public static final int MARK_VALUES = 0;
    public static final int MARK_HEAP = 4;
    public static final int MARK_STRINGS = 8;
    /** u32: sum over the span and what stands before it in the mark. */
    public static final int MARK_SUM = 12;

    public static final int FREE = 0;
    public static final int OPEN = 1;
    public static final int CLOSED = 2;

    private final int size;
    private final int maxSpans;
    private final int maxStrings;
    private final int lines;
    private final int strings;
    private final int values;

    /**
     * Computes the sections of a slab.
     *
     * @param size bytes, a multiple of 64
     * @param maxSpans 1 to {@link #MAX_SPANS}
     * @param maxStrings 16 to {@link #MAX_STRINGS}
     * @throws IllegalArgumentException when the sections leave less than a quarter of the slab to values and strings
     */
    public SlabLayout(int size, int maxSpans, int maxStrings) {
        if (size % BlockLayout.ALIGNMENT != 0
                || maxSpans < 1
                || maxSpans > MAX_SPANS
                || maxStrings < 16
                || maxStrings > MAX_STRINGS) {
            throw new IllegalArgumentException(
                    "Impossible slab: " + size + " bytes, " + maxSpans + " spans, " + maxStrings + " strings");
        }
        this.size = size;
        this.maxSpans = maxSpans;
        this.maxStrings = maxStrings;
        lines = (int) BlockLayout.align(HEADER_BYTES + (long) MARK_BYTES * maxSpans);
        strings = lines + LineLayout.BYTES * maxSpans;
        values = (int) BlockLayout.align(strings + 4L * (maxStrings + 1));
        if (values > size - size / 4) {
            throw new IllegalArgumentException("A slab of " + size + " bytes leaves no room for values behind "
                    + maxSpans + " lines and " + maxStrings + " string offsets");
        }
    }

    public int size() {
        return size;
    }

    public int maxSpans() {
        return maxSpans;
    }

    public int maxStrings() {
        return maxStrings;
    }

    /** Returns the offset of the mark of span {@code i}. */
    public int mark(int i) {
        return HEADER_BYTES + MARK_BYTES * i;
    }

    /** Returns the offset of the line of span {@code i}. */
    public int line(int i) {
        return lines + LineLayout.BYTES * i;
    }

    /** Returns the offset of the string offset table. */
    public int strings() {
        return strings;
    }

    /** Returns the offset of the values. */
    public int values() {
        return values;
    }

    /** Writes the constant part of the header of a slab, and its sum. */
    public void writeHeader(Memory slab, int number, long incarnation) {
        slab.putInt(MAGIC_OFFSET, MAGIC);
        slab.putInt(VERSION_OFFSET, VERSION);
        slab.putInt(SIZE_OFFSET, size);
        slab.putInt(SLAB_OFFSET, number);
        slab.putLong(INCARNATION_OFFSET, incarnation);
        slab.putInt(MAX_SPANS_OFFSET, maxSpans);
        slab.putInt(MAX_STRINGS_OFFSET, maxStrings);
        slab.putInt(HEADER_SUM_OFFSET, headerSum(slab));
    }

    /** Tells whether the constant part of the header of a slab is what was written there. */
    public static boolean headerMatches(Memory slab) {
        return slab.getInt(HEADER_SUM_OFFSET) == headerSum(slab);
    }

    private static int headerSum(Memory slab) {
        return HeapBytes.endFold(slab.fold(0, 0, HEADER_SUM_OFFSET));
    }

    /**
     * Tells whether a span is what its mark says, with the strings that it was the first to need; those that others brought are not
     * looked at.
     *
     * @param slab has the marks
     * @param copy has line, values and strings at the places where they are in the slab; the slab itself or what was copied from it
     */
    public boolean spanMatches(Memory slab, long generation, int span, Memory copy) {
        return span < maxSpans && SlabSum.matches(slab, this, generation, span, copy);
    }

    /** Packs a commit word. */
    public static long word(long generation, int owner, int state, int count) {
        return generation << 30 | (long) (owner & 0xfff) << 18 | (long) state << 16 | count;
    }

    /** Tells whether a slab is free. One that is marked so and counts spans is damaged, and holds them. */
    public static boolean isFree(long word) {
        return state(word) == FREE && count(word) == 0;
    }

    public static long generation(long word) {
        return word >>> 30;
    }

    public static int owner(long word) {
        return (int) (word >>> 18) & 0xfff;
    }

    public static int state(long word) {
        return (int) (word >>> 16) & 3;
    }

    public static int count(long word) {
        return (int) word & 0xffff;
    }
}
