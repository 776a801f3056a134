package io.offspan.core.segment;

/**
 * The segments of a log at one moment, pinned together: one hold on the set is as good as a pin on each of them.
 *
 * <p>The blocks of all but the last are those that were known when the set was made; the last one may have grown since.
 *
 * <p><b>Threads.</b> Holds are counted under the lock of the {@link Catalog}; the segments may be asked for by any thread that has one.
 */
public final class SegmentSet {
    private final Segment[] segments;
    private final int[] blocks;
    /** The catalog's own hold is the first one. */
    private int holds = 1;

    SegmentSet(Segment[] segments) {
        this.segments = segments;
        blocks = new int[segments.length];
        for (int i = 0; i < blocks.length; i++) {
            if (!segments[i].acquire()) {
                throw new IllegalStateException(
                        "Segment " + segments[i].number() + " was retired under the catalog's lock");
            }
            blocks[i] = segments[i].directory().count();
        }
    }

    void hold() {
        holds++;
    }

    void letGo() {
        if (--holds == 0) {
            for (Segment segment : segments) {
                segment.release();
            }
        }
    }

    boolean endsWith(Segment segment) {
        return segments.length > 0 && segments[segments.length - 1] == segment;
    }

    /** Returns how many segments there are. */
    public int count() {
        return segments.length;
    }

    /** Returns a segment; the oldest is number 0. */
    public Segment segment(int index) {
        return segments[index];
    }

    /** Returns how many blocks of a segment were known when the set was made. */
    public int blocks(int index) {
        return blocks[index];
    }
}
