package io.offspan.core.segment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What one listener has still to be told.
 *
 * <p><b>Threads.</b> Any notes, under the lock of the catalog; any tells, without it, and one at a time. Allocates nothing once it is as
 * large as the longest queue.
 */
final class SegmentEvents {
    private static final int ENDED = -1;
    private static final int RETIRED = -2;

    private final SegmentListener listener;
    private @Nullable Segment[] segments = new Segment[16];
    /** From which block on the segment grew, or {@link #ENDED} or {@link #RETIRED}. */
    private int[] events = new int[16];

    private int told;
    private int noted;
    private boolean telling;

    SegmentEvents(SegmentListener listener) {
        this.listener = listener;
    }

    boolean isFor(SegmentListener one) {
        return listener == one;
    }

    synchronized void grew(Segment segment, int fromBlock) {
        int last = noted - 1;
        if (last < told || segments[last] != segment || events[last] < 0) {
            note(segment, fromBlock);
        }
    }

    synchronized void ended(Segment segment) {
        note(segment, ENDED);
    }

    synchronized void retired(Segment segment) {
        note(segment, RETIRED);
    }

    private void note(Segment segment, int event) {
        if (told == noted) {
            told = 0;
            noted = 0;
        }
        if (noted == events.length) {
            segments = Arrays.copyOf(segments, 2 * noted);
            events = Arrays.copyOf(events, 2 * noted);
        }
        segments[noted] = segment;
        events[noted] = event;
        noted++;
    }

    /** Tells everything that was noted; what is noted meanwhile is told too, and whoever comes second leaves it to the first. */
    void tell() {
        synchronized (this) {
            if (telling || told == noted) {
                return;
            }
            telling = true;
        }
        while (true) {
            Segment segment;
            int event;
            synchronized (this) {
                segment = told < noted ? segments[told] : null;
                if (segment == null) {
                    telling = false;
                    return;
                }
                event = events[told];
                segments[told++] = null;
            }
            tell(segment, event);
        }
    }

    private void tell(Segment segment, int event) {
        try {
            switch (event) {
                case ENDED -> listener.ended(segment);
                case RETIRED -> listener.retired(segment);
                default -> listener.grew(segment, event);
            }
        } catch (RuntimeException | Error e) {
            // Whatever a listener throws is its own affair: the writer has a block half accounted for when it tells.
            LoggerFactory.getLogger(SegmentEvents.class)
                    .warn(
                            "{} failed at what happened to segment {}, and is told what follows",
                            listener,
                            segment.number(),
                            e);
        }
    }
}
