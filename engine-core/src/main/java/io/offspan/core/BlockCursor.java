package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Walks the blocks of a snapshot, newest first: the open slabs, then the segments from the last to the first, each from its last block;
 * or oldest first, the same way back.
 *
 * <p>What the header of a block says can be asked without reading the block. A span's position is the segment number and
 * {@link #firstOrdinal()} plus its place in the block.
 *
 * <p><b>Threads.</b> Belongs to the thread of its snapshot. {@link #open} gives one reader, which moves with the next call and refuses to
 * be used after the snapshot is closed.
 */
public final class BlockCursor {
    /** The segment number of blocks that are not in the log yet. */
    public static final int OPEN_SLABS = Integer.MAX_VALUE;

    private final StoreSnapshot snapshot;
    private final boolean oldestFirst;
    private final BlockReader reader = new BlockReader();
    private int index;
    private Leaf leaf;
    private BlockDirectory rows;
    private int row;
    private boolean onBlock;
    private long damagedBlocks;
    private long damagedSpans;
    private boolean closed;

    /**
     * Begins before the first or after the last leaf.
     *
     * @param damagedSlabs how many open slabs are not in the snapshot
     * @param lostSpans how many spans are not in it because of that
     */
    BlockCursor(StoreSnapshot snapshot, boolean oldestFirst, long damagedSlabs, long lostSpans) {
        this.snapshot = snapshot;
        this.oldestFirst = oldestFirst;
        index = oldestFirst ? 0 : snapshot.leaves() - 1;
        leaf = snapshot.leaf(index);
        rows = leaf.directory();
        row = oldestFirst ? -1 : leaf.blocks();
        damagedBlocks = damagedSlabs;
        damagedSpans = lostSpans;
    }

    /** Moves to the next block; false when there is none. */
    public boolean next() {
        requireOpen();
        onBlock = oldestFirst ? newer() : older();
        return onBlock;
    }

    private boolean newer() {
        row++;
        while (row >= leaf.blocks()) {
            if (index == snapshot.leaves() - 1) {
                row = leaf.blocks();
                return false;
            }
            enter(index + 1);
            row = 0;
        }
        return true;
    }

    private boolean older() {
        while (row <= 0) {
            if (index == 0) {
                row = 0;
                return false;
            }
            enter(index - 1);
            row = leaf.blocks();
        }
        row--;
        return true;
    }

    private void enter(int next) {
        index = next;
        leaf = snapshot.leaf(next);
        rows = leaf.directory();
    }

    private BlockDirectory directory() {
        requireOpen();
        if (!onBlock) {
            throw new IllegalStateException("The cursor is not on a block; call next() first");
        }
        return rows;
    }

    /**
     * Opens the block.
     *
     * @return a reader of its spans, valid until the next call, or null when the block is damaged, which has been counted and reported
     */
    public @Nullable BlockReader open() {
        int spans = directory().spanCount(row);
        if (leaf.open(row, reader)) {
            return reader;
        }
        reader.release();
        damagedBlocks++;
        damagedSpans += spans;
        return null;
    }

    /** Returns how many blocks {@link #open} could not open, and open slabs that the snapshot could not copy. */
    public long damagedBlocks() {
        return damagedBlocks;
    }

    /** Returns how many spans those blocks would hold. */
    public long damagedSpans() {
        return damagedSpans;
    }

    /** Returns the number of the block's segment, {@link #OPEN_SLABS} for blocks that are not in the log yet. */
    public int segmentNumber() {
        directory();
        return leaf.segmentNumber();
    }

    /** Returns the id of the block's segment, 0 for blocks that are not in the log yet. */
    public long segmentId() {
        directory();
        return leaf.segmentId();
    }

    /** Returns the ordinal within the segment of the first span. */
    public int firstOrdinal() {
        return directory().firstOrdinal(row);
    }

    public int spanCount() {
        return directory().spanCount(row);
    }

    /** Returns the smallest start of a span; a bound, like those that follow. Unsigned. */
    public long minStartNanos() {
        return directory().minStartNanos(row);
    }

    public long maxStartNanos() {
        return directory().maxStartNanos(row);
    }

    public long minEndNanos() {
        return directory().minEndNanos(row);
    }

    public long maxEndNanos() {
        return directory().maxEndNanos(row);
    }

    /** Returns the smallest duration of a span; signed. */
    public long minDurationNanos() {
        return directory().minDurationNanos(row);
    }

    public long maxDurationNanos() {
        return directory().maxDurationNanos(row);
    }

    /** Returns when the block was moved to the log, 0 when it was not yet. */
    public long ingestTimeNanos() {
        return directory().ingestTimeNanos(row);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The snapshot is closed; take another one");
        }
    }

    /** Refuses to be used from now on, and so do its reader and the spans from there. */
    void close() {
        closed = true;
        reader.release();
    }
}
