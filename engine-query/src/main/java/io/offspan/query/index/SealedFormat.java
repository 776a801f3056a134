package io.offspan.query.index;

/**
 * The layout of an index file: a header, then sections one after another, each a multiple of eight bytes long, then a checksum for each page.
 *
 * <pre>
 *   0 u32 magic OSIX     4 u16 version        6 u16 number of sections
 *   8 u32 checksum of the header, this field as zero     12 u32 checksum over the rows of the blocks
 *  16 u64 x 2 id of the store, high half first            32 u64 id of the segment
 *  40 u32 number of the segment   44 u32 spans            48 u32 blocks       52 u32 chunks of 65,536 spans
 *  56 u32 traces end    60 u32 others from                64 u64 length of the file
 *  72 a row for each section: u32 offset   u32 length   u32 entries
 * 204 u32 dense end    208 u32 gaps          212 zeros
 * 240 u32 offset of the checksums of the pages         244 u32 checksum over these
 * 248 u32 flags: 1 where the index was full            252 u32 bytes behind the checksums
 * 256 the sections, then the checksums, then the rows of the segment's blocks
 * </pre>
 *
 * <p>From the ordinal <i>traces end</i> on, trace ids are in the filters of the blocks; from the chunk <i>others from</i> on there are keys
 * that the file does not know. Below the ordinal <i>dense end</i> every ordinal has a span. <i>Gaps</i> are blocks that could not be read.
 */
final class SealedFormat {
    static final int MAGIC = 0x5849534F;
    static final int VERSION = 5;
    static final int HEADER_BYTES = 256;

    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 4;
    static final int CHECKSUM_AT = 8;
    static final int INDEXED_AT = 12;
    static final int STORE_AT = 16;
    static final int SEGMENT_AT = 32;
    static final int NUMBER_AT = 40;
    static final int SPANS_AT = 44;
    static final int BLOCKS_AT = 48;
    static final int CHUNKS_AT = 52;
    static final int TRACES_END_AT = 56;
    static final int OTHERS_FROM_AT = 60;
    static final int LENGTH_AT = 64;
    static final int TABLE_AT = 72;
    static final int DENSE_END_AT = 204;
    static final int GAPS_AT = 208;
    static final int CHECKS_AT = 240;
    static final int CHECKS_SUM_AT = 244;
    static final int FLAGS_AT = 248;
    static final int FULL = 1;
    static final int BEHIND_AT = 252;

    /** A row of the section table. */
    static final int ROW_BYTES = 12;

    static final int ROW_LENGTH = 4;
    static final int ROW_ENTRIES = 8;

    /** A page is what lies between two multiples of so many bytes in the file, header and checksums left out. */
    static final int PAGE_BITS = 14;

    /** Roaring bitmaps, one after another, those of a term by {@link #TERMS}. */
    static final int POSTINGS = 0;
    /** {@link #TERM_BYTES} a term, by key, type and value. */
    static final int TERMS = 1;
    /** The bytes of texts and keys. */
    static final int TEXTS = 2;
    /** {@link #KEY_BYTES} a key, by scope and bytes. */
    static final int KEYS = 3;
    /** For each key a byte for each chunk: what became of its values there. */
    static final int STATES = 4;
    /** {@link #BLOCK_BYTES} a block. */
    static final int BLOCKS = 5;
    /** The filters of the blocks, 32 bytes a bucket. */
    static final int FILTERS = 6;
    /** Mixed trace ids, ascending as {@code i64}. */
    static final int TRACES = 7;
    /** For each trace where in {@link #TRACE_SPANS} its ordinals end. */
    static final int TRACE_ENDS = 8;
    /** For each trace its ordinals: the first, then by how much each is greater than the one before; seven bits a byte, low ones first. */
    static final int TRACE_SPANS = 9;

    /**
     * The times of the spans, each of which is an entry: {@link #GROUP_BYTES} for every 4,096 of them, then four bytes a span for when it
     * starts, and two for how long it took.
     */
    static final int TIMES = 10;

    static final int SECTIONS = 11;

    /** Bytes of an entry by section; 0 where their sizes differ. */
    private static final int[] ENTRY_BYTES = {0, 28, 1, 20, 0, 16, 32, 8, 4, 1, 0};

    /** A term: u64 bits, or u32 offset and u32 length of a text; where its postings are, how many; u16 chunks; u8 type, three zeros. */
    static final int TERM_BYTES = 28;

    static final int TERM_LENGTH = 4;
    static final int TERM_POSTINGS = 8;
    static final int TERM_POSTINGS_BYTES = 12;
    static final int TERM_COUNT = 16;
    static final int TERM_CREATED = 20;
    static final int TERM_KEPT = 22;
    static final int TERM_TYPE = 24;

    /** A key: u32 offset and length of its bytes, first and end of its terms, u8 scope, three zeros. */
    static final int KEY_BYTES = 20;

    static final int KEY_LENGTH = 4;
    static final int KEY_FIRST = 8;
    static final int KEY_END = 12;
    static final int KEY_SCOPE = 16;

    /** A block: u32 first ordinal, end ordinal, first bucket of its filter, number of buckets; of a gap both ordinals are its end. */
    static final int BLOCK_BYTES = 16;

    static final int BLOCK_END = 4;
    static final int BLOCK_BUCKET = 8;
    static final int BLOCK_BUCKETS = 12;

    /** A group: u64 base, i32 least and greatest code of a start, u64 parts with spans far off, u32 greatest code of a duration, u32 0. */
    static final int GROUP_BYTES = 32;

    static final int GROUP_BASE = 0;
    static final int GROUP_LEAST = 8;
    static final int GROUP_GREATEST = 12;
    static final int GROUP_FAR = 16;
    static final int GROUP_LONGEST = 24;

    private SealedFormat() {}

    /** Returns where a section's row of the table is. */
    static int row(int section) {
        return TABLE_AT + ROW_BYTES * section;
    }

    /** Returns the bytes of a section with some entries, or -1 where that depends on them. */
    static long bytes(int section, long entries) {
        int each = ENTRY_BYTES[section];
        return each == 0 ? -1 : padded(each * entries);
    }

    /** Returns how many groups so many spans are in. */
    static int groups(int spans) {
        return spans + (1 << SpanTimes.GROUP_BITS) - 1 >>> SpanTimes.GROUP_BITS;
    }

    /** Returns where in {@link #TIMES} the starts of so many spans are. */
    static long starts(int spans) {
        return (long) GROUP_BYTES * groups(spans);
    }

    /** Returns where the durations are. */
    static long durations(int spans) {
        return starts(spans) + 4L * spans;
    }

    /** Returns how many pages a file has whose sections end there. */
    static int pages(long sectionsEnd) {
        return (int) (sectionsEnd + (1 << PAGE_BITS) - 1 >>> PAGE_BITS);
    }

    /** Returns the next multiple of eight. */
    static long padded(long bytes) {
        return bytes + 7 & -8;
    }
}
