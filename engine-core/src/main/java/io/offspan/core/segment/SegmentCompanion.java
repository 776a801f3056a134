package io.offspan.core.segment;

import java.io.IOException;

/**
 * What belongs to one segment and is derived from it, as its index is: it lives as long as the segment can be read, takes its share of the
 * store's bytes, and is deleted with it.
 *
 * <p><b>Threads.</b> Any.
 */
public interface SegmentCompanion extends AutoCloseable {
    /** Returns how many bytes of the disk it takes; it may be asked after {@link #close}. */
    long bytes();

    /** Returns how many bytes a file of it that was deleted still takes, since it is being read. */
    default long heldBytes() {
        return 0;
    }

    /** Deletes its file, which those who have the segment pinned go on reading. */
    void delete() throws IOException;

    /** Lets go of everything; called once, after the last pin of a segment that was retired was given back. It does not fail. */
    @Override
    void close();
}
