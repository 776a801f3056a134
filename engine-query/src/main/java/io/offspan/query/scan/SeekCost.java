package io.offspan.query.scan;

import io.offspan.query.index.LeafIndex;

/** Says what it costs to look up traces one by one, against a walk over all spans. */
public final class SeekCost {
    /** How many spans are visited in the time in which the index of a leaf is asked for a trace. */
    private static final int LOOKUP = 32;

    private SeekCost() {}

    /** Returns how many traces can be looked up in the time of a walk over all spans; what is not indexed is visited for each. */
    public static long tracesOfAWalk(Leaves leaves) {
        long spans = 0;
        long ofEachTrace = 0;
        for (int i = 0; i < leaves.count(); i++) {
            int stored = leaves.leaf(i).endOrdinal();
            LeafIndex index = leaves.index(i);
            spans += stored;
            ofEachTrace += LOOKUP + stored - (index == null ? 0 : index.indexed());
        }
        return spans / Math.max(ofEachTrace, 1);
    }
}
