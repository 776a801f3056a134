package io.offspan.otel;

import io.offspan.codec.span.SpanDraft;

/**
 * Where mapped spans go: {@code store::append}.
 *
 * <p><b>Threads.</b> Called by every thread that ends a span, several at once. Must not keep the draft.
 */
@FunctionalInterface
public interface SpanSink {
    /** Stores a span; returns a positive number, or a negative code of the store that says why it was not stored. */
    long append(SpanDraft span);
}
