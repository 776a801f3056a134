package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;

/**
 * A span that passed: what its place in an answer depends on, and where it lies.
 *
 * <p>Answers go from the newest start to the oldest; spans that start together go by trace id, span id, segment and ordinal,
 * so that the same store gives the same answer.
 */
public final class Hit {
    private long startNanos;
    private long traceIdHigh;
    private long traceIdLow;
    private long spanId;
    private int segment;
    private long ordinal;
    private int index;
    private BlockReader block;

    public Hit(SpanView span, int segment, long ordinal, int index, BlockReader block) {
        this.block = block;
        set(span, segment, ordinal, index, block);
    }

    final void set(SpanView span, int segmentNumber, long segmentOrdinal, int blockIndex, BlockReader held) {
        startNanos = span.startNanos();
        traceIdHigh = span.traceIdHigh();
        traceIdLow = span.traceIdLow();
        spanId = span.spanId();
        segment = segmentNumber;
        ordinal = segmentOrdinal;
        index = blockIndex;
        block = held;
    }

    long startNanos() {
        return startNanos;
    }

    int segment() {
        return segment;
    }

    long ordinal() {
        return ordinal;
    }

    int index() {
        return index;
    }

    BlockReader block() {
        return block;
    }

    /** Returns a negative number when this one comes before the other in an answer. */
    public int compareTo(Hit other) {
        int order = Long.compareUnsigned(other.startNanos, startNanos);
        return order != 0 ? order : compareTie(other.traceIdHigh, other.traceIdLow, other.spanId, other);
    }

    /** As {@link #compareTo} for a span that has not become a hit. */
    boolean isAfter(SpanView span, int spanSegment, long spanOrdinal) {
        int order = Long.compareUnsigned(span.startNanos(), startNanos);
        if (order == 0) {
            order = compareIds(span.traceIdHigh(), span.traceIdLow(), span.spanId());
        }
        if (order == 0) {
            order = Integer.compare(segment, spanSegment);
        }
        return order != 0 ? order > 0 : ordinal > spanOrdinal;
    }

    /** Orders the spans of a trace: by start, the oldest first, then span id, segment and ordinal. */
    int compareInTrace(Hit other) {
        int order = Long.compareUnsigned(startNanos, other.startNanos);
        return order != 0 ? order : compareTie(other.traceIdHigh, other.traceIdLow, other.spanId, other);
    }

    /** Brings the spans of a trace together, in their order. */
    public int compareByTrace(Hit other) {
        int order = Long.compareUnsigned(traceIdHigh, other.traceIdHigh);
        if (order == 0) {
            order = Long.compareUnsigned(traceIdLow, other.traceIdLow);
        }
        return order != 0 ? order : compareInTrace(other);
    }

    public boolean isInTraceOf(Hit other) {
        return traceIdHigh == other.traceIdHigh && traceIdLow == other.traceIdLow;
    }

    private int compareTie(long high, long low, long span, Hit other) {
        int order = compareIds(high, low, span);
        if (order == 0) {
            order = Integer.compare(segment, other.segment);
        }
        return order != 0 ? order : Long.compare(ordinal, other.ordinal);
    }

    private int compareIds(long high, long low, long span) {
        int order = Long.compareUnsigned(traceIdHigh, high);
        if (order == 0) {
            order = Long.compareUnsigned(traceIdLow, low);
        }
        return order != 0 ? order : Long.compareUnsigned(spanId, span);
    }
}
