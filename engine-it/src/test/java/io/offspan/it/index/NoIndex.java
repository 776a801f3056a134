package io.offspan.it.index;

import io.offspan.core.StoreReader;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentCompanion;
import io.offspan.core.segment.SegmentListener;

/**
 * Keeps a reader from the indexes of a store, those in files among them: it stands where each segment's index would, so that every question
 * is answered by a scan.
 *
 * <p><b>Threads.</b> Any.
 */
final class NoIndex implements SegmentListener, SegmentCompanion {
    private volatile boolean late;

    private NoIndex() {}

    /** Keeps a reader that has not been asked anything from all indexes. */
    static NoIndex in(StoreReader reader) {
        NoIndex none = new NoIndex();
        reader.listen(none);
        return none;
    }

    /** Tells whether it was in the place of each index before anybody asked for that. */
    boolean isInTime() {
        return !late;
    }

    @Override
    public void grew(Segment segment, int fromBlock) {
        if (!segment.accompany(this) && segment.companion() != this) {
            late = true;
        }
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void delete() {}

    @Override
    public void close() {}
}
