package io.offspan.query.keep;

import io.offspan.core.Leaf;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.LiveView;
import io.offspan.query.index.SealedIndex;
import io.offspan.query.index.SealedView;
import org.jspecify.annotations.Nullable;

/**
 * Shows the index of one leaf after another, as far as the leaf goes: that of its file, or the one in memory where that goes further.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it has shown an index of either kind, and a segment was asked for.
 */
public final class LeafIndexes implements AutoCloseable {
    private @Nullable LiveView live;
    private @Nullable SealedView sealed;
    private @Nullable Held<?> shown;
    /** The file that is shown, with its segment's index. */
    private @Nullable Held<SealedIndex> shownFile;

    private @Nullable SegmentIndex shownOf;
    /** Whether the leaf that is shown has been counted as scanned. */
    private boolean counted;

    private final byte[] copy = new byte[Long.BYTES];

    /** Tells whether a leaf has an index to show; before anything is made for that. */
    public static boolean isThere(Leaf leaf) {
        Segment segment = leaf.endOrdinal() == 0 ? null : leaf.segment();
        SegmentIndex index = segment == null ? null : SegmentIndex.of(segment);
        if (index == null) {
            return false;
        }
        index.look();
        boolean there = index.sealed() != null || index.live() != null;
        if (!there) {
            index.countScan();
        }
        return there;
    }

    /** Returns the index of a leaf, or null when it has none; it is valid until the next leaf is shown. */
    public @Nullable LeafIndex show(Leaf leaf) {
        close();
        Segment segment = leaf.endOrdinal() == 0 ? null : leaf.segment();
        SegmentIndex index = segment == null ? null : SegmentIndex.of(segment);
        if (index == null) {
            return null;
        }
        index.look();
        int end = leaf.endOrdinal();
        LeafIndex found = show(index, end, leaf.blocks());
        counted = true;
        if (found == null || found.indexed() < end) {
            index.countScan();
        } else if (found.gaps().length > 0) {
            index.countScan(WhyScanned.DAMAGED);
        } else {
            counted = false;
        }
        return found;
    }

    private @Nullable LeafIndex show(SegmentIndex index, int end, int blocks) {
        SealedView file = file(index, end, blocks);
        if (file != null && file.indexed() >= end) {
            return file;
        }
        Held<?> held = shown;
        int known = file == null ? -1 : file.indexed();
        LiveView memory = memory(index, end, blocks, known);
        if (memory == null) {
            return file;
        }
        if (file != null && held != null) {
            file.close();
            held.release();
            shownFile = null;
        }
        return memory;
    }

    private @Nullable SealedView file(SegmentIndex index, int end, int blocks) {
        Held<SealedIndex> held = index.sealed();
        while (held != null && !held.acquire()) {
            held = index.sealed();
        }
        if (held == null) {
            return null;
        }
        if (!held.index().isSound(copy)) {
            index.refuse(held);
            held.release();
            return null;
        }
        shown = held;
        shownFile = held;
        shownOf = index;
        SealedView into = sealed;
        if (into == null) {
            into = new SealedView();
            sealed = into;
        }
        return into.open(held.index(), end, blocks);
    }

    /** Shows the index in memory if it has more than so many spans. */
    private @Nullable LiveView memory(SegmentIndex index, int end, int blocks, int known) {
        Held<LiveIndex> held = index.live();
        if (held == null || !held.acquire()) {
            return null;
        }
        LiveView into = live;
        if (into == null) {
            into = new LiveView();
            live = into;
        }
        into.open(held.index(), end, blocks);
        if (into.indexed() <= known) {
            into.close();
            held.release();
            return null;
        }
        shown = held;
        return into;
    }

    /** Lets nobody be shown the file any more that is shown, since something in it is damaged; walks over it stay valid. */
    public void refuse() {
        Held<SealedIndex> file = shownFile;
        SegmentIndex index = shownOf;
        if (file != null && index != null && index.refuse(file) && !counted) {
            counted = true;
            index.countScan();
        }
    }

    /** Tells whether the file that is shown, if it is one, was all there while it was read; else it is refused. */
    public boolean wasWhole() {
        Held<SealedIndex> file = shownFile;
        if (file == null || file.index().isWhole(copy)) {
            return true;
        }
        refuse();
        return false;
    }

    /** Returns why spans of a leaf that are not indexed are not. */
    public static WhyScanned why(Leaf leaf) {
        Segment segment = leaf.segment();
        return segment != null && segment.companion() instanceof SegmentIndex index ? index.why() : WhyScanned.NO_INDEX;
    }

    /** Lets go of the index that was shown last. */
    @Override
    public void close() {
        Held<?> held = shown;
        if (held != null) {
            shown = null;
            shownFile = null;
            if (live != null) {
                live.close();
            }
            if (sealed != null) {
                sealed.close();
            }
            held.release();
        }
    }
}
