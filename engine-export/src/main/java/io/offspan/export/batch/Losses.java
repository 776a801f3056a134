package io.offspan.export.batch;

import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentListener;
import io.offspan.core.value.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The deleted segments that one exporter had not sent all of, and how many spans that cost it.
 *
 * <p>Lost is what was deleted past the exporter's position, and what its follower had to jump over. Going back in the log makes jumps
 * undone.
 *
 * <p><b>Threads.</b> {@link #retired} any; everything else belongs to the exporter's.
 */
final class Losses implements SegmentListener {
    /** Deletions of which the exporter's thread has not heard yet. */
    private final Queue<Gone> told = new ConcurrentLinkedQueue<>();

    private final ArrayDeque<Gone> gone = new ArrayDeque<>();
    private final List<Jump> jumps = new ArrayList<>();
    private long settled;

    /** Deleted segments of these numbers, of which the first has an id; a single one unless nobody can be within them. */
    private record Gone(int first, int last, long id, long spans) {
        long past(Position at) {
            return first > at.segmentNumber()
                    ? spans
                    : first == at.segmentNumber() && id == at.segmentId() ? Math.max(0, spans - at.ordinal()) : 0;
        }
    }

    /** A way past deleted segments. */
    private record Jump(Position from, Position to) {
        long over(Gone segment) {
            return segment.last < to.segmentNumber() ? segment.past(from) : 0;
        }
    }

    @Override
    public void retired(Segment segment) {
        told.add(new Gone(
                segment.number(),
                segment.number(),
                segment.id(),
                segment.directory().endOrdinal()));
    }

    /** Takes note that the follower went on elsewhere. */
    void jumped(Position from, Position to) {
        jumps.add(new Jump(from, to));
    }

    /** Returns how many spans were lost to an exporter whose follower is at a position. */
    long spans(Position at) {
        hear(at);
        long sum = settled;
        for (Gone each : gone) {
            sum += each.past(at) + jumped(each);
        }
        return sum;
    }

    private long jumped(Gone segment) {
        long sum = 0;
        for (Jump each : jumps) {
            sum += each.over(segment);
        }
        return sum;
    }

    private void hear(Position at) {
        for (Gone next = told.poll(); next != null; next = told.poll()) {
            Gone last = gone.peekLast();
            // Nobody comes to be within a segment that was deleted ahead of him.
            boolean ahead = last != null && last.first > at.segmentNumber() && next.first > last.last;
            if (ahead) {
                gone.removeLast();
                gone.add(new Gone(last.first, next.last, last.id, last.spans + next.spans));
            } else {
                gone.add(next);
            }
        }
    }

    /** Says that the exporter will not go back before a position, and where its follower is. */
    void settled(Position to, Position at) {
        hear(at);
        for (Iterator<Gone> each = gone.iterator(); each.hasNext(); ) {
            Gone segment = each.next();
            if (segment.last < to.segmentNumber()) {
                settled += jumped(segment);
                each.remove();
            }
        }
        // The last one stays for a deletion that is heard of only after the jump over it.
        while (jumps.size() > 1 && !to.isBefore(jumps.get(0).to)) {
            jumps.remove(0);
        }
    }

    /** Says that the exporter goes back to a position. */
    void rewound(Position to) {
        jumps.removeIf(each -> !each.from.isBefore(to));
    }
}
