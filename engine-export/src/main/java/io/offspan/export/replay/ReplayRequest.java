package io.offspan.export.replay;

import io.offspan.core.value.Position;

/**
 * Spans of one block that are sent again together: their OTLP bytes, and when they are due.
 *
 * <p>Immutable, but for the array, which nobody changes.
 */
public final class ReplayRequest {
    private final Position block;
    private final int[] spans;
    private final long dueNanos;
    private final byte[] bytes;

    ReplayRequest(Position block, int[] spans, long dueNanos, byte[] bytes) {
        this.block = block;
        this.spans = spans;
        this.dueNanos = dueNanos;
        this.bytes = bytes;
    }

    Position block() {
        return block;
    }

    /** Returns the places of the spans in their block. */
    int[] places() {
        return spans;
    }

    /** Returns how many spans there are. */
    public int spans() {
        return spans.length;
    }

    /** Returns how long after the first span of the replay they are due. */
    public long dueNanos() {
        return dueNanos;
    }

    /** Returns the encoded request. */
    public byte[] bytes() {
        return bytes;
    }
}
