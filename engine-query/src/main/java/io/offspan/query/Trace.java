package io.offspan.query;

import io.offspan.codec.model.Span;
import io.offspan.codec.wire.Hex;
import io.offspan.query.scan.ScanOutcome;
import java.util.List;

/**
 * All spans of a trace that a store has, as values.
 *
 * @param spans by start, the oldest first, then by span id; a span that was stored twice is here twice
 * @param outcome what the search did, and whether there is anything that it could not read
 */
public record Trace(long traceIdHigh, long traceIdLow, List<Span> spans, ScanOutcome outcome) {
    /** Keeps a copy of the list. */
    public Trace {
        spans = List.copyOf(spans);
    }

    /** Returns the trace id as 32 hexadecimal digits. */
    public String traceId() {
        return Hex.of(traceIdHigh, traceIdLow);
    }

    /** Tells whether the store has no span of the trace. */
    public boolean isEmpty() {
        return spans.isEmpty();
    }
}
