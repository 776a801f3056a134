package io.offspan.query.keep;

/**
 * How much memory off the heap indexes may take; beyond it questions are slower and as right.
 *
 * @param segmentBytes of one segment: beyond three quarters of it values that are new are only filtered, beyond all of it spans are scanned
 * @param totalBytes of all segments: beyond it the oldest segments are scanned
 */
public record IndexLimits(long segmentBytes, long totalBytes) {
    private static final long MEGABYTE = 1 << 20;
    private static final long LEAST_BYTES = MEGABYTE;
    /** What is larger may not fit into a file. */
    private static final long MOST_BYTES = 1024 * MEGABYTE;

    public static final IndexLimits DEFAULT = new IndexLimits(48 * MEGABYTE, 128 * MEGABYTE);

    public IndexLimits {
        if (segmentBytes < LEAST_BYTES || segmentBytes > MOST_BYTES || totalBytes < segmentBytes) {
            throw new IllegalArgumentException(
                    "An index of " + segmentBytes + " bytes a segment and " + totalBytes + " in all; allowed are "
                            + LEAST_BYTES + " to " + MOST_BYTES + " a segment, and in all no less than that");
        }
    }
}
