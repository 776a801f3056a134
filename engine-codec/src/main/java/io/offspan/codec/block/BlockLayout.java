package io.offspan.codec.block;

/**
 * The bytes of a block as it stands in the log, little-endian, aligned to a cache line.
 *
 * <pre>
 *  +--------------------+ 0
 *  | header             |   192 bytes, with its own checksum
 *  +--------------------+ 192
 *  | lines              |   64 bytes each, {@link io.offspan.codec.span.LineLayout}
 *  +--------------------+ values offset
 *  | values             |   packed, unaligned, addressed by the lines
 *  +--------------------+ strings offset, aligned to 8
 *  | string offsets     |   u32 x (string count + 1), the first one 0
 *  +--------------------+
 *  | string heap        |   string x = [heap end - offsets[x + 1], heap end - offsets[x])
 *  +--------------------+ heap end
 *  | zeros              |   to the next multiple of 64
 *  +--------------------+ length
 * </pre>
 *
 * Strings, shapes and envelopes (resource, scope) all live in the string heap and are named by a 16-bit index.
 */
public final class BlockLayout {
    /** {@code OSBK}. */
    public static final int MAGIC = 0x4B42534F;

    /** The first version that was released; what came before it is refused. */
    public static final int VERSION = 2;
    /** A block of spans. */
    public static final int KIND_SPANS = 1;
    /** The first block of a segment, which names it. */
    public static final int KIND_SEGMENT = 2;

    public static final int HEADER_BYTES = 192;
    public static final int ALIGNMENT = 64;
    /** No block is longer, whatever a header says: four times the largest slab. */
    public static final int MAX_LENGTH = 64 << 20;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = 4;
    public static final int KIND_OFFSET = 6;
    /** u32: the whole block, a multiple of 64. */
    public static final int LENGTH_OFFSET = 8;
    /** u32: CRC32C of the header with this field taken as zero. */
    public static final int HEADER_CRC_OFFSET = 12;
    /** u32: CRC32C of everything behind the header. */
    public static final int BODY_CRC_OFFSET = 16;
    /** u32: header checksum of the block before it in the log, 0 for the first or where that is not known. */
    public static final int PREVIOUS_CRC_OFFSET = 20;
    /** u64: counts the blocks of a store without gaps. */
    public static final int SEQUENCE_OFFSET = 24;
    /** u64: nanoseconds since the epoch at which the block was gathered, never going back. */
    public static final int INGEST_TIME_OFFSET = 32;
    /** u32: ordinal within the segment of the first span. */
    public static final int FIRST_ORDINAL_OFFSET = 40;

    public static final int SPAN_COUNT_OFFSET = 44;
    /** u64: the slab file that the spans came from. */
    public static final int INCARNATION_OFFSET = 48;

    public static final int GENERATION_OFFSET = 56;
    public static final int SLAB_OFFSET = 64;
    /** u32: place of the first span in its slab; the block holds the spans [from, from + span count). */
    public static final int FROM_OFFSET = 68;

    public static final int MIN_START_OFFSET = 72;
    public static final int MAX_START_OFFSET = 80;
    public static final int MIN_END_OFFSET = 88;
    public static final int MAX_END_OFFSET = 96;
    public static final int MIN_DURATION_OFFSET = 104;
    public static final int MAX_DURATION_OFFSET = 112;
    public static final int STRING_COUNT_OFFSET = 120;
    public static final int VALUES_OFFSET = 124;
    public static final int VALUES_BYTES_OFFSET = 128;
    /** u32: what to take from the value offset of a line to get its place in the values of this block. */
    public static final int VALUES_BASE_OFFSET = 132;

    public static final int STRINGS_OFFSET = 136;
    public static final int HEAP_END_OFFSET = 140;
    public static final int HEAP_BYTES_OFFSET = 144;

    private BlockLayout() {}

    /** Rounds up to the alignment of blocks. */
    public static long align(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
