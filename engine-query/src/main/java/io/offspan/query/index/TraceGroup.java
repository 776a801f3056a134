package io.offspan.query.index;

import io.offspan.codec.wire.Memory;

/**
 * Says of up to 64 segments next to each other which certainly have no span of a trace: a Bloom filter for each, laid side by side, so that
 * the six words that a lookup reads answer for all of them.
 *
 * <p><b>Threads.</b> One adds at a time; any asks. A segment counts when all of its traces were added. <b>Owns</b> memory off the heap, which
 * goes with it. Allocates nothing after construction.
 */
public final class TraceGroup {
    /** How many segments there are in a group. */
    public static final int SEGMENTS = Long.SIZE;

    /** The most traces that a segment may have. */
    public static final int MOST_TRACES = 1 << 17;

    /** A filter with fewer bits for each trace lets too many through. */
    private static final int LEAST_BITS_A_TRACE = 8;

    private static final int BITS_A_TRACE = 12;
    private static final int LEAST_WORDS = 1 << 10;
    private static final int WORDS_READ = 6;
    private static final int WORD_BITS = 3;

    private final Memory words;
    private final int mask;
    /** The segments that count. */
    private volatile long known;

    /** Makes a group of segments with about so many traces each. */
    public TraceGroup(int traces) {
        int count = words(traces);
        words = Memory.allocate(count << WORD_BITS);
        words.zero(0, (long) count << WORD_BITS);
        mask = count - 1;
    }

    private static int words(int traces) {
        int wanted = BITS_A_TRACE * Math.min(traces, MOST_TRACES);
        return Math.max(LEAST_WORDS, Integer.highestOneBit(Math.max(1, wanted - 1)) << 1);
    }

    /** Returns how many bytes a group of segments with about so many traces each would have. */
    public static long bytesFor(int traces) {
        return (long) words(traces) << WORD_BITS;
    }

    /** Tells whether a filter of the group is large enough for so many traces. */
    public boolean fits(int traces) {
        return traces <= MOST_TRACES && (long) LEAST_BITS_A_TRACE * traces <= mask + 1L;
    }

    /** Returns how many bytes it has. */
    public long bytes() {
        return (long) mask + 1 << WORD_BITS;
    }

    /**
     * Adds traces of a segment's file, from one on.
     *
     * @param most how many at most
     * @return the trace to go on with, the number of all when there is none
     * @throws io.offspan.codec.FormatException when the file is damaged there
     */
    public int add(int segment, SealedIndex file, int from, int most) {
        int end = Math.min(file.traces(), from + most);
        file.require(SealedFormat.TRACES, 8L * from, 8L * (end - from));
        Memory traces = file.section(SealedFormat.TRACES);
        for (int i = from; i < end; i++) {
            add(segment, traces.getLong(8L * i));
        }
        return end;
    }

    void add(int segment, long trace) {
        long bit = 1L << segment;
        int step = step(trace);
        int at = (int) trace;
        for (int i = 0; i < WORDS_READ; i++) {
            long offset = offset(at);
            words.putLong(offset, words.getLong(offset) | bit);
            at += step;
        }
    }

    /** Says that all traces of a segment were added. */
    public void complete(int segment) {
        known |= 1L << segment;
    }

    /** Returns the segments that certainly have no span of a trace, a bit each. */
    public long without(long trace) {
        long counting = known;
        long with = counting;
        int step = step(trace);
        int at = (int) trace;
        for (int i = 0; i < WORDS_READ; i++) {
            with &= words.getLong(offset(at));
            at += step;
        }
        return counting & ~with;
    }

    /** Tells whether a segment counts. */
    public boolean knows(int segment) {
        return (known >>> segment & 1) != 0;
    }

    /** Returns what a trace is added and asked for by. */
    public static long mixed(long traceIdHigh, long traceIdLow) {
        return TraceTable.mixed(traceIdHigh, traceIdLow);
    }

    /** Odd, so that the words of a trace are different ones. */
    private static int step(long trace) {
        return (int) (trace >>> 32) | 1;
    }

    private long offset(int at) {
        return (long) (at & mask) << WORD_BITS;
    }
}
