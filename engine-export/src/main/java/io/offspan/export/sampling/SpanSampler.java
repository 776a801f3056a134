package io.offspan.export.sampling;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;

/**
 * Decides which spans of a log a destination gets, all of a trace or none, from nothing but the blocks of the log.
 *
 * <p>The same blocks in the same order give the same decisions, so that an exporter which is started again comes to those that it was
 * killed with. Traces have numbers in the order in which they came, and are decided in that order.
 *
 * <p>A decision is {@link #DROP}, or {@link #KEEP} less the threshold of consistent sampling by which the trace is kept, where it is kept for
 * no other reason.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public interface SpanSampler {
    /** The span is not sent. */
    long DROP = -1;

    /** The span is sent as it is. */
    long KEEP = -2;

    /**
     * Says that the spans that follow are of this block, and decides about traces whose time has come.
     *
     * @param arrivalNanos when it came into the log, in nanoseconds since the epoch; what lies before the last block counts as its time
     */
    void enterBlock(BlockReader block, long arrivalNanos);

    /** Takes a span of the block, and returns the decision about it, or the number of its trace, 0 or more, where that is still to be decided. */
    long take(SpanView span);

    /** Returns the number of the first trace that waits, or that the next one will have; all before it are decided. */
    long firstWaiting();

    /** Returns the decision about a trace whose number {@link #take} has returned, and which was decided since. */
    long decision(long trace);

    /** Returns how long a trace waits at most, from its first span on, by the arrival of blocks. */
    long waitNanos();

    /** Decides about all that wait, as if the next block had come when it is their time. */
    void end();

    /** Returns what was decided so far. */
    SamplingTally tally();

    /** Returns the threshold by which a span is kept, 0 for none. */
    static long threshold(long decision) {
        return KEEP - decision;
    }
}
