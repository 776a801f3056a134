package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import org.jspecify.annotations.Nullable;

/** The blocks of a store at one moment, log and open slabs. <b>Owns</b> the snapshot. */
public final class SnapshotBlocks implements BlockSource {
    private final StoreSnapshot snapshot;
    private final long unreachable;
    private BlockCursor blocks;

    public SnapshotBlocks(StoreReader store) {
        snapshot = store.snapshot();
        blocks = snapshot.blocks();
        unreachable = blocks.damagedBlocks();
    }

    @Override
    public boolean next() {
        return blocks.next();
    }

    @Override
    public int segmentNumber() {
        return blocks.segmentNumber();
    }

    @Override
    public long firstOrdinal() {
        return blocks.firstOrdinal();
    }

    @Override
    public @Nullable BlockReader open() {
        return blocks.open();
    }

    /** Returns the open slabs that the snapshot could not copy; a cursor begins with their number. */
    @Override
    public long unreachable() {
        return unreachable;
    }

    @Override
    public void rewind() {
        blocks = snapshot.blocks();
    }

    @Override
    public void close() {
        snapshot.close();
    }

    @Override
    public long minStartNanos() {
        return blocks.minStartNanos();
    }

    @Override
    public long maxStartNanos() {
        return blocks.maxStartNanos();
    }

    @Override
    public long minEndNanos() {
        return blocks.minEndNanos();
    }

    @Override
    public long maxEndNanos() {
        return blocks.maxEndNanos();
    }

    @Override
    public long minDurationNanos() {
        return blocks.minDurationNanos();
    }

    @Override
    public long maxDurationNanos() {
        return blocks.maxDurationNanos();
    }
}
