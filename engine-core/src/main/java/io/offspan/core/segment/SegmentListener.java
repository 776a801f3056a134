package io.offspan.core.segment;

/**
 * Is told what happens to the segments of a catalog, in the order in which it happens.
 *
 * <p><b>Threads.</b> One at a time, but any: whoever made the catalog look, which beside the writer is the ingest agent or the thread that
 * deletes. The lock of the catalog is not held, those of its callers may be: a listener notes what it is told, takes no lock that it
 * holds while it asks the catalog or a snapshot for something, and leaves the work to a thread of its own.
 */
public interface SegmentListener {
    /**
     * Blocks were added, from row {@code fromBlock} of the segment's directory on; how many is for the directory to say, so that one call
     * may stand for several and blocks may be told of that were seen before.
     */
    default void grew(Segment segment, int fromBlock) {}

    /** All blocks of a segment are known, and none will follow. */
    default void ended(Segment segment) {}

    /** A segment was deleted: nobody gets a new pin on it. */
    default void retired(Segment segment) {}
}
