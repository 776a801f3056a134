package io.offspan.core.segment;

import io.offspan.core.value.Damage;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Names what is missing of a log: blocks between two segments, and those behind the last one.
 *
 * <p>Retention takes the oldest segment first, so that a gap with an older segment before it was made by somebody else. What a repair
 * has set aside is not missing.
 *
 * <p><b>Threads.</b> Guarded by the {@link Catalog}.
 */
public final class SegmentGaps {
    /** Segments set aside are looked for among so many numbers. */
    private static final int MAX_NUMBERS = 10_000;

    private final DamageLog damages;
    private final Set<Integer> named = new HashSet<>();

    SegmentGaps(DamageLog damages) {
        this.damages = damages;
    }

    /** Looks between segments, ascending by number; each gap is named once. */
    void lookBetween(Segment[] segments) {
        for (int i = 1; i < segments.length; i++) {
            Segment before = segments[i - 1];
            Segment next = segments[i];
            if (isGap(before, next) && named.add(next.number())) {
                damages.add(SegmentName.damage(
                        next.number(),
                        0,
                        0,
                        missing(before.lastSequence() + 1, next.firstSequence()) + " before this segment"));
            }
        }
    }

    private static boolean isGap(Segment before, Segment next) {
        return before.ended()
                && !before.isDamaged()
                && next.identity() != null
                && before.lastSequence() >= 0
                && next.firstSequence() > before.lastSequence() + 1
                && !isAnySetAside(before, next)
                && Files.exists(before.path(), LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isAnySetAside(Segment before, Segment next) {
        int last = Math.min(next.number() - 1, before.number() + MAX_NUMBERS);
        for (int number = before.number() + 1; number <= last; number++) {
            if (Files.exists(before.path().resolveSibling(SegmentName.setAside(number)), LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether the segments end before a block that is known to have been written, and nothing else explains that. */
    boolean endEarly(Segment[] segments, long nextSequence, int newestSegment) {
        if (segments.length == 0 || segments[segments.length - 1].number() < newestSegment) {
            return nextSequence > 0;
        }
        int last = lastWithBlocks(segments);
        for (int i = Math.max(last, 0); i < segments.length; i++) {
            if (segments[i].isDamaged()) {
                return false;
            }
        }
        return nextAfter(segments, last) < nextSequence;
    }

    /** Names the blocks behind the last one that is there. */
    void nameEnd(Segment[] segments, long nextSequence, int newestSegment) {
        int newest = segments.length == 0 ? 0 : segments[segments.length - 1].number();
        long from = nextAfter(segments, lastWithBlocks(segments));
        damages.add(Damage.ofEntry(
                SegmentName.of(Math.max(newest, newestSegment)),
                missing(from, nextSequence) + " at the end of the log"));
    }

    /** A segment's file is there before its first block. */
    private static int lastWithBlocks(Segment[] segments) {
        int last = segments.length - 1;
        while (last >= 0 && segments[last].lastSequence() < 0) {
            last--;
        }
        return last;
    }

    private static long nextAfter(Segment[] segments, int last) {
        return last < 0 ? 0 : segments[last].lastSequence() + 1;
    }

    /** Says that the blocks {@code [from, to)} are missing. */
    public static String missing(long from, long to) {
        return to - from == 1
                ? "block " + from + " is missing"
                : "blocks " + from + " to " + (to - 1) + ", " + (to - from) + " of them, are missing";
    }
}
