package io.offspan.core.segment;

/**
 * A place of the log that is not what it should be.
 *
 * @param segmentNumber the segment
 * @param fromOffset where the place begins in the segment's file
 * @param toOffset where it ends
 * @param reason what was found
 */
public record Damage(int segmentNumber, long fromOffset, long toOffset, String reason) {
    @Override
    public String toString() {
        return SegmentName.of(segmentNumber) + " [" + fromOffset + ", " + toOffset + "): " + reason;
    }
}
