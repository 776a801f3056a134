package io.offspan.query.scan;

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
    private int leaf;
    private int row;
    private int index;

    /** Makes one of a span and its place, in the block that a scan is in and there. */
    public Hit(SpanView span, BlockPlace block, int index) {
        set(span, block, index);
    }

    final void set(SpanView span, BlockPlace block, int indexInBlock) {
        startNanos = span.startNanos();
        traceIdHigh = span.traceIdHigh();
        traceIdLow = span.traceIdLow();
        spanId = span.spanId();
        segment = block.segmentNumber();
        ordinal = block.ordinal(indexInBlock);
        leaf = block.leaf();
        row = block.row();
        index = indexInBlock;
    }

    long startNanos() {
        return startNanos;
    }

    /** Returns the number of the segment that the span is in. */
    public int segment() {
        return segment;
    }

    /** Returns the ordinal of the span within its segment. */
    public long ordinal() {
        return ordinal;
    }

    /** Returns the number of the leaf among those that were searched. */
    public int leaf() {
        return leaf;
    }

    /** Returns the number of the block in its leaf. */
    public int row() {
        return row;
    }

    /** Returns the place of the span in its block. */
    public int index() {
        return index;
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
