package io.offspan.core.log;

import io.offspan.codec.block.BlockLayout;
import java.nio.file.Path;

/**
 * The sizes of a log.
 *
 * @param segmentBytes the most bytes of blocks in one segment; the whole of it is reserved on the disk before it is used
 * @param maxBlockBytes the longest block
 * @param nativeDirectory where native libraries are unpacked, inside the data directory
 */
public record LogSettings(long segmentBytes, int maxBlockBytes, Path nativeDirectory) {
    /** The least chunk of a file that Chronicle Queue maps at once; smaller ones are several times slower. */
    private static final long MIN_CHUNK_BYTES = 64L << 20;
    /** The queue's own header, its index pages and the end mark of a segment. */
    static final long FRAMING_BYTES = 256L << 10;

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

    /** Returns how many bytes of a segment's file are reserved on the disk. */
    long reservedBytes() {
        return segmentBytes + FRAMING_BYTES;
    }

    private static long chunkBytes(long segmentBytes) {
        long wanted = segmentBytes + segmentBytes / 4;
        return Math.max(MIN_CHUNK_BYTES, wanted + (1 << 20) - 1 & -(1L << 20));
    }
}
