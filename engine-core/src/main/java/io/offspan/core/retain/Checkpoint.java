package io.offspan.core.retain;

import io.offspan.core.value.Position;
import java.util.UUID;

/**
 * How far one exporter's spans were acknowledged: everything before a span of a block.
 *
 * @param storeId the store that the position belongs to
 * @param position before the block that holds the first span not acknowledged
 * @param span that span's place in the block, 0 when nothing of the block was acknowledged
 * @param sequence one more with every checkpoint written, from 1 on
 * @param wallClockMillis when it was written, milliseconds since the epoch
 */
public record Checkpoint(UUID storeId, Position position, int span, long sequence, long wallClockMillis) {
    /** Refuses a negative span and a sequence below 1. */
    public Checkpoint {
        if (span < 0 || sequence < 1) {
            throw new IllegalArgumentException("A checkpoint with span " + span + " and sequence " + sequence);
        }
    }

    /** Returns the next checkpoint of the same store. */
    public Checkpoint next(Position to, int toSpan, long nowMillis) {
        return new Checkpoint(storeId, to, toSpan, sequence + 1, nowMillis);
    }

    @Override
    public String toString() {
        return position + "+" + span + " of store " + storeId;
    }
}
