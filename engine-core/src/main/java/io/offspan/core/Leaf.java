package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Part of a store at one moment: the blocks {@code [0, blocks())} of a segment, or the open slabs.
 *
 * <p><b>Threads.</b> Belongs to the thread of its snapshot. What it points readers at stays until that is closed or renewed; from then
 * on the leaf refuses to be used, until the snapshot gives it again.
 */
public interface Leaf {
    /** Tells whether these are the open slabs. */
    boolean isOpenSlabs();

    /** Returns the number of the segment, {@link BlockCursor#OPEN_SLABS} for the open slabs. */
    int segmentNumber();

    /** Returns the id of the segment, 0 for the open slabs. */
    long segmentId();

    /** Returns how many blocks there are; the directory may know of more by now. */
    int blocks();

    /** Returns the ordinal that every span is below. */
    default int endOrdinal() {
        int last = blocks() - 1;
        return last < 0 ? 0 : directory().firstOrdinal(last) + directory().spanCount(last);
    }

    /** Returns what is known of the blocks without reading them. */
    BlockDirectory directory();

    /** Returns the segment, or null for the open slabs; it stays pinned, and its companion open, as long as what readers are pointed at. */
    @Nullable
    Segment segment();

    /** Points a reader at a block; false when it is damaged, which was reported. */
    boolean open(int block, BlockReader into);
}
