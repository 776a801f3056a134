package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;

/**
 * How blocks lie in the file of a Chronicle Queue.
 *
 * <pre>
 *  excerpt at p (a multiple of 4)
 *  +-------------------+ p
 *  | u32 header        |   length in bits 0 to 29, {@link #META_DATA}, {@link #NOT_COMPLETE}; 0 where nothing is yet
 *  +-------------------+ p + 4
 *  | u32 pad, u32 one  |   how far the block is from here
 *  | zeros             |   to a multiple of 64 in the file
 *  +-------------------+ {@link #blockAt}(p)
 *  | block             |
 *  +-------------------+ the next excerpt, a multiple of 64
 * </pre>
 *
 * The queue's own file header and index pages are excerpts with {@link #META_DATA}. {@link #END_OF_FILE} ends a full segment.
 */
public final class Framing {
    public static final int NOT_COMPLETE = 0x8000_0000;
    public static final int META_DATA = 0x4000_0000;
    public static final int END_OF_FILE = 0xC000_0000;
    public static final int LENGTH_MASK = 0x3fff_ffff;
    public static final int HEADER_BYTES = 4;
    public static final int PREFIX_BYTES = 8;
    /** The most bytes from the start of an excerpt to the end of its block's header. */
    public static final int PROBE_BYTES =
            HEADER_BYTES + PREFIX_BYTES + BlockLayout.ALIGNMENT + BlockLayout.HEADER_BYTES;
    /** Where the queue keeps the position of the excerpt that was finished last, u64. */
    public static final int WRITE_POSITION_OFFSET = 0x40;

    private Framing() {}

    /** Returns where the block of the excerpt at a position starts. */
    public static long blockAt(long excerpt) {
        return BlockLayout.align(excerpt + HEADER_BYTES + PREFIX_BYTES);
    }

    /** Returns where the excerpt behind another one starts. */
    public static long next(long excerpt, int header) {
        return excerpt + HEADER_BYTES + (header & LENGTH_MASK) + 3 & -4L;
    }

    /** Tells whether a header stands before a finished excerpt, of data or of the queue itself. */
    public static boolean isReady(int header) {
        return header != 0 && (header & NOT_COMPLETE) == 0;
    }
}
