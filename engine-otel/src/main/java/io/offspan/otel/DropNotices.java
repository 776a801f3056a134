package io.offspan.otel;

import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/**
 * Says once for each reason that spans are being dropped, and what to do; the meters say how many.
 *
 * <p><b>Threads.</b> Any.
 */
final class DropNotices {
    private static final Logger LOG = Logger.getLogger("io.offspan.otel");

    private final SpanStore store;
    private final AtomicInteger told = new AtomicInteger();

    DropNotices(SpanStore store) {
        this.store = store;
    }

    /** Takes note of a negative {@link AppendResult}. */
    void dropped(int result) {
        int bit = 1 << -result;
        if ((told.get() & bit) == 0 && (told.getAndAccumulate(bit, (old, more) -> old | more) & bit) == 0) {
            LOG.warning("Offspan: spans are dropped (" + AppendResult.name(result) + ") and counted in "
                    + StoreMeters.DROPPED + "; the service runs. " + remedy(result));
        }
    }

    private String remedy(int result) {
        return switch (result) {
            case AppendResult.NO_SLAB ->
                "The disk of " + store.directory()
                        + " is full or does not keep up: free some space, set " + OtelSettings.PATH
                        + " to another disk, or let callers wait with " + OtelSettings.OVERFLOW + "=wait.";
            case AppendResult.BUSY -> "Too many threads end spans at one instant; more processors help.";
            case AppendResult.TOO_LARGE ->
                "A span is larger than " + store.config().maxSpanBytes() + " bytes: raise " + OtelSettings.MAX_SPAN_SIZE
                        + ", or limit attributes with otel.attribute.value.length.limit.";
            case AppendResult.CLOSED -> "The SDK has been shut down.";
            default ->
                store.failure() == null
                        ? "A span could not be encoded; was it changed after its end?"
                        : "The store has failed and is opened again. "
                                + String.valueOf(store.failure()).replaceAll("\\R", " ");
        };
    }
}
