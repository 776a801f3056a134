package io.offspan.core.ingest;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;

/**
 * Spans that one caller stores one after the other, so that a stripe can be taken, and its slab's word be written, once for several.
 *
 * <p>No code of the host may run in here: a stripe is held meanwhile.
 *
 * <p><b>Threads.</b> One.
 */
public interface SpanRun {
    /** Fills the draft with the next span; false behind the last one, then and whenever it is asked again. */
    boolean next();

    /** Returns the draft, the same each time. */
    SpanDraft draft();

    /** Says what becomes of the span in the draft: an {@link AppendResult}, of which {@code ACCEPTED} holds once {@link #published} was called. */
    void done(int result);

    /** Says that all spans that were to be accepted are stored. */
    void published();

    /** Says that the store has failed, or has met what it cannot encode: whatever was not published is not stored, the draft included. */
    void failed();
}
