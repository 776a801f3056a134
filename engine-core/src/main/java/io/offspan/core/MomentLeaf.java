package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;
import org.jspecify.annotations.Nullable;

/**
 * A leaf of a snapshot, which goes with it from one moment to the next.
 *
 * <p>Whether the file of a segment is as long as it was is asked once a moment, before the first block is read.
 */
final class MomentLeaf implements Leaf {
    private final int index;
    private final BodyCheck check;
    private @Nullable Moment moment;
    private boolean looked;
    private boolean whole;

    /** Names a leaf by its number in the moment; {@code check} is that of the snapshot. */
    MomentLeaf(int index, BodyCheck check) {
        this.index = index;
        this.check = check;
    }

    /** Belongs to a moment from now on; null for none. */
    void enter(@Nullable Moment at) {
        looked &= at != null && moment == at;
        moment = at;
    }

    private Moment moment() {
        Moment at = moment;
        if (at == null) {
            throw new IllegalStateException("The snapshot is closed; take another one");
        }
        return at;
    }

    private static boolean isOpenSlabs(Moment at, int index) {
        return index == at.segments();
    }

    @Override
    public boolean isOpenSlabs() {
        return isOpenSlabs(moment(), index);
    }

    @Override
    public int segmentNumber() {
        Moment at = moment();
        return isOpenSlabs(at, index)
                ? BlockCursor.OPEN_SLABS
                : at.segment(index).number();
    }

    @Override
    public long segmentId() {
        Moment at = moment();
        return isOpenSlabs(at, index) ? 0 : at.segment(index).id();
    }

    @Override
    public int blocks() {
        Moment at = moment();
        return isOpenSlabs(at, index) ? at.openBlocks() : at.blocksOf(index);
    }

    @Override
    public BlockDirectory directory() {
        Moment at = moment();
        return isOpenSlabs(at, index) ? at.openDirectory() : at.segment(index).directory();
    }

    @Override
    public @Nullable Segment segment() {
        Moment at = moment();
        return isOpenSlabs(at, index) ? null : at.segment(index);
    }

    @Override
    public boolean open(int block, BlockReader into) {
        Moment at = moment();
        if (block < 0 || block >= blocks()) {
            throw new IndexOutOfBoundsException("Block " + block + " of a leaf that has " + blocks());
        }
        return isOpenSlabs(at, index) ? at.openBlock(block, into) : open(at.segment(index), block, into);
    }

    private boolean open(Segment segment, int block, BlockReader into) {
        if (!looked) {
            looked = true;
            whole = segment.isWhole();
        }
        if (!whole) {
            segment.cut(block);
            return false;
        }
        return segment.open(block, into, check);
    }
}
