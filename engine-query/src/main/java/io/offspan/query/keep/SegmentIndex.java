package io.offspan.query.keep;

import io.offspan.core.segment.SegmentCompanion;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a segment that has, had or could have an index.
 *
 * <p><b>Threads.</b> Any asks; one keeper at a time gives and takes.
 */
final class SegmentIndex implements SegmentCompanion {
    private final AtomicReference<@Nullable IndexCounters> keeper = new AtomicReference<>();
    private final AtomicReference<@Nullable HeldIndex> held = new AtomicReference<>();
    private volatile WhyScanned why = WhyScanned.BEHIND;

    /** Comes into the care of a keeper; false when it is in that of another one. */
    boolean adopt(IndexCounters counters) {
        boolean free = keeper.compareAndSet(null, counters);
        if (free) {
            why = WhyScanned.BEHIND;
        }
        return free;
    }

    /** Leaves the care of its keeper. */
    void abandon() {
        take(WhyScanned.NO_INDEX);
        keeper.set(null);
    }

    void give(HeldIndex index) {
        held.set(index);
    }

    /** Takes the index away, which those who look at it go on doing. */
    void take(WhyScanned reason) {
        why = reason;
        close();
    }

    /** Says why the index goes no further. */
    void ends(WhyScanned reason) {
        why = reason;
    }

    @Nullable
    HeldIndex held() {
        return held.get();
    }

    /** Returns why spans that are not in the index are not. */
    WhyScanned why() {
        return why;
    }

    /** Counts a question that could not be put to the index, or not to all of it. */
    void countScan() {
        IndexCounters counters = keeper.get();
        if (counters != null) {
            counters.scanned(why);
        }
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void delete() {}

    @Override
    public void close() {
        HeldIndex index = held.getAndSet(null);
        if (index != null) {
            index.leave();
        }
    }
}
