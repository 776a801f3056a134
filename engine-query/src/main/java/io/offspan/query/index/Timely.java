package io.offspan.query.index;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a mirrored walk whose spans may be within a range of times; groups of spans that are not are skipped as a whole.
 *
 * <p><b>Threads.</b> Belongs to one thread, as does the walk in it. Allocates nothing.
 */
public final class Timely implements Ordinals {
    private Ordinals walk = new Range();
    private @Nullable SpanTimes times;
    private TimeRange range = new TimeRange();
    private int spans;
    private int shortest;
    private int longest;
    private boolean ofDuration;
    private int ordinal = NONE;

    /** The group that the codes below are of. */
    private int group;

    private int first;
    private int last;
    /** Whether all starts of the group that have codes are within the range. */
    private boolean startsWithin;
    /** Whether no span of the group is within the range, those in {@link #reachable} parts apart. */
    private boolean skipped;

    private long reachable;
    /** Whether nothing is known of the group, so that any span of it may be within the range. */
    private boolean unknown;

    /** Sets up the walk over the numbers of another one, mirrored over {@code [0, spans)} and at its beginning. */
    public Timely set(Ordinals mirrored, SpanTimes known, TimeRange wanted, int spanCount) {
        walk = mirrored;
        times = known;
        range = wanted;
        spans = spanCount;
        ordinal = -1;
        narrow();
        return this;
    }

    /** Leaves out from here on what is no more within the range, which has become narrower. */
    public void narrow() {
        TimeRange wanted = range;
        group = -1;
        ofDuration = wanted.isOfDuration();
        shortest = wanted.leastDuration() <= 0 ? 0 : RoughTime.duration(wanted.leastDuration());
        longest = wanted.greatestDuration() < 0 ? -1 : RoughTime.duration(wanted.greatestDuration());
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return settle(walk.next());
    }

    @Override
    public int advance(int target) {
        return settle(walk.advance(target));
    }

    private int settle(int proposed) {
        int number = proposed;
        while (number != NONE) {
            int at = Ordinals.mirrored(spans, number);
            if (at >>> SpanTimes.GROUP_BITS != group) {
                enter(at >>> SpanTimes.GROUP_BITS);
            }
            int within = skipped ? reach(at) : at;
            if (within < at) {
                number = within < 0 ? NONE : walk.advance(Ordinals.mirrored(spans, within));
            } else if (mayBeWanted(at)) {
                break;
            } else {
                number = walk.next();
            }
        }
        ordinal = number;
        return number;
    }

    private SpanTimes times() {
        return Objects.requireNonNull(times);
    }

    private void enter(int number) {
        SpanTimes known = times();
        group = number;
        unknown = !known.isKnown(number);
        if (unknown) {
            skipped = false;
            return;
        }
        long base = known.base(number);
        first = RoughTime.start(range.firstStart(), base);
        last = RoughTime.start(range.lastStart(), base);
        int least = known.leastStart(number);
        int greatest = known.greatestStart(number);
        long far = known.far(number);
        startsWithin = far == 0 && first <= least && greatest <= last;
        boolean tooShort = ofDuration && known.greatestDuration(number) < shortest;
        skipped = tooShort || greatest < first || last < least;
        reachable = tooShort ? 0 : far;
    }

    /** Returns the last span up to one that is not in a part to be skipped, or -1. */
    private int reach(int high) {
        int at = high;
        while (skipped) {
            int part = at >>> SpanTimes.PART_BITS;
            long parts = reachable & -1L >>> 63 - (part & 63);
            if (parts != 0) {
                int found = (part | 63) - Long.numberOfLeadingZeros(parts);
                return Math.min(at, (found << SpanTimes.PART_BITS) + (1 << SpanTimes.PART_BITS) - 1);
            }
            at = (group << SpanTimes.GROUP_BITS) - 1;
            if (at < 0) {
                return -1;
            }
            enter(group - 1);
        }
        return at;
    }

    private boolean mayBeWanted(int at) {
        if (unknown) {
            return true;
        }
        if (!startsWithin) {
            int start = times().start(at);
            if ((start < first || start > last) && start != RoughTime.FAR) {
                return false;
            }
        }
        if (!ofDuration) {
            return true;
        }
        int duration = times().duration(at);
        return duration >= shortest && duration <= longest && duration != RoughTime.NO_DURATION;
    }

    @Override
    public long cost() {
        return walk.cost();
    }
}
