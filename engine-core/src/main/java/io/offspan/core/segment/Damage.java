package io.offspan.core.segment;

/**
 * A place of the log, or of the slab file, that is not what it should be.
 *
 * @param segmentNumber the segment, or {@link #SLABS}
 * @param fromOffset where the place begins in the segment's file
 * @param toOffset where it ends
 * @param reason what was found
 */
public record Damage(int segmentNumber, long fromOffset, long toOffset, String reason) {
    /** Stands for the slab file where a segment's number is expected. */
    public static final int SLABS = -1;

    /** Returns the path of the file within the data directory. */
    public String file() {
        return segmentNumber == SLABS ? "slabs" : "log/" + SegmentName.of(segmentNumber);
    }

    @Override
    public String toString() {
        return file() + " [" + fromOffset + ", " + toOffset + "): " + reason;
    }
}
