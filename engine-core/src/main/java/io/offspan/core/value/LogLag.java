package io.offspan.core.value;

/**
 * How much of a log lies behind a position.
 *
 * @param spans how many spans
 * @param bytes how many bytes of the log their blocks take, the one that the position is in counted whole
 * @param sinceNanos when the first of them was moved to the log, nanoseconds since the epoch; 0 when there are none
 */
public record LogLag(long spans, long bytes, long sinceNanos) {
    /** Nothing. */
    public static final LogLag NONE = new LogLag(0, 0, 0);
}
