package io.offspan.core.segment;

import java.util.Arrays;

/**
 * Those who want to know what happens to the segments of a log.
 *
 * <p>What happens is noted under the lock of the catalog, and {@linkplain #tell told} when that is free again.
 *
 * <p><b>Threads.</b> {@link #tell} any; the rest under the lock of the catalog.
 */
final class Listeners {
    private volatile SegmentEvents[] all = {};

    /** Adds a listener, which is told first of the segments that are known by now. */
    void add(SegmentListener listener, Segment[] known) {
        SegmentEvents events = new SegmentEvents(listener);
        for (Segment segment : known) {
            if (segment.directory().count() > 0) {
                events.grew(segment, 0);
            }
            if (segment.ended()) {
                events.ended(segment);
            }
        }
        SegmentEvents[] longer = Arrays.copyOf(all, all.length + 1);
        longer[all.length] = events;
        all = longer;
    }

    /** Tells a listener nothing any more, but for what it is being told at this moment. */
    void remove(SegmentListener listener) {
        all = Arrays.stream(all).filter(events -> !events.isFor(listener)).toArray(SegmentEvents[]::new);
    }

    /** Tells nobody anything any more. */
    void clear() {
        all = new SegmentEvents[0];
    }

    /** Notes blocks of a segment from one on, if there are any. */
    void grew(Segment segment, int fromBlock) {
        if (segment.directory().count() > fromBlock) {
            for (SegmentEvents events : all) {
                events.grew(segment, fromBlock);
            }
        }
    }

    /** Notes that a segment gets no more blocks. */
    void ended(Segment segment) {
        for (SegmentEvents events : all) {
            events.ended(segment);
        }
    }

    /** Notes that a segment is not one of the log any more. */
    void retired(Segment segment) {
        for (SegmentEvents events : all) {
            events.retired(segment);
        }
    }

    /** Tells what was noted. */
    void tell() {
        for (SegmentEvents events : all) {
            events.tell();
        }
    }
}
