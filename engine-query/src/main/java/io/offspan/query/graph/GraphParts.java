package io.offspan.query.graph;

import io.offspan.core.Leaf;
import io.offspan.core.segment.Segment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls within each segment that has ended, kept for the next question; those that were asked for last, up to {@value #MOST_BYTES} bytes.
 *
 * <p><b>Threads.</b> Any.
 */
public final class GraphParts {
    private static final long MOST_BYTES = 32L << 20;

    /** Ids of segments are random, so that one of another store is not taken for it. */
    private record Place(long segmentId, int spans) {}

    /**
     * The calls within a segment.
     *
     * @param parted traces of which a parent is not in the segment
     */
    record Part(CallSums sums, TraceIdSet parted) {
        long bytes() {
            return sums.bytes() + parted.bytes();
        }
    }

    private final Map<Place, Part> parts = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private static @Nullable Place place(Leaf leaf) {
        Segment segment = leaf.segment();
        boolean whole = segment != null
                && segment.ended()
                && leaf.segmentId() != 0
                && leaf.blocks() == leaf.directory().count();
        return whole ? new Place(leaf.segmentId(), leaf.endOrdinal()) : null;
    }

    /** Returns the calls within a leaf, or null when they are not known. */
    synchronized @Nullable Part find(Leaf leaf) {
        Place place = place(leaf);
        return place == null ? null : parts.get(place);
    }

    /** Keeps the calls within a leaf, unless more spans may come. */
    synchronized void keep(Leaf leaf, Part part) {
        Place place = place(leaf);
        if (place == null || part.bytes() > MOST_BYTES) {
            return;
        }
        Part before = parts.put(place, part);
        bytes += part.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Part> oldest = parts.values().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }
}
