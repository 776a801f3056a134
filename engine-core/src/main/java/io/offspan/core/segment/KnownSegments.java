package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a catalog knows at this moment, and those gone from the directory that somebody still has pinned.
 *
 * <p>What changes is noted for the listeners; they are told by the catalog, when its lock is free again.
 *
 * <p><b>Threads.</b> Guarded by the {@link Catalog}, but for {@link #inOrder}.
 */
final class KnownSegments {
    private final TreeMap<Integer, Segment> byNumber = new TreeMap<>();
    private final Listeners listeners;
    /** Segments that are gone from the directory, and stay on the disk for those that have them pinned. */
    private final List<Segment> held = new ArrayList<>();

    private volatile Segment[] inOrder = new Segment[0];
    private @Nullable SegmentSet current;
    private long version;

    KnownSegments(Listeners listeners) {
        this.listeners = listeners;
    }

    /** Returns the segments as they were {@linkplain #publish published}, ascending by number; the array is shared. */
    Segment[] inOrder() {
        return inOrder;
    }

    /** Returns a number that is another one whenever something was different before. */
    long version() {
        return version;
    }

    boolean isEmpty() {
        return byNumber.isEmpty();
    }

    @Nullable
    Segment get(int number) {
        return byNumber.get(number);
    }

    /** Tells whether there is a segment for each of these numbers. */
    boolean haveAll(Collection<Integer> numbers) {
        return byNumber.keySet().containsAll(numbers);
    }

    /** Tells whether each segment is among these files. */
    boolean areAllIn(TreeMap<Integer, Path> files) {
        return files.keySet().containsAll(byNumber.keySet());
    }

    /** Returns the end of the log, as far as it is known. */
    LogTail tail(boolean sound) throws IOException {
        return new LogTail(byNumber.descendingMap().values(), sound);
    }

    /** Adds a segment, which is seen from the next {@link #publish} on. */
    void put(Segment segment) {
        byNumber.put(segment.number(), segment);
    }

    /** Notes that a segment has more blocks than before. */
    void grown(Segment segment, int fromBlock) {
        listeners.grew(segment, fromBlock);
        version++;
        if (current != null && !current.endsWith(segment)) {
            dropCurrent();
        }
    }

    /** Retires a segment; false when it was not known. */
    boolean remove(Segment segment) {
        boolean known = byNumber.remove(segment.number(), segment);
        if (known) {
            publish();
            retire(segment);
        }
        return known;
    }

    /** Retires the segments up to a number that are not among the files of the directory. */
    void retireThoseNotIn(TreeMap<Integer, Path> files, int upTo) {
        for (Iterator<Segment> each = byNumber.values().iterator(); each.hasNext(); ) {
            Segment segment = each.next();
            if (segment.number() <= upTo && !files.containsKey(segment.number())) {
                retire(segment);
                each.remove();
            }
        }
    }

    private void retire(Segment segment) {
        segment.retire();
        held.removeIf(before -> !before.isHeld());
        if (segment.isHeld()) {
            held.add(segment);
        }
        listeners.retired(segment);
    }

    /** Shows which segments there are now to those who ask. */
    void publish() {
        version++;
        dropCurrent();
        inOrder = byNumber.values().toArray(new Segment[0]);
    }

    /** Returns the published segments, pinned until the set is let go of. */
    SegmentSet hold() {
        SegmentSet set = current;
        if (set == null) {
            set = new SegmentSet(inOrder);
            current = set;
        }
        set.hold();
        return set;
    }

    private void dropCurrent() {
        SegmentSet set = current;
        current = null;
        if (set != null) {
            set.letGo();
        }
    }

    /** Returns how many bytes of the disk deleted segments take for as long as somebody has them pinned. */
    long heldBytes() {
        held.removeIf(segment -> !segment.isHeld());
        long sum = 0;
        for (Segment segment : held) {
            SegmentCompanion with = segment.companion();
            sum += segment.bytes() + (with == null ? 0 : with.heldBytes());
        }
        return sum;
    }

    /** Retires every segment without a word to the listeners. */
    void clear() {
        dropCurrent();
        for (Segment segment : byNumber.values()) {
            segment.retire();
        }
        byNumber.clear();
        inOrder = new Segment[0];
    }
}
