package io.offspan.query.series;

import io.offspan.codec.wire.Hex;

/**
 * A span of a series, as an example of what is in it.
 *
 * @param startNanos when it starts
 * @param value its number for the field of the metric, or how many spans or what share its interval has
 */
public record Exemplar(long traceIdHigh, long traceIdLow, long spanId, long startNanos, double value) {
    /** Returns the 32 hexadecimal digits of the trace id. */
    public String traceId() {
        return Hex.of(traceIdHigh, traceIdLow);
    }
}
