package io.offspan.query.scan;

import io.offspan.query.ast.SpanOrder;
import io.offspan.query.index.Ordinals;
import io.offspan.query.index.SpanTimes;
import io.offspan.query.index.TimeRange;
import io.offspan.query.index.Timely;

/**
 * Leaves spans out of the walk over a leaf by their times as soon as better ones were kept, without a look at their blocks: more and more of
 * them, since the least that is kept only rises.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it is made.
 */
final class RisingBound {
    private final TimeRange range = new TimeRange();
    private final Timely timely = new Timely();
    private long rank;

    /** Begins with another leaf. */
    void enter() {
        rank = 0;
    }

    /**
     * Returns a walk over what is left of a walk that may be under way, or of the one that it returned before for this leaf.
     *
     * @param least the rank of the last span that is kept, which is not 0
     */
    Ordinals narrow(Ordinals walk, SpanTimes times, int spans, SpanOrder order, long least) {
        if (least == rank) {
            return walk;
        }
        boolean first = rank == 0;
        rank = least;
        if (order == SpanOrder.NEWEST) {
            range.setFirstStart(least);
        } else {
            range.setLeastDuration(least - 1);
        }
        if (first) {
            return timely.set(walk, times, range, spans);
        }
        timely.narrow();
        return walk;
    }
}
