package io.offspan.query.scan;

import io.offspan.codec.span.SpanView;
import io.offspan.core.Leaf;
import io.offspan.query.ast.SpanOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span that passed: what its place in an answer depends on, and where it lies.
 *
 * <p>Answers go by rank, the highest first: the start of the span, or how long it took. Spans that tie go by start, trace id, span id and
 * the slab and place in it that they were stored in, which stay the same when spans move to the log: an answer that is given in pages
 * goes on where it stopped.
 */
public final class Hit {
    private long rank;
    private long startNanos;
    private long traceIdHigh;
    private long traceIdLow;
    private long spanId;
    private int segment;
    private long ordinal;
    private int leaf;
    private int row;
    private int index;
    /** Knows where the span was stored, as long as the leaves are open; null for the end of a page, which knows itself. */
    private @Nullable Leaf home;
    /** Of the end of a page, what it knows of itself. */
    private @Nullable SpanKey known;

    /** Makes one of a span and its place, in the block that a scan is in and there. */
    public Hit(SpanView span, BlockPlace block, int index, SpanOrder order) {
        set(span, block, index, order);
    }

    private Hit() {}

    /** Makes the last span of a page, known by its key alone. */
    static Hit ofKey(SpanKey key) {
        Hit hit = new Hit();
        hit.rank = key.rank();
        hit.startNanos = key.startNanos();
        hit.traceIdHigh = key.traceIdHigh();
        hit.traceIdLow = key.traceIdLow();
        hit.spanId = key.spanId();
        hit.known = key;
        return hit;
    }

    /** Returns what the place in an answer depends on; while the leaves are open. */
    public SpanKey key() {
        return new SpanKey(rank, startNanos, traceIdHigh, traceIdLow, spanId, incarnation(), generation(), storedAt());
    }

    final Hit set(SpanView span, BlockPlace block, int indexInBlock, SpanOrder order) {
        rank = rankOf(span, order);
        startNanos = span.startNanos();
        traceIdHigh = span.traceIdHigh();
        traceIdLow = span.traceIdLow();
        spanId = span.spanId();
        segment = block.segmentNumber();
        ordinal = block.ordinal(indexInBlock);
        leaf = block.leafNumber();
        row = block.row();
        index = indexInBlock;
        home = block.leaf();
        return this;
    }

    /** Returns the rank of a span, unsigned. */
    static long rankOf(SpanView span, SpanOrder order) {
        if (order == SpanOrder.NEWEST) {
            return span.startNanos();
        }
        return span.hasEnd() ? span.durationNanos() + 1 : 0;
    }

    long rank() {
        return rank;
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

    /** Returns the high half of the id of its trace. */
    public long traceIdHigh() {
        return traceIdHigh;
    }

    /** Returns the low half of the id of its trace. */
    public long traceIdLow() {
        return traceIdLow;
    }

    private SpanKey known() {
        return Objects.requireNonNull(known);
    }

    private long incarnation() {
        Leaf at = home;
        return at == null ? known().incarnation() : at.directory().incarnation(row);
    }

    private long generation() {
        Leaf at = home;
        return at == null ? known().generation() : at.directory().generation(row);
    }

    private long storedAt() {
        Leaf at = home;
        return at == null
                ? known().storedAt()
                : (long) at.directory().slab(row) << 32 | at.directory().from(row) + index;
    }

    /** Returns a negative number when this one comes before the other in an answer; while the leaves are open. */
    public int compareTo(Hit other) {
        int order = Long.compareUnsigned(other.rank, rank);
        if (order == 0) {
            order = Long.compareUnsigned(other.startNanos, startNanos);
        }
        return order != 0 ? order : compareTie(other);
    }

    /** Orders the spans of a trace: by start, the oldest first, then span id and where they were stored. */
    int compareInTrace(Hit other) {
        int order = Long.compareUnsigned(startNanos, other.startNanos);
        return order != 0 ? order : compareTie(other);
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

    private int compareTie(Hit other) {
        int order = Long.compareUnsigned(traceIdHigh, other.traceIdHigh);
        if (order == 0) {
            order = Long.compareUnsigned(traceIdLow, other.traceIdLow);
        }
        if (order == 0) {
            order = Long.compareUnsigned(spanId, other.spanId);
        }
        return order != 0 ? order : compareStored(other);
    }

    private int compareStored(Hit other) {
        int order = Long.compareUnsigned(incarnation(), other.incarnation());
        if (order == 0) {
            order = Long.compareUnsigned(generation(), other.generation());
        }
        if (order == 0) {
            order = Long.compare(storedAt(), other.storedAt());
        }
        if (order == 0 && Objects.nonNull(home) && Objects.nonNull(other.home)) {
            order = Integer.compare(segment, other.segment);
            return order != 0 ? order : Long.compare(ordinal, other.ordinal);
        }
        return order;
    }
}
