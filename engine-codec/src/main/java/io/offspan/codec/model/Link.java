package io.offspan.codec.model;

import io.offspan.codec.wire.Hex;

/** A reference from one span to another; ids that were missing are zeros. */
public record Link(
        long traceIdHigh,
        long traceIdLow,
        long spanIdBits,
        String traceState,
        int flags,
        Attributes attributes,
        int droppedAttributes) {

    /** Returns the trace id as 32 hexadecimal digits. */
    public String traceId() {
        return Hex.of(traceIdHigh, traceIdLow);
    }

    /** Returns the span id as 16 hexadecimal digits. */
    public String spanId() {
        return Hex.of(spanIdBits);
    }
}
