package io.offspan.core;

import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a store held at one moment: every span acknowledged before the snapshot was taken, each of them once.
 *
 * <p>Open slabs are copied out first, then the log is looked at, and what the log has of a slab is dropped from its copy. A span is so
 * never missed while it moves, and never shown twice.
 *
 * <p><b>Threads.</b> One, its cursors included. <b>Owns</b> the copies, and pins on the segments until {@link #close}: what retention
 * removes meanwhile stays readable, and stays on the disk.
 */
public final class StoreSnapshot implements AutoCloseable {
    private final OpenSlabs slabs;
    private List<SlabCopy> copies = List.of();
    private int damagedSlabs;
    private long damagedSlabSpans;
    private final List<BlockCursor> cursors = new ArrayList<>(1);
    private Segment[] segments = new Segment[0];
    private int[] counts = new int[0];
    private boolean closed;

    private StoreSnapshot(OpenSlabs slabs) {
        this.slabs = slabs;
    }

    static StoreSnapshot take(OpenSlabs slabs, Catalog catalog) throws IOException {
        StoreSnapshot snapshot = new StoreSnapshot(slabs);
        snapshot.copies = slabs.copy(catalog, snapshot::noteDamagedSlab);
        catalog.refresh(snapshot::pin);
        return snapshot;
    }

    private void noteDamagedSlab(int spans) {
        damagedSlabs++;
        damagedSlabSpans += spans;
    }

    /** Returns how many open slabs could not be read. */
    int damagedSlabs() {
        return damagedSlabs;
    }

    /** Returns how many spans they count. */
    long damagedSlabSpans() {
        return damagedSlabSpans;
    }

    private void pin(Catalog.View view) {
        segments = view.segments();
        counts = new int[segments.length];
        for (int i = 0; i < segments.length; i++) {
            if (!segments[i].acquire()) {
                throw new IllegalStateException(
                        "Segment " + segments[i].number() + " was retired under the catalog's lock");
            }
            counts[i] = segments[i].directory().count();
        }
        if (!copies.isEmpty()) {
            dropLogged(view);
        }
    }

    private void dropLogged(Catalog.View view) {
        copies.removeIf(copy -> {
            int inLog = view.flushed(copy.incarnation(), copy.slab(), copy.generation());
            if (inLog >= copy.spanCount()) {
                slabs.giveBack(copy);
                return true;
            }
            copy.dropFirst(inLog);
            return false;
        });
    }

    /** Returns a cursor before the newest block. */
    public BlockCursor blocks() {
        return cursor(false);
    }

    /** Returns a cursor before the oldest block, which goes through the segments and then the open slabs. */
    public BlockCursor blocksOldestFirst() {
        return cursor(true);
    }

    private BlockCursor cursor(boolean oldestFirst) {
        requireOpen();
        BlockCursor cursor = new BlockCursor(this, oldestFirst);
        cursors.add(cursor);
        return cursor;
    }

    /** Returns how many spans the snapshot has, those of damaged blocks included. */
    public long spans() {
        requireOpen();
        long sum = 0;
        for (SlabCopy copy : copies) {
            sum += copy.spanCount();
        }
        for (int i = 0; i < segments.length; i++) {
            for (int row = 0; row < counts[i]; row++) {
                sum += segments[i].directory().spanCount(row);
            }
        }
        return sum;
    }

    /** Returns how many of them were not in the log yet. */
    public long openSpans() {
        requireOpen();
        long sum = 0;
        for (SlabCopy copy : copies) {
            sum += copy.spanCount();
        }
        return sum;
    }

    /** Tells whether a log holds by now what was not in it when the snapshot was taken. */
    boolean isLoggedIn(Catalog catalog) {
        requireOpen();
        return copies.stream()
                .allMatch(copy -> catalog.flushed(copy.incarnation(), copy.slab(), copy.generation()) >= copy.end());
    }

    int copies() {
        return copies.size();
    }

    SlabCopy copy(int index) {
        return copies.get(index);
    }

    int segments() {
        return segments.length;
    }

    Segment segment(int index) {
        return segments[index];
    }

    int blocksOf(int segment) {
        return counts[segment];
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The snapshot is closed; take another one");
        }
    }

    /** Gives back the pins and the copies; cursors, readers and spans from here refuse to be used. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        cursors.forEach(BlockCursor::release);
        for (SlabCopy copy : copies) {
            slabs.giveBack(copy);
        }
        for (Segment segment : segments) {
            segment.release();
        }
    }
}
