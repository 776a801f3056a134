package io.offspan.query.index;

import io.offspan.codec.wire.Memory;

/**
 * Finds the spans of a trace in an index file: the ids are spread evenly, so that a trace is near the place where it is to be
 * expected, and is looked for from there in steps that double.
 *
 * <p><b>Threads.</b> Any. Allocates nothing. <b>Fails</b> with {@link io.offspan.codec.FormatException} where what it meets is damaged.
 */
final class SealedTraces {
    private static final int FIRST_STEP = 8;

    private SealedTraces() {}

    /** Collects the spans of a trace below a count of spans. */
    static void find(SealedIndex index, long trace, int spans, TraceSpans into) {
        int found = place(index, index.entries(SealedFormat.TRACES), trace);
        if (found < 0) {
            return;
        }
        Memory ends = index.section(SealedFormat.TRACE_ENDS);
        Memory ordinals = index.section(SealedFormat.TRACE_SPANS);
        int before = Math.max(found - 1, 0);
        index.require(SealedFormat.TRACE_ENDS, 4L * before, 8);
        int end = ends.getInt(4L * found);
        int start = found == 0 ? 0 : ends.getInt(4L * before);
        index.require(SealedFormat.TRACE_SPANS, start, end - start);
        int ordinal = 0;
        for (int at = start; at < end; ) {
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
    private static int place(SealedIndex index, int count, long trace) {
        if (count == 0) {
            return -1;
        }
        int guess = (int) (((trace ^ Long.MIN_VALUE) >>> 33) * count >>> 31);
        int low = guess;
        int high = guess;
        int step = FIRST_STEP;
        if (get(index, guess) < trace) {
            while (high < count - 1 && get(index, high) < trace) {
                low = high;
                high = Math.min(count - 1, high + step);
                step *= 2;
            }
        } else {
            while (low > 0 && get(index, low) > trace) {
                high = low;
                low = Math.max(0, low - step);
                step *= 2;
            }
        }
        while (low <= high) {
            int middle = low + high >>> 1;
            long found = get(index, middle);
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

    private static long get(SealedIndex index, int place) {
        index.require(SealedFormat.TRACES, 8L * place, Long.BYTES);
        return index.section(SealedFormat.TRACES).getLong(8L * place);
    }
}
