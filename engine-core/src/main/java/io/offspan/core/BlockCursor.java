package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockLayout;
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

    private final StoreSnapshot snapshot;
    private final boolean oldestFirst;
    private final BlockReader reader = new BlockReader();
    private final BodyCheck check = new BodyCheck();
    private int copyIndex;
    private int segmentIndex;
    private int row;
    private int openOrdinal;
    private @Nullable SlabCopy copy;
    private @Nullable Segment segment;
    /** The segment whose file was looked at last, and whether it is as long as it was. */
    private @Nullable Segment looked;

    private boolean whole;
    private long damagedBlocks;
    private long damagedSpans;

    BlockCursor(StoreSnapshot snapshot, boolean oldestFirst) {
        this.snapshot = snapshot;
        this.oldestFirst = oldestFirst;
        copyIndex = oldestFirst ? -1 : snapshot.copies();
        for (int i = 0; i < copyIndex; i++) {
            openOrdinal += snapshot.copy(i).spanCount();
        }
        segmentIndex = oldestFirst ? -1 : snapshot.segments();
        damagedBlocks = snapshot.damagedSlabs();
        damagedSpans = snapshot.damagedSlabSpans();
    }

    /** Moves to the next block; false when there is none. */
    public boolean next() {
        snapshot.requireOpen();
        return oldestFirst ? newer() : older();
    }

    private boolean newer() {
        while (segmentIndex < snapshot.segments()) {
            if (segment != null && ++row < snapshot.blocksOf(segmentIndex)) {
                return true;
            }
            row = -1;
            segment = ++segmentIndex < snapshot.segments() ? snapshot.segment(segmentIndex) : null;
        }
        SlabCopy passed = copy;
        openOrdinal += passed == null ? 0 : passed.spanCount();
        copy = copyIndex + 1 < snapshot.copies() ? snapshot.copy(++copyIndex) : null;
        return copy != null;
    }

    private boolean older() {
        if (copyIndex > 0) {
            SlabCopy next = snapshot.copy(--copyIndex);
            openOrdinal -= next.spanCount();
            copy = next;
            return true;
        }
        copy = null;
        while (row == 0) {
            if (segmentIndex == 0) {
                segment = null;
                return false;
            }
            segment = snapshot.segment(--segmentIndex);
            row = snapshot.blocksOf(segmentIndex);
        }
        row--;
        return true;
    }

    /**
     * Opens the block.
     *
     * @return a reader of its spans, valid until the next call, or null when the block is damaged, which has been counted and reported
     */
    public @Nullable BlockReader open() {
        snapshot.requireOpen();
        SlabCopy from = copy;
        if (from != null) {
            try {
                from.open(reader);
                return reader;
            } catch (FormatException e) {
                return damaged();
            }
        }
        Segment at = current();
        if (at != looked) {
            looked = at;
            whole = at.isWhole();
        }
        if (!whole) {
            at.cut(row);
            return damaged();
        }
        return at.open(row, reader, check) ? reader : damaged();
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
        return copy != null ? OPEN_SLABS : current().number();
    }

    /** Returns the id of the block's segment, 0 for blocks that are not in the log yet. */
    public long segmentId() {
        return copy != null ? 0 : current().id();
    }

    /** Returns the ordinal within the segment of the first span. */
    public int firstOrdinal() {
        return copy != null ? openOrdinal : directory().firstOrdinal(row);
    }

    public int spanCount() {
        SlabCopy from = copy;
        return from != null ? from.spanCount() : directory().spanCount(row);
    }

    /** Returns the smallest start of a span; a bound, like those that follow. Unsigned. */
    public long minStartNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MIN_START_OFFSET)
                : directory().minStartNanos(row);
    }

    public long maxStartNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MAX_START_OFFSET)
                : directory().maxStartNanos(row);
    }

    public long minEndNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MIN_END_OFFSET)
                : directory().minEndNanos(row);
    }

    public long maxEndNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MAX_END_OFFSET)
                : directory().maxEndNanos(row);
    }

    /** Returns the smallest duration of a span; signed. */
    public long minDurationNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MIN_DURATION_OFFSET)
                : directory().minDurationNanos(row);
    }

    public long maxDurationNanos() {
        SlabCopy from = copy;
        return from != null
                ? from.field(BlockLayout.MAX_DURATION_OFFSET)
                : directory().maxDurationNanos(row);
    }

    /** Returns when the block was moved to the log, 0 when it was not yet. */
    public long ingestTimeNanos() {
        return copy != null ? 0 : directory().ingestTimeNanos(row);
    }

    private BlockDirectory directory() {
        return current().directory();
    }

    private Segment current() {
        Segment at = segment;
        if (at == null) {
            throw new IllegalStateException("The cursor is not on a block; call next() first");
        }
        return at;
    }

    void release() {
        reader.release();
    }
}
