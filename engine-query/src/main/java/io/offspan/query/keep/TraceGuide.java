package io.offspan.query.keep;

import io.offspan.core.StoreSnapshot;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.TraceGroup;

/**
 * Leads a lookup of a trace from one segment to the next older one that may have spans of it.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once the groups are made.
 */
public final class TraceGuide {
    private final TraceGroups groups;
    private boolean useful;
    /** Whether this lookup has added its part to the groups. */
    private boolean added;

    public TraceGuide(TraceGroups groups) {
        this.groups = groups;
    }

    /** Begins a lookup. */
    public void begin(StoreSnapshot store) {
        // What is known to be damaged counts in every answer, and so has to be passed by.
        useful = store.leaves() > TraceGroups.WORTH && !store.hasDamagedBlocks();
        added = false;
    }

    /** Returns the newest leaf before one that may have spans of a trace, -1 for none; the others before it have none. */
    public int lastBefore(StoreSnapshot store, int end, long traceIdHigh, long traceIdLow) {
        if (!useful) {
            return end - 1;
        }
        long trace = TraceGroup.mixed(traceIdHigh, traceIdLow);
        TraceGroups.Group group = null;
        long without = 0;
        int number = 0;
        for (int leaf = end - 1; leaf >= 0; leaf--) {
            Segment segment = store.segment(leaf);
            if (segment == null) {
                return leaf;
            }
            number--;
            int place = TraceGroups.place(number);
            // Numbers mostly follow each other: then the segment itself, which is hardly in the cache, is not looked
            // at.
            if (group == null || place == TraceGroup.SEGMENTS - 1 || !group.isOf(place, segment)) {
                number = segment.number();
                place = TraceGroups.place(number);
                group = groups.of(number);
                without = group == null ? 0 : group.filter.without(trace);
            }
            if (group == null || !group.isOf(place, segment) || !group.filter.knows(place)) {
                added = added || groups.add(segment, oldest(store, segment));
                return leaf;
            }
            if ((without >>> place & 1) == 0) {
                return leaf;
            }
        }
        return -1;
    }

    private static Segment oldest(StoreSnapshot store, Segment otherwise) {
        Segment oldest = store.segment(0);
        return oldest == null ? otherwise : oldest;
    }
}
