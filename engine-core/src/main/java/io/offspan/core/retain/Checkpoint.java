package io.offspan.core.retain;

import io.offspan.core.value.Position;
import java.util.UUID;

/**
 * How far one exporter's spans were acknowledged: everything before a span of the log.
 *
 * @param storeId the store that the position belongs to
 * @param position before the first span not acknowledged
 * @param sequence one more with every checkpoint written, from 1 on
 * @param wallClockMillis when it was written, milliseconds since the epoch
 */
public record Checkpoint(UUID storeId, Position position, long sequence, long wallClockMillis) {
    /** Refuses a sequence below 1. */
    public Checkpoint {
        if (sequence < 1) {
            throw new IllegalArgumentException("A checkpoint of sequence " + sequence + "; the first one is 1");
        }
    }

    /** Returns the next checkpoint of the same store. */
    public Checkpoint next(Position to, long nowMillis) {
        return new Checkpoint(storeId, to, sequence + 1, nowMillis);
    }

    @Override
    public String toString() {
        return position + " of store " + storeId;
    }
}
