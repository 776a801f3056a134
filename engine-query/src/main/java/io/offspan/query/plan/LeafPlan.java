package io.offspan.query.plan;

import io.offspan.query.index.Ordinals;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Range;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.SpanTimes;
import io.offspan.query.index.TimeRange;
import io.offspan.query.index.Timely;
import io.offspan.query.test.Remainder;
import io.offspan.query.test.SpanTest;
import org.jspecify.annotations.Nullable;

/**
 * How a filter is put to one leaf: of the spans {@code [0, indexed())} those of a walk are asked what the index has not answered, and
 * all spans after them are asked the whole filter.
 *
 * <p><b>Threads.</b> Belongs to one thread; the planner makes the plan of the next leaf of the same object.
 */
public final class LeafPlan {
    /** From one span in so many on, as a power of two, counting by words takes less than to go from span to span. */
    private static final int WORTH_WORDS_BITS = 6;

    private static final long[] NO_WORDS = {};

    private final SpanTest whole;
    private long[] words = NO_WORDS;
    private SpanTest residual;
    private boolean exact;
    private int indexed;
    private @Nullable Ordinals access;
    private @Nullable Postings first;
    private @Nullable Postings second;

    LeafPlan(SpanTest whole) {
        this.whole = whole;
        residual = whole;
    }

    /** Every span is asked. */
    LeafPlan all() {
        return nothing(0);
    }

    /** Of the indexed spans none passes. */
    LeafPlan nothing(int spans) {
        indexed = spans;
        access = null;
        return this;
    }

    /** Of the indexed spans those of a walk are asked what is left. */
    LeafPlan walking(int spans, Ordinals walk, Remainder left) {
        indexed = spans;
        access = walk;
        residual = left;
        exact = left.isEmpty();
        first = null;
        second = null;
        return this;
    }

    /** Says that the walk is over what two postings have in common, which can be counted without walking. */
    LeafPlan inCommon(Postings one, Postings other) {
        first = one;
        second = other;
        return this;
    }

    /** Leaves out of the walk what is not within a range of times. */
    LeafPlan within(Timely walk, SpanTimes times, TimeRange range) {
        Ordinals all = access;
        if (all != null) {
            access = walk.set(all, times, range, indexed);
        }
        return this;
    }

    /** Returns how many spans the index has dealt with; the spans from here on are scanned. */
    public int indexed() {
        return indexed;
    }

    /** Returns the mirrored walk over the indexed spans that may pass, or null when there are none of these. */
    public @Nullable Ordinals access() {
        return access;
    }

    /** Returns what is asked of the spans of the walk. */
    public SpanTest residual() {
        return residual;
    }

    /** Returns what is asked of the spans that are not indexed: the whole filter. */
    public SpanTest whole() {
        return whole;
    }

    /** Tells whether every span of the walk passes. */
    public boolean exact() {
        return exact;
    }

    /** Returns the set that the walk is over, or null when it leaves out spans by their times, too. */
    public @Nullable SpanSet set() {
        return access instanceof SpanSet set ? set : null;
    }

    /** Tells whether the walk is over all indexed spans. */
    public boolean isOverAll() {
        return access instanceof Range range && range.cost() == indexed;
    }

    /** Returns how many spans pass where the plan is exact, without looking at them; the walk is at its end then. */
    public long count() {
        Ordinals walk = access;
        if (walk == null) {
            return 0;
        }
        Postings one = first;
        Postings other = second;
        if (one != null && other != null) {
            return one.countInCommon(other);
        }
        if (walk instanceof Postings postings) {
            return postings.count();
        }
        if (walk instanceof Range range) {
            return range.cost();
        }
        if (walk instanceof SpanSet set && set.cost() >= indexed >>> WORTH_WORDS_BITS) {
            words = words.length == 0 ? new long[SpanSet.WORDS] : words;
            return set.count(indexed, words);
        }
        long count = 0;
        while (walk.next() != Ordinals.NONE) {
            count++;
        }
        return count;
    }
}
