package io.offspan.query.index;

import io.offspan.codec.wire.Memory;

/**
 * Finds the spans of a trace in an index file: the ids are spread evenly, so that a trace is near the place where it is to be
 * expected, and is looked for from there in steps that double.
 *
 * <p><b>Threads.</b> Any. Allocates nothing.
 */
final class SealedTraces {
    private static final int FIRST_STEP = 8;

    private SealedTraces() {}

    /** Collects the spans of a trace below a count of spans. */
    static void find(SealedIndex index, long trace, int spans, TraceSpans into) {
        int found = place(index.section(SealedFormat.TRACES), index.entries(SealedFormat.TRACES), trace);
        if (found < 0) {
            return;
        }
        Memory ends = index.section(SealedFormat.TRACE_ENDS);
        Memory ordinals = index.section(SealedFormat.TRACE_SPANS);
        int end = ends.getInt(4L * found);
        int ordinal = 0;
        for (int at = found == 0 ? 0 : ends.getInt(4L * (found - 1)); at < end; ) {
            int shift = 0;
            int part;
            do {
                part = ordinals.getByte(at++);
                ordinal += (part & 127) << shift;
                shift += 7;
            } while (part < 0);
            if (ordinal >= spans) {
                return;
            }
            into.add(ordinal);
        }
    }

    /** Returns the place of a trace, or a negative number. */
    private static int place(Memory traces, int count, long trace) {
        if (count == 0) {
            return -1;
        }
        int guess = (int) (((trace ^ Long.MIN_VALUE) >>> 33) * count >>> 31);
        int low = guess;
        int high = guess;
        int step = FIRST_STEP;
        if (traces.getLong(8L * guess) < trace) {
            while (high < count - 1 && traces.getLong(8L * high) < trace) {
                low = high;
                high = Math.min(count - 1, high + step);
                step *= 2;
            }
        } else {
            while (low > 0 && traces.getLong(8L * low) > trace) {
                high = low;
                low = Math.max(0, low - step);
                step *= 2;
            }
        }
        while (low <= high) {
            int middle = low + high >>> 1;
            long found = traces.getLong(8L * middle);
            if (found == trace) {
                return middle;
            }
            if (found < trace) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
