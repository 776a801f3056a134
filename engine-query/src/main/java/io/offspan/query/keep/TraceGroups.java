package io.offspan.query.keep;

import io.offspan.codec.FormatException;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.SealedIndex;
import io.offspan.query.index.TraceGroup;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The filters of trace ids of groups of segments, by which lookups pass over the many segments that have nothing of their trace. They are made
 * from the segments' index files by the lookups themselves, a part at each of them, and only where there are many segments.
 *
 * <p><b>Threads.</b> Any ask; one at a time makes. <b>Owns</b> memory off the heap, at most {@value #MOST_BYTES} bytes; segments that there is
 * no room for are asked each.
 */
public final class TraceGroups {
    /** Fewer segments than this are asked each. */
    public static final int WORTH = 16;

    static final long MOST_BYTES = 16 << 20;

    /** So many traces are added at one lookup. */
    private static final int PART = 2_048;

    private static final int GROUP_BITS = 6;
    private static final int MOST_GROUPS = 1 << 12;
    private static final Table NONE = new Table(0, new Group[0]);

    /** The filters of segments next to each other, and whose these are. */
    static final class Group {
        final TraceGroup filter;
        private final @Nullable Segment[] segments = new Segment[TraceGroup.SEGMENTS];

        private Group(TraceGroup filter) {
            this.filter = filter;
        }

        /** Tells whether a place is a segment's. */
        boolean isOf(int place, Segment segment) {
            return segments[place] == segment;
        }

        /** Tells whether it is, or may become that: a place is never given to another segment. */
        boolean isFor(int place, Segment segment) {
            return segments[place] == null || isOf(place, segment);
        }
    }

    /** The groups of segments whose numbers follow each other, from the group of a number on. */
    private record Table(int first, @Nullable Group[] groups) {
        @Nullable
        Group get(int group) {
            return group < first || group - first >= groups.length ? null : groups[group - first];
        }

        /** Returns one that has a group, and none below {@code oldest}. */
        Table with(int number, Group group, int oldest) {
            int from = Math.min(number, Math.max(oldest, first));
            int end = Math.max(number + 1, first + groups.length);
            @Nullable Group[] more = new Group[end - from];
            for (int i = from; i < end; i++) {
                more[i - from] = i == number ? group : get(i);
            }
            return new Table(from, more);
        }

        long bytes() {
            return Arrays.stream(groups)
                    .mapToLong(group -> group == null ? 0 : group.filter.bytes())
                    .sum();
        }
    }

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Table table = NONE;
    /** The segment whose traces are being added, and how many were. */
    private @Nullable Segment adding;

    private int added;

    /** Returns the group of a segment's number, or null when there is none. */
    @Nullable
    Group of(int number) {
        return table.get(number >> GROUP_BITS);
    }

    static int place(int number) {
        return number & TraceGroup.SEGMENTS - 1;
    }

    /**
     * Adds a part of a segment's traces, if nobody else is at it; both segments are pinned.
     *
     * @param oldest the oldest segment that there is
     * @return false when nothing can be added of this one
     */
    boolean add(Segment segment, Segment oldest) {
        SegmentIndex index = segment.ended() ? SegmentIndex.of(segment) : null;
        if (index == null) {
            return false;
        }
        index.look();
        Held<SealedIndex> held = index.sealed();
        if (held == null || !busy.compareAndSet(false, true)) {
            return false;
        }
        try {
            if (!held.acquire()) {
                return false;
            }
            try {
                return add(segment, held.index(), oldest.number() >> GROUP_BITS);
            } catch (FormatException damage) {
                adding = null;
                index.refuse(held);
                return false;
            } finally {
                held.release();
            }
        } finally {
            busy.set(false);
        }
    }

    private boolean add(Segment segment, SealedIndex file, int oldest) {
        boolean all =
                file.hasAllTraces() && file.blocks() == segment.directory().count();
        Group group = all ? roomFor(segment, file.traces(), oldest) : null;
        if (group == null) {
            return false;
        }
        int place = place(segment.number());
        if (adding != segment || !group.isOf(place, segment)) {
            group.segments[place] = segment;
            adding = segment;
            added = 0;
        }
        added = group.filter.add(place, file, added, PART);
        if (added == file.traces()) {
            adding = null;
            group.filter.complete(place);
        }
        return true;
    }

    /** Returns the group for a segment with so many traces; null when it would take too much memory. */
    private @Nullable Group roomFor(Segment segment, int traces, int oldest) {
        int number = segment.number() >> GROUP_BITS;
        Group known = table.get(number);
        if (known != null && known.filter.fits(traces) && known.isFor(place(segment.number()), segment)) {
            return known;
        }
        if (traces > TraceGroup.MOST_TRACES || number - oldest > MOST_GROUPS) {
            return null;
        }
        Group made = new Group(new TraceGroup(traces));
        Table with = table.with(number, made, oldest);
        if (with.bytes() > MOST_BYTES) {
            return null;
        }
        table = with;
        return made;
    }
}
