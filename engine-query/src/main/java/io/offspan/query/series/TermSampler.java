package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Scope;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.SpanTimes;
import io.offspan.query.index.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts the indexed spans of a part of the store by the terms of a field and by their rough starts, without a look at any span: 4,096 at a
 * time where all of these are within one interval.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class TermSampler {
    /** More numbers than this are counted span by span. */
    private static final int MOST_COUNTS = 1 << 20;

    private static final int GROUP_SPANS = 1 << SpanTimes.GROUP_BITS;
    /** What is known of the spans of a group that are not all within one interval. */
    private static final int SEVERAL = -2;

    private static final int NONE = -1;
    private static final SpanKind[] KINDS = SpanKind.values();
    private static final SpanStatus[] STATUSES = SpanStatus.values();

    /** Takes what was counted. */
    interface Counts {
        /**
         * Takes how many spans have a term.
         *
         * @param term null for spans as a whole
         * @param spans by interval
         */
        void take(@Nullable Term term, long[] spans);
    }

    private final Steps steps;
    private final @Nullable Field by;
    private final List<@Nullable Term> terms = new ArrayList<>();
    private final List<Postings> postings = new ArrayList<>();
    private final long[] words = new long[SpanSet.WORDS];
    private final long[] allowed = new long[SpanSet.WORDS];
    private final int[] intervals = new int[GROUP_SPANS];

    /** The times that are all in the interval that was found last. */
    private long first = 0;

    private long last = -1;
    private int found;

    /** @param by the field that spans are grouped by, null for all as a whole */
    TermSampler(Steps steps, @Nullable Field by) {
        this.steps = steps;
        this.by = by;
    }

    /** Tells whether every span has one term of a field. */
    static boolean isOfEverySpan(Field field) {
        return scopeOf(field) != null;
    }

    /** Returns the value that spans with a term have. */
    static Value value(Term term) {
        return switch (term.scope()) {
            case KIND -> named(term.bits(), KINDS);
            case STATUS -> named(term.bits(), STATUSES);
            default -> term.value();
        };
    }

    private static Value named(long code, Enum<?>[] names) {
        boolean known = code >= 0 && code < names.length;
        return Value.of(known ? names[(int) code].name().toLowerCase(Locale.ROOT) : Long.toString(code));
    }

    private static @Nullable Scope scopeOf(Field field) {
        if (field == Intrinsic.NAME) {
            return Scope.NAME;
        }
        if (field == Intrinsic.KIND) {
            return Scope.KIND;
        }
        if (field == Intrinsic.STATUS) {
            return Scope.STATUS;
        }
        return field == Intrinsic.SERVICE ? Scope.SERVICE : null;
    }

    /**
     * Counts.
     *
     * @param among the spans to count, null for all
     * @return false when the index does not tell it exactly; nothing was taken then
     */
    boolean count(LeafIndex index, @Nullable SpanSet among, Counts into) {
        SpanTimes times = index.times();
        if (times == null || !lookUp(index)) {
            return false;
        }
        long[][] counts = new long[terms.size()][steps.count()];
        for (int group = 0; group << SpanTimes.GROUP_BITS < index.indexed(); group++) {
            int size = Math.min(index.indexed() - (group << SpanTimes.GROUP_BITS), GROUP_SPANS);
            int interval = intervalOf(times, group);
            if (interval == NONE) {
                continue;
            }
            if (interval == SEVERAL && !findIntervals(times, group, size)) {
                return false;
            }
            fill(allowed, size);
            if (among != null) {
                narrow(among, group);
            }
            for (int i = 0; i < counts.length; i++) {
                count(i, group, interval, counts[i]);
            }
        }
        for (int i = 0; i < counts.length; i++) {
            into.take(terms.get(i), counts[i]);
        }
        return true;
    }

    private boolean lookUp(LeafIndex index) {
        terms.clear();
        Field field = by;
        if (field == null) {
            terms.add(null);
            return true;
        }
        if (!index.terms(Objects.requireNonNull(scopeOf(field)), "", "", terms::add)
                || (long) terms.size() * steps.count() > MOST_COUNTS) {
            return false;
        }
        while (postings.size() < terms.size()) {
            postings.add(new Postings());
        }
        int kept = 0;
        for (Term term : List.copyOf(terms)) {
            Answer answer = index.lookup(Objects.requireNonNull(term), false, postings.get(kept));
            // An index has the empty text for spans without a service.
            boolean mayBeNone = field == Intrinsic.SERVICE && term.isText() && term.text().length == 0;
            if (answer == Answer.NOTHING) {
                continue;
            }
            if (answer != Answer.EXACT || mayBeNone) {
                return false;
            }
            terms.set(kept++, term);
        }
        terms.subList(kept, terms.size()).clear();
        return true;
    }

    /** Returns the interval that all spans of a group are in, {@link #NONE} or {@link #SEVERAL}. */
    private int intervalOf(SpanTimes times, int group) {
        if (!times.isKnown(group) || times.far(group) != 0) {
            return SEVERAL;
        }
        long base = times.base(group);
        long earliest = SpanTimes.earliest(base, times.leastStart(group));
        long latest = SpanTimes.latest(base, times.greatestStart(group));
        if (base < 0 || earliest < 0 || latest < earliest) {
            return SEVERAL;
        }
        if (latest <= steps.fromNanos() || earliest > steps.toNanos()) {
            return NONE;
        }
        int one = steps.intervalOf(earliest);
        return one >= 0 && one == steps.intervalOf(latest) ? one : SEVERAL;
    }

    /** Finds the interval of each span of a group; false where rough times leave it open. */
    private boolean findIntervals(SpanTimes times, int group, int size) {
        long base = times.isKnown(group) ? times.base(group) : -1;
        if (base < 0 || times.far(group) != 0) {
            return false;
        }
        int begin = group << SpanTimes.GROUP_BITS;
        for (int i = 0; i < size; i++) {
            int code = times.start(begin + i);
            long earliest = SpanTimes.earliest(base, code);
            long latest = SpanTimes.latest(base, code);
            if (earliest < first || latest > last) {
                int one = steps.intervalOf(earliest);
                boolean around = one < 0 && earliest <= steps.fromNanos() && latest > steps.fromNanos();
                if (earliest < 0 || code == Integer.MAX_VALUE || around || one != steps.intervalOf(latest)) {
                    return false;
                }
                settle(one, earliest);
            }
            intervals[i] = found;
        }
        return true;
    }

    private void settle(int interval, long time) {
        found = interval;
        if (interval >= 0) {
            first = steps.fromNanos() + steps.stepNanos() * interval + 1;
            last = first + steps.stepNanos() - 1;
        } else {
            first = time;
            last = time;
        }
    }

    private static void fill(long[] bits, int size) {
        Arrays.fill(bits, 0);
        Arrays.fill(bits, 0, size >>> 6, -1L);
        if ((size & 63) != 0) {
            bits[size >>> 6] = -1L >>> 64 - (size & 63);
        }
    }

    private void narrow(SpanSet among, int group) {
        Arrays.fill(words, 0);
        among.addTo(words, group << SpanTimes.GROUP_BITS);
        for (int i = 0; i < words.length; i++) {
            allowed[i] &= words[i];
        }
    }

    private void count(int term, int group, int interval, long[] counts) {
        if (by == null) {
            System.arraycopy(allowed, 0, words, 0, words.length);
        } else {
            Arrays.fill(words, 0);
            postings.get(term).addTo(words, group << SpanTimes.GROUP_BITS);
        }
        for (int i = 0; i < words.length; i++) {
            long bits = words[i] & allowed[i];
            if (interval >= 0) {
                counts[interval] += Long.bitCount(bits);
                continue;
            }
            for (; bits != 0; bits &= bits - 1) {
                int at = intervals[(i << 6) + Long.numberOfTrailingZeros(bits)];
                if (at >= 0) {
                    counts[at]++;
                }
            }
        }
    }
}
