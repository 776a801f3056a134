package io.offspan.query.keep;

import io.offspan.core.Leaf;
import io.offspan.core.segment.SegmentCompanion;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.LiveView;
import org.jspecify.annotations.Nullable;

/**
 * Shows the index of one leaf after another, as far as the leaf goes.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it has shown an index.
 */
public final class LeafIndexes implements AutoCloseable {
    private @Nullable LiveView view;
    private @Nullable HeldIndex shown;

    /** Returns the index of a leaf, or null when it has none; it is valid until the next leaf is shown. */
    public @Nullable LeafIndex show(Leaf leaf) {
        close();
        if (!(leaf.companion() instanceof SegmentIndex index)) {
            return null;
        }
        HeldIndex held = index.held();
        if (held == null || !held.acquire()) {
            index.countScan();
            return null;
        }
        shown = held;
        LiveView into = view;
        if (into == null) {
            into = new LiveView();
            view = into;
        }
        int end = leaf.endOrdinal();
        into.open(held.live(), end, leaf.blocks());
        if (into.indexed() < end) {
            index.countScan();
        }
        return into;
    }

    /** Returns why spans of a leaf that are not indexed are not. */
    public static WhyScanned why(Leaf leaf) {
        SegmentCompanion companion = leaf.companion();
        return companion instanceof SegmentIndex index ? index.why() : WhyScanned.NO_INDEX;
    }

    /** Lets go of the index that was shown last. */
    @Override
    public void close() {
        HeldIndex held = shown;
        if (held != null) {
            shown = null;
            if (view != null) {
                view.close();
            }
            held.release();
        }
    }
}
