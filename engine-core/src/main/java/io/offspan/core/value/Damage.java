package io.offspan.core.value;

/**
 * A place of the log, or of the slab file, that is not what it should be.
 *
 * @param segmentNumber the segment, {@link #SLABS}, or {@link #NO_SEGMENT}
 * @param file the path of the file within the data directory
 * @param fromOffset where the place begins in the segment's file
 * @param toOffset where it ends
 * @param reason what was found
 */
public record Damage(int segmentNumber, String file, long fromOffset, long toOffset, String reason) {
    /** Stands for the slab file where a segment's number is expected. */
    public static final int SLABS = -1;
    /** Stands for what is no segment that could be read, where a segment's number is expected. */
    public static final int NO_SEGMENT = -2;

    /** Names a place of the slab file. */
    public static Damage ofSlabs(long fromOffset, long toOffset, String reason) {
        return new Damage(SLABS, "slabs", fromOffset, toOffset, reason);
    }

    /** Names a whole entry of the log directory that is no segment, or is not there. */
    public static Damage ofEntry(String name, String reason) {
        return new Damage(NO_SEGMENT, "log/" + name, 0, 0, reason);
    }

    @Override
    public String toString() {
        return file + " [" + fromOffset + ", " + toOffset + "): " + reason;
    }
}
