package io.offspan.sample.trace;

/** What a trace says of itself as a whole, as far as its spans have come. */
public interface TraceFacts {
    long traceIdHigh();

    long traceIdLow();

    /** Returns the earliest start of its spans, unsigned. */
    long startNanos();

    /** Returns the latest end of its spans, unsigned; 0 when none says when it ended. */
    long endNanos();

    long spans();

    /** Returns the number below 2^56 that consistent sampling compares: the one that its spans name, or the end of its id. */
    long randomness();

    /** Tells whether one of its spans meets a condition, by the number of the condition. */
    boolean meets(int condition);
}
