package io.offspan.query.index;

import java.util.Arrays;

/**
 * The mirrored walk over a set of spans by its bits, window by window from the newest spans on.
 *
 * <p><b>Threads.</b> Belongs to one thread, as does the set. Allocates nothing.
 */
final class Windows {
    private static final int SIZE = 1 << SpanSet.WINDOW_BITS;
    private static final int NOWHERE = -SIZE;

    /** Words that are not there yet. */
    static final long[] NONE = {};

    /** Stands where a set will be. */
    static final SpanSet NOTHING = new Range().set(0);

    /** Made for the first window. */
    private long[] words = NONE;

    private SpanSet set = NOTHING;
    private int spans;
    /** Where the window begins whose words there are. */
    private int first = NOWHERE;

    /** Sets up the walk over a set, mirrored over {@code [0, spans)}. */
    void set(SpanSet of, int spanCount) {
        set = of;
        spans = spanCount;
        first = NOWHERE;
    }

    /** Returns the first number of the walk that is not below {@code target}, or {@link Ordinals#NONE}. */
    int ceiling(int target) {
        for (int high = target >= spans ? -1 : Ordinals.mirrored(spans, target); high >= 0; high = first - 1) {
            if (high < first || high >= first + SIZE) {
                enter(high & -SIZE);
            }
            int found = floor(high - first);
            if (found >= 0) {
                return Ordinals.mirrored(spans, first + found);
            }
        }
        return Ordinals.NONE;
    }

    private void enter(int window) {
        first = window;
        words = cleared(words);
        set.addTo(words, window);
    }

    private int floor(int high) {
        int word = high >>> 6;
        long bits = words[word] & -1L >>> 63 - (high & 63);
        while (bits == 0) {
            if (--word < 0) {
                return -1;
            }
            bits = words[word];
        }
        return (word << 6) + 63 - Long.numberOfLeadingZeros(bits);
    }

    /** Counts the spans below {@code spans} that are in a set. */
    static long count(SpanSet set, int spans, long[] scratch) {
        long sum = 0;
        for (int window = 0; window < spans; window += SIZE) {
            Arrays.fill(scratch, 0);
            set.addTo(scratch, window);
            cut(scratch, spans - window);
            for (long word : scratch) {
                sum += Long.bitCount(word);
            }
        }
        return sum;
    }

    /** Returns the words of a window, all zero: these, or new ones where there are none yet. */
    static long[] cleared(long[] scratch) {
        if (scratch.length == 0) {
            return new long[SpanSet.WORDS];
        }
        Arrays.fill(scratch, 0);
        return scratch;
    }

    /** Clears all bits from one on. */
    private static void cut(long[] words, int from) {
        if (from < SIZE) {
            words[from >>> 6] &= (1L << from) - 1;
            Arrays.fill(words, (from >>> 6) + 1, SpanSet.WORDS, 0);
        }
    }

    /** Sets the bits {@code [from, to)}. */
    static void fill(long[] words, int from, int to) {
        if (from >= to) {
            return;
        }
        int word = from >>> 6;
        int last = to - 1 >>> 6;
        long mask = -1L << from;
        for (; word < last; word++) {
            words[word] |= mask;
            mask = -1L;
        }
        words[last] |= mask & -1L >>> 63 - (to - 1 & 63);
    }
}
