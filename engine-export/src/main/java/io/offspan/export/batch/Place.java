package io.offspan.export.batch;

import io.offspan.core.value.Position;

/**
 * A span's place in the log.
 *
 * @param block a position from which the block that holds the span is the next one
 * @param span the span's number within that block
 */
public record Place(Position block, int span) {
    /** Before everything. */
    public static final Place START = new Place(Position.START, 0);
}
