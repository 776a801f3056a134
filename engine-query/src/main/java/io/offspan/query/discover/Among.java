package io.offspan.query.discover;

import io.offspan.query.index.Ordinals;
import io.offspan.query.index.Postings;
import io.offspan.query.index.SpanSet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The indexed spans of a part of the store that are counted by their terms: all of them, or those of a set.
 *
 * <p>A set that is not the postings of one term is put into bits once, when the first term is counted.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Among {
    /** Visiting a span takes as long as so many steps from one number of a term to the next. */
    private static final int STEPS_A_VISIT = 32;

    private static final long[] NO_BITS = {};

    private final @Nullable SpanSet set;
    private final int indexed;
    private final long[] words = new long[SpanSet.WORDS];
    private long[] bits = NO_BITS;
    private long steps;

    /**
     * Makes the spans to count.
     *
     * @param set null for all
     * @param indexed how many there are at most
     */
    Among(@Nullable SpanSet set, int indexed) {
        this.set = set;
        this.indexed = indexed;
    }

    /** Returns about how many spans are counted. */
    long cost() {
        SpanSet some = set;
        return some == null ? indexed : some.cost();
    }

    /** Tells whether visiting the spans would have taken less than counting has taken so far. */
    boolean isTooLong() {
        return steps > STEPS_A_VISIT * (cost() + SpanSet.WORDS);
    }

    /** Counts the spans that have a term. */
    long count(Postings term) {
        steps += 1 + Math.min(Math.min(term.cost(), cost()), indexed >>> 6);
        SpanSet some = set;
        if (some == null) {
            return term.count();
        }
        if (some instanceof Postings postings) {
            return term.countInCommon(postings);
        }
        return term.cost() < indexed >>> 6 ? walk(term, bitsOf(some)) : compare(term, bitsOf(some));
    }

    /** Counts the spans that are in another set, too. */
    long countAny(SpanSet other) {
        steps += indexed >>> 6;
        SpanSet some = set;
        return some == null ? other.count(indexed, words) : compare(other, bitsOf(some));
    }

    private long[] bitsOf(SpanSet some) {
        if (bits.length == 0) {
            bits = new long[(indexed >>> SpanSet.WINDOW_BITS) + 1 << SpanSet.WINDOW_BITS - 6];
            for (int first = 0; first < indexed; first += 1 << SpanSet.WINDOW_BITS) {
                Arrays.fill(words, 0);
                some.addTo(words, first);
                System.arraycopy(words, 0, bits, first >>> 6, SpanSet.WORDS);
            }
            // Spans that came later may be there.
            bits[indexed >>> 6] &= (1L << indexed) - 1;
            Arrays.fill(bits, (indexed >>> 6) + 1, bits.length, 0);
        }
        return bits;
    }

    private static long walk(Postings term, long[] bits) {
        long count = 0;
        for (int at = term.next(); at != Ordinals.NONE; at = term.next()) {
            count += bits[at >>> 6] >>> at & 1;
        }
        return count;
    }

    private long compare(SpanSet other, long[] bits) {
        long count = 0;
        for (int first = 0; first < indexed; first += 1 << SpanSet.WINDOW_BITS) {
            Arrays.fill(words, 0);
            other.addTo(words, first);
            for (int i = 0; i < SpanSet.WORDS; i++) {
                count += Long.bitCount(words[i] & bits[(first >>> 6) + i]);
            }
        }
        return count;
    }
}
