package io.offspan.core.log;

import io.offspan.codec.block.BlockLayout;
import java.nio.file.Path;

/**
 * The sizes of a log.
 *
 * @param segmentBytes the most bytes of blocks in one segment; reserved on the disk in steps, each before it is used
 * @param maxBlockBytes the longest block
 * @param nativeDirectory where native libraries are unpacked, inside the data directory
 */
public record LogSettings(long segmentBytes, int maxBlockBytes, Path nativeDirectory) {
    /** The least chunk of a file that Chronicle Queue maps at once; smaller ones are several times slower. */
    private static final long MIN_CHUNK_BYTES = 64L << 20;
    /** The queue's own header, its index pages and the end mark of a segment. */
    static final long FRAMING_BYTES = 256L << 10;

    /** What the queue may add behind a block: a page of its index, and the end mark. */
    static final long TAIL_BYTES = 64L << 10;
    /** What a new segment reserves at first; each further step doubles it. */
    private static final long FIRST_BYTES = 4L << 20;
    /** The least step, where the disk has no room to double. */
    private static final long STEP_BYTES = 1L << 20;

    private static final long MAX_SEGMENT_BYTES = 1L << 30;

    /** Refuses sizes that do not fit together. */
    public LogSettings {
        if (segmentBytes < 1 << 20 || segmentBytes > MAX_SEGMENT_BYTES) {
            throw new IllegalArgumentException("A segment of " + segmentBytes + " bytes; allowed are 1 MiB to 1 GiB");
        }
        if (maxBlockBytes < BlockLayout.HEADER_BYTES || maxBlockBytes > segmentBytes / 2) {
            throw new IllegalArgumentException("A block of up to " + maxBlockBytes + " bytes in a segment of "
                    + segmentBytes + "; allowed are " + BlockLayout.HEADER_BYTES + " bytes to half a segment");
        }
        if (maxBlockBytes + FRAMING_BYTES > chunkBytes(segmentBytes) / 4) {
            throw new IllegalArgumentException(
                    "A block of up to " + maxBlockBytes + " bytes does not fit into a quarter"
                            + " of the mapped chunk of " + chunkBytes(segmentBytes) + " bytes; use larger segments");
        }
    }

    /** Returns the chunk that the queue maps at once, large enough for a whole segment. */
    long chunkBytes() {
        return chunkBytes(segmentBytes);
    }

    /** Returns the most bytes of a segment's file that are reserved on the disk. */
    long mostReservedBytes() {
        return segmentBytes + FRAMING_BYTES;
    }

    /** Returns how many bytes to reserve so that a segment can grow to {@code needed}: doubled from a small start as often as it takes. */
    long reservationFor(long needed) {
        long bytes = FIRST_BYTES;
        while (bytes < needed) {
            bytes *= 2;
        }
        return Math.min(bytes, mostReservedBytes());
    }

    /** Returns the fewest bytes to reserve so that a segment can grow to {@code needed}. */
    long leastReservationFor(long needed) {
        return Math.min(needed + STEP_BYTES - 1 & -STEP_BYTES, mostReservedBytes());
    }

    private static long chunkBytes(long segmentBytes) {
        long wanted = segmentBytes + segmentBytes / 4;
        return Math.max(MIN_CHUNK_BYTES, wanted + (1 << 20) - 1 & -(1L << 20));
    }
}
