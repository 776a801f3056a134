package io.offspan.query.scan;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the place of a span in an answer depends on, whatever becomes of the span's place in the store.
 *
 * @param rank what the order of the answer is by, unsigned, the highest first
 * @param incarnation of the slab file that the span was stored in
 * @param generation of the slab
 * @param storedAt the number of the slab in the upper half, the place of the span in it in the lower
 */
public record SpanKey(
        long rank,
        long startNanos,
        long traceIdHigh,
        long traceIdLow,
        long spanId,
        long incarnation,
        long generation,
        long storedAt) {
    /** How many bytes {@link #write} takes. */
    public static final int BYTES = 8 * Long.BYTES;

    /** Returns how many spans of a sorted answer come before this one or are it. */
    public int countUpTo(List<Hit> sorted) {
        Hit end = Hit.ofKey(this);
        int count = 0;
        while (count < sorted.size() && sorted.get(count).compareTo(end) <= 0) {
            count++;
        }
        return count;
    }

    /** Writes it. */
    public void write(ByteBuffer into) {
        into.putLong(rank).putLong(startNanos).putLong(traceIdHigh).putLong(traceIdLow);
        into.putLong(spanId).putLong(incarnation).putLong(generation).putLong(storedAt);
    }

    /** Reads what was written. */
    public static SpanKey read(ByteBuffer from) {
        return new SpanKey(
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong());
    }
}
