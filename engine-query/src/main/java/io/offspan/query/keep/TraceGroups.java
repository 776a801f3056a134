package io.offspan.query.keep;

import io.offspan.codec.FormatException;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.SealedIndex;
import io.offspan.query.index.TraceGroup;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The filters of trace ids of groups of segments, by which lookups pass over the many segments that have nothing of their trace. They are made
 * from the segments' index files by the lookups themselves, a part at each of them, and only where there are many segments.
 *
 * <p><b>Threads.</b> Any ask; one at a time makes. <b>Owns</b> memory off the heap, at most {@value #MOST_BYTES} bytes unless it is told
 * otherwise; segments that there is no room for are asked each.
 */
public final class TraceGroups {
    /** Fewer segments than this are asked each. */
    public static final int WORTH = 16;

    static final long MOST_BYTES = 16 << 20;

    /** So many traces are added at one lookup. */
    private static final int PART = 2_048;

    private static final int GROUP_BITS = 6;
    private static final int MOST_GROUPS = 1 << 12;
    private static final Table NONE = new Table(0, new Group[0], new long[0]);

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

    /**
     * The groups of segments whose numbers follow each other, from the group of a number on.
     *
     * @param refused by group the places of segments that there is no room for, a bit each
     */
    private record Table(int first, @Nullable Group[] groups, long[] refused) {
        @Nullable
        Group get(int group) {
            return has(group) ? groups[group - first] : null;
        }

        private boolean has(int group) {
            return group >= first && group - first < groups.length;
        }

        /** Tells whether there was no room for a segment, and none has become free by groups below {@code oldest}. */
        boolean isRefused(int number, int place, int oldest) {
            return first >= oldest && has(number) && (refused[number - first] >>> place & 1) != 0;
        }

        /** Returns one that has a group, and none below {@code oldest}. */
        Table with(int number, Group group, int oldest) {
            Table more = reaching(number, oldest);
            more.groups[number - more.first] = group;
            return more;
        }

        /** Returns one that knows that there is no room for a segment. */
        Table refusing(int number, int place, int oldest) {
            Table more = reaching(number, oldest);
            more.refused[number - more.first] |= 1L << place;
            return more;
        }

        private Table reaching(int number, int oldest) {
            int from = Math.min(number, Math.max(oldest, first));
            int end = Math.max(number + 1, first + groups.length);
            Table more = new Table(from, new Group[end - from], new long[end - from]);
            for (int i = from; i < end; i++) {
                more.groups[i - from] = get(i);
                // What is left out below makes room.
                more.refused[i - from] = from <= first && has(i) ? refused[i - first] : 0;
            }
            return more;
        }

        /** Returns the bytes of the groups that stay beside one, none of them below {@code oldest}. */
        long bytesBeside(int number, int oldest) {
            long bytes = 0;
            for (int i = Math.max(first, oldest); i < first + groups.length; i++) {
                Group group = get(i);
                bytes += group == null || i == number ? 0 : group.filter.bytes();
            }
            return bytes;
        }
    }

    private final long mostBytes;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Table table = NONE;
    /** The segment whose traces are being added, and how many were. */
    private @Nullable Segment adding;

    private int added;

    private final byte[] copy = new byte[Long.BYTES];

    public TraceGroups() {
        this(MOST_BYTES);
    }

    /** @param mostBytes how much memory all groups may take */
    public TraceGroups(long mostBytes) {
        this.mostBytes = mostBytes;
    }

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
        int place = place(segment.number());
        int first = oldest.number() >> GROUP_BITS;
        if (table.isRefused(segment.number() >> GROUP_BITS, place, first)) {
            return false;
        }
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
                return add(segment, held.index(), first);
            } catch (FormatException | InternalError damage) {
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
        requireSound(file);
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
            requireSound(file);
            adding = null;
            group.filter.complete(place);
        }
        return true;
    }

    /** Traces that were read from a file that was made shorter would be nothing but zeros, and the segment would be passed by for good. */
    private void requireSound(SealedIndex file) {
        if (!file.isSound(copy)) {
            throw new FormatException(
                    FormatException.Reason.TRUNCATED,
                    "An index file was made shorter or damaged before its traces were read; it is made anew from the segment");
        }
    }

    /** Returns the group for a segment with so many traces; null when it would take too much memory. */
    private @Nullable Group roomFor(Segment segment, int traces, int oldest) {
        int number = segment.number() >> GROUP_BITS;
        Group known = table.get(number);
        if (known != null && known.filter.fits(traces) && known.isFor(place(segment.number()), segment)) {
            return known;
        }
        if (number - oldest > MOST_GROUPS) {
            return null;
        }
        Table now = table;
        Group made = traces <= TraceGroup.MOST_TRACES
                        && now.bytesBeside(number, oldest) + TraceGroup.bytesFor(traces) <= mostBytes
                ? make(traces)
                : null;
        table = made == null ? now.refusing(number, place(segment.number()), oldest) : now.with(number, made, oldest);
        return made;
    }

    /** Makes a group; null when the process has no memory off the heap left for it. */
    private static @Nullable Group make(int traces) {
        try {
            return new Group(new TraceGroup(traces));
        } catch (OutOfMemoryError none) {
            return null;
        }
    }
}
