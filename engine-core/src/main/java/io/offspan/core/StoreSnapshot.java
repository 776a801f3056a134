package io.offspan.core;

import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a store held at one moment: every span acknowledged before the snapshot was taken, each of them once.
 *
 * <p><b>Threads.</b> One, its cursors included. <b>Holds</b> the open slabs' images, and the segments until {@link #close}: what
 * retention removes meanwhile stays readable, and stays on the disk.
 */
public final class StoreSnapshot implements AutoCloseable {
    private final Path directory;
    private final Moments moments;
    private final List<BlockCursor> cursors = new ArrayList<>(1);
    private @Nullable MomentLeaf[] leaves = {};
    private int leavesInUse;
    private final BodyCheck check = new BodyCheck();
    private Moment moment;
    private boolean closed;

    StoreSnapshot(Path directory, Moments moments) {
        this.directory = directory;
        this.moments = moments;
        moment = take(directory, moments);
    }

    private static Moment take(Path directory, Moments moments) {
        try {
            return moments.take();
        } catch (IOException e) {
            throw StoreReader.unreadable(directory, e);
        } catch (InternalError fault) {
            // The JVM's word for a mapped file that ends before its mapping does.
            throw new SpanStoreException.Lost(
                    "A file of the store in " + directory
                            + " was made shorter while it was read; close this reader and open the store again",
                    fault);
        }
    }

    /**
     * Lets go of the moment and goes to the present one, so that a question that is asked again and again allocates nothing; leaves,
     * readers and cursors from before refuse to be used. A closed snapshot opens again.
     *
     * @throws SpanStoreException when the store cannot be read; the snapshot is closed then
     */
    public void renew() {
        close();
        moment = take(directory, moments);
        closed = false;
    }

    /** Returns how many leaves there are: the segments from the oldest on, then the open slabs. */
    public int leaves() {
        requireOpen();
        return moment.segments() + 1;
    }

    /** Returns a leaf, which may be used until the snapshot is closed or renewed. */
    public Leaf leaf(int index) {
        if (index < 0 || index >= leaves()) {
            throw new IndexOutOfBoundsException("Leaf " + index + " of " + leaves());
        }
        if (index >= leaves.length) {
            leaves = Arrays.copyOf(leaves, Math.max(index + 1, 2 * leaves.length));
        }
        MomentLeaf leaf = leaves[index];
        if (leaf == null) {
            leaf = new MomentLeaf(index, check);
            leaves[index] = leaf;
        }
        leaf.enter(moment);
        leavesInUse = Math.max(leavesInUse, index + 1);
        return leaf;
    }

    /** Returns the segment of a leaf, or null for the open slabs; pinned as long as the leaf can be used. */
    public @Nullable Segment segment(int leaf) {
        requireOpen();
        return leaf == moment.segments() ? null : moment.segment(leaf);
    }

    /** Tells whether blocks of the store are known by now whose bodies are damaged. */
    public boolean hasDamagedBlocks() {
        return moments.hasDamagedBlocks();
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
        BlockCursor cursor = new BlockCursor(this, oldestFirst, moment.damagedSlabs(), moment.damagedSlabSpans());
        cursors.add(cursor);
        return cursor;
    }

    /** Returns how many spans the snapshot has, those of damaged blocks included. */
    public long spans() {
        requireOpen();
        long sum = moment.openSpans();
        for (int i = 0; i < moment.segments(); i++) {
            BlockDirectory directory = moment.segment(i).directory();
            for (int row = 0; row < moment.blocksOf(i); row++) {
                sum += directory.spanCount(row);
            }
        }
        return sum;
    }

    /** Returns how many of them were not in the log yet. */
    public long openSpans() {
        requireOpen();
        return moment.openSpans();
    }

    /** Returns how many open slabs could not be read to the end. */
    public int damagedSlabs() {
        requireOpen();
        return moment.damagedSlabs();
    }

    /** Tells whether a log holds by now what was not in it when the snapshot was taken. */
    boolean isLoggedIn(Catalog catalog) {
        requireOpen();
        return moment.isLoggedIn(catalog);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The snapshot is closed; take another one");
        }
    }

    /** Lets go of everything; cursors, readers and spans from here refuse to be used. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < cursors.size(); i++) {
            cursors.get(i).close();
        }
        cursors.clear();
        for (int i = 0; i < leavesInUse; i++) {
            MomentLeaf leaf = leaves[i];
            if (leaf != null) {
                leaf.enter(null);
            }
        }
        leavesInUse = 0;
        moments.giveBack(moment);
    }
}
