package io.offspan.export.replay;

import io.offspan.codec.span.SpanView;

/**
 * Which spans are sent again: those that start within a range of time and belong to a share of all traces.
 *
 * <p>Whether a trace is taken follows from its id and the seed alone, so that it is taken whole, and at every replay.
 *
 * @param fromNanos the first start, unsigned
 * @param toNanos the end of the range, unsigned, no longer in it
 * @param share how many of the traces, from 0 to 1
 * @param seed which of them
 */
public record SpanChoice(long fromNanos, long toNanos, double share, long seed) {
    private static final double TWO_TO_53 = 0x1p53;

    /** Tells whether a span is sent again. */
    boolean takes(SpanView span) {
        long start = span.startNanos();
        return Long.compareUnsigned(start, fromNanos) >= 0
                && Long.compareUnsigned(start, toNanos) < 0
                && (share >= 1 || drawn(span.traceIdHigh(), span.traceIdLow()) < share);
    }

    /** Tells whether a block may have such spans, by the bounds of their starts. */
    boolean mayTake(long minStartNanos, long maxStartNanos) {
        return Long.compareUnsigned(maxStartNanos, fromNanos) >= 0 && Long.compareUnsigned(minStartNanos, toNanos) < 0;
    }

    /** Draws a number from 0 to 1 for a trace, evenly whatever its id is like. */
    private double drawn(long high, long low) {
        return (mixed(high ^ mixed(low ^ mixed(seed))) >>> 11) / TWO_TO_53;
    }

    /** Spreads every bit over all others, by the finishing steps of SplitMix64. */
    private static long mixed(long bits) {
        long a = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }
}
