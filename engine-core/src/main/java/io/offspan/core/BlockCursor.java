package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;
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

    private static final int NOWHERE = -1;

    private final Moment moment;
    private final boolean oldestFirst;
    private final BlockReader reader = new BlockReader();
    private final BodyCheck check = new BodyCheck();
    /** The segment, in the order of the moment; the open slabs come after the last. */
    private int index;

    private int row;
    private @Nullable BlockDirectory directory;
    /** The segment whose file was looked at last, and whether it is as long as it was. */
    private @Nullable Segment looked;

    private boolean whole;
    private long damagedBlocks;
    private long damagedSpans;
    private boolean closed;

    BlockCursor(Moment moment, boolean oldestFirst) {
        this.moment = moment;
        this.oldestFirst = oldestFirst;
        index = oldestFirst ? 0 : moment.segments();
        row = oldestFirst ? NOWHERE : blocksHere();
        damagedBlocks = moment.damagedSlabs();
        damagedSpans = moment.damagedSlabSpans();
    }

    /** Moves to the next block; false when there is none. */
    public boolean next() {
        requireOpen();
        directory = null;
        if (!(oldestFirst ? newer() : older())) {
            return false;
        }
        directory = isOpen() ? moment.openDirectory() : segment().directory();
        return true;
    }

    private boolean newer() {
        row++;
        while (row >= blocksHere()) {
            if (isOpen()) {
                row = blocksHere();
                return false;
            }
            index++;
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
            index--;
            row = blocksHere();
        }
        row--;
        return true;
    }

    private boolean isOpen() {
        return index == moment.segments();
    }

    private int blocksHere() {
        return isOpen() ? moment.openBlocks() : moment.blocksOf(index);
    }

    private Segment segment() {
        return moment.segment(index);
    }

    private BlockDirectory directory() {
        requireOpen();
        BlockDirectory here = directory;
        if (here == null) {
            throw new IllegalStateException("The cursor is not on a block; call next() first");
        }
        return here;
    }

    /**
     * Opens the block.
     *
     * @return a reader of its spans, valid until the next call, or null when the block is damaged, which has been counted and reported
     */
    public @Nullable BlockReader open() {
        directory();
        boolean intact = isOpen() ? moment.openBlock(row, reader) : openIn(segment());
        return intact ? reader : damaged();
    }

    private boolean openIn(Segment at) {
        if (at != looked) {
            looked = at;
            whole = at.isWhole();
        }
        if (!whole) {
            at.cut(row);
            return false;
        }
        return at.open(row, reader, check);
    }

    private @Nullable BlockReader damaged() {
        reader.release();
        damagedBlocks++;
        damagedSpans += spanCount();
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
        return isOpen() ? OPEN_SLABS : segment().number();
    }

    /** Returns the id of the block's segment, 0 for blocks that are not in the log yet. */
    public long segmentId() {
        directory();
        return isOpen() ? 0 : segment().id();
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
