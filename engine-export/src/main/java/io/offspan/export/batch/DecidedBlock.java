package io.offspan.export.batch;

import io.offspan.codec.otlp.ChosenSpans;
import io.offspan.core.value.Position;
import io.offspan.export.sampling.SpanSampler;
import java.util.Arrays;

/**
 * What was decided about the spans of one block, in runs of spans of one trace or one decision.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class DecidedBlock {
    private final Position end;
    private final int first;
    /** For each run the decision, or the number of the trace that waits. */
    private final long[] values;
    /** For each run the index in the block of the span behind it. */
    private final int[] ends;

    private long lastTrace;

    private DecidedBlock(Position end, int first, long[] values, int[] ends, long lastTrace) {
        this.end = end;
        this.first = first;
        this.values = values;
        this.ends = ends;
        this.lastTrace = lastTrace;
    }

    /** Collects the runs of one block after the other. */
    static final class Runs {
        private long[] values = new long[64];
        private int[] ends = new int[64];
        private int count;
        private int spans;
        private long lastTrace;

        void clear() {
            count = 0;
            spans = 0;
            lastTrace = -1;
        }

        /** Adds a span with its decision, or the number of its trace. */
        void add(long value) {
            spans++;
            if (count > 0 && values[count - 1] == value) {
                ends[count - 1] = spans;
                return;
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            values[count] = value;
            ends[count++] = spans;
            lastTrace = Math.max(lastTrace, value);
        }

        DecidedBlock block(Position at, int first) {
            return new DecidedBlock(
                    at.at(first + spans), first, Arrays.copyOf(values, count), Arrays.copyOf(ends, count), lastTrace);
        }
    }

    /** Returns the position past the block. */
    Position end() {
        return end;
    }

    /** Tells whether this is the block of a segment whose first span has an ordinal. */
    boolean is(Position at, int firstOrdinal) {
        return end.segmentNumber() == at.segmentNumber() && end.segmentId() == at.segmentId() && first == firstOrdinal;
    }

    /** Takes the decisions of the sampler in, and tells whether all of them are there. */
    boolean resolve(SpanSampler sampler) {
        if (lastTrace >= sampler.firstWaiting()) {
            return false;
        }
        for (int i = 0; i < values.length && lastTrace >= 0; i++) {
            values[i] = values[i] >= 0 ? sampler.decision(values[i]) : values[i];
        }
        lastTrace = -1;
        return true;
    }

    /** Drops what is not decided; for tests that want to see that this is noticed. */
    DecidedBlock dropped() {
        Arrays.setAll(values, i -> values[i] >= 0 ? SpanSampler.DROP : values[i]);
        lastTrace = -1;
        return this;
    }

    /** Adds the spans that are sent to a choice. */
    void kept(ChosenSpans into) {
        int from = 0;
        for (int i = 0; i < values.length; i++) {
            for (; from < ends[i]; from++) {
                if (values[i] != SpanSampler.DROP) {
                    into.add(from, SpanSampler.threshold(values[i]));
                }
            }
        }
    }
}
