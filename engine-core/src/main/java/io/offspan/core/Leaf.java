package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;

/**
 * Part of a store at one moment: the blocks {@code [0, blocks())} of a segment, or the open slabs.
 *
 * <p><b>Threads.</b> Belongs to the thread of its snapshot. What it points readers at stays until that is closed or renewed.
 */
public final class Leaf {
    private final Moment moment;
    private final int index;
    private final BodyCheck check = new BodyCheck();

    Leaf(Moment moment, int index) {
        this.moment = moment;
        this.index = index;
    }

    /** Tells whether these are the open slabs. */
    public boolean isOpenSlabs() {
        return index == moment.segments();
    }

    /** Returns the number of the segment, {@link BlockCursor#OPEN_SLABS} for the open slabs. */
    public int segmentNumber() {
        return isOpenSlabs() ? BlockCursor.OPEN_SLABS : segment().number();
    }

    /** Returns the id of the segment, 0 for the open slabs. */
    public long segmentId() {
        return isOpenSlabs() ? 0 : segment().id();
    }

    /** Returns how many blocks there are; the directory may know of more by now. */
    public int blocks() {
        return isOpenSlabs() ? moment.openBlocks() : moment.blocksOf(index);
    }

    /** Returns the ordinal that every span is below. */
    public int endOrdinal() {
        int last = blocks() - 1;
        return last < 0 ? 0 : directory().firstOrdinal(last) + directory().spanCount(last);
    }

    /** Returns what is known of the blocks without reading them. */
    public BlockDirectory directory() {
        return isOpenSlabs() ? moment.openDirectory() : segment().directory();
    }

    /** Points a reader at a block; false when it is damaged, which was reported. */
    public boolean open(int block, BlockReader into) {
        if (block < 0 || block >= blocks()) {
            throw new IndexOutOfBoundsException("Block " + block + " of a leaf that has " + blocks());
        }
        if (isOpenSlabs()) {
            return moment.openBlock(block, into);
        }
        Segment segment = segment();
        if (!segment.isWhole()) {
            segment.cut(block);
            return false;
        }
        return segment.open(block, into, check);
    }

    private Segment segment() {
        return moment.segment(index);
    }
}
