package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.value.Scalar;

/**
 * What the stored spans of one trace say of it as a whole.
 *
 * <p>Its root is the span without a parent id, or with one of zeros; of several the first to start, then the one with the
 * lowest id, segment and ordinal. Without any, the trace has no root name and no root service. It lasts from its earliest
 * start to its latest end, where 0 is neither; without both it has no duration.
 */
final class TraceFact {
    private final int number;
    private final long traceIdHigh;
    private final long traceIdLow;
    private long passed;
    private long minStartNanos;
    private long maxEndNanos;
    private boolean hasRoot;
    private long rootStartNanos;
    private long rootSpanId;
    private int rootSegment;
    private long rootOrdinal;
    private final Scalar rootName = new Scalar();
    private final Scalar rootService = new Scalar();

    TraceFact(int number, long traceIdHigh, long traceIdLow) {
        this.number = number;
        this.traceIdHigh = traceIdHigh;
        this.traceIdLow = traceIdLow;
    }

    int number() {
        return number;
    }

    boolean isOf(long high, long low) {
        return traceIdHigh == high && traceIdLow == low;
    }

    long traceIdHigh() {
        return traceIdHigh;
    }

    long traceIdLow() {
        return traceIdLow;
    }

    /** Notes filters that a span of the trace passes, one bit each. */
    void pass(long filters) {
        passed |= filters;
    }

    /** Returns the filters that spans of the trace pass. */
    long passed() {
        return passed;
    }

    void addTimes(SpanView span) {
        long start = span.startNanos();
        if (start != 0 && (minStartNanos == 0 || Long.compareUnsigned(start, minStartNanos) < 0)) {
            minStartNanos = start;
        }
        if (Long.compareUnsigned(span.endNanos(), maxEndNanos) > 0) {
            maxEndNanos = span.endNanos();
        }
    }

    /** Returns when the first span starts, 0 when none says. */
    long startNanos() {
        return minStartNanos;
    }

    /** Returns how long the trace takes, {@link TraceSummary#UNKNOWN} when its spans do not say. */
    long durationNanos() {
        if (minStartNanos == 0 || maxEndNanos == 0) {
            return TraceSummary.UNKNOWN;
        }
        long duration = maxEndNanos - minStartNanos;
        return Long.compareUnsigned(maxEndNanos, minStartNanos) < 0 ? 0 : duration < 0 ? Long.MAX_VALUE : duration;
    }

    /** Tells whether this span is the root as far as spans have been seen. */
    boolean isRoot(SpanView span, int segment, long ordinal) {
        if (span.hasParent() && span.parentId() != 0) {
            return false;
        }
        int order = hasRoot ? Long.compareUnsigned(span.startNanos(), rootStartNanos) : -1;
        if (order == 0) {
            order = Long.compareUnsigned(span.spanId(), rootSpanId);
        }
        if (order == 0) {
            order = Integer.compare(segment, rootSegment);
        }
        return order != 0 ? order < 0 : ordinal < rootOrdinal;
    }

    /** Takes a root; its text lies in memory that stays. */
    void setRoot(SpanView span, int segment, long ordinal, Memory strings, Scalar service) {
        hasRoot = true;
        rootStartNanos = span.startNanos();
        rootSpanId = span.spanId();
        rootSegment = segment;
        rootOrdinal = ordinal;
        int name = span.nameIndex();
        rootName.setText(strings, span.strings().offset(name), span.strings().length(name));
        rootService.setNil();
        if (service.type() == Scalar.TEXT) {
            rootService.setText(strings, service.offset(), service.length());
        }
    }

    void rootName(Scalar into) {
        into.set(rootName);
    }

    void rootService(Scalar into) {
        into.set(rootService);
    }

    void duration(Scalar into) {
        if (minStartNanos == 0 || maxEndNanos == 0) {
            into.setNil();
        } else if (Long.compareUnsigned(maxEndNanos, minStartNanos) < 0) {
            into.setNanos(0);
        } else {
            into.setUnsigned(maxEndNanos - minStartNanos);
            if (into.type() == Scalar.WHOLE) {
                into.setNanos(into.whole());
            }
        }
    }
}
