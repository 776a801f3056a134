package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;

/**
 * Stores the spans of encoded OTLP requests one after the other, with a reader and a draft that are reused from request to request.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class OtlpAppender {
    private static final byte[] NOTHING = {};

    private final SpanStore store;
    private final StoreCounters counters;
    private final OtlpReader reader = new OtlpReader();
    private final SpanDraft draft = new SpanDraft();

    OtlpAppender(SpanStore store, StoreCounters counters) {
        this.store = store;
        this.counters = counters;
    }

    /** Stores the spans of a request; those that cannot be read are refused one by one and counted. */
    OtlpReceipt append(byte[] request, int offset, int length, int home) {
        OtlpReceipt receipt = new OtlpReceipt();
        reader.wrap(request, offset, length);
        while (true) {
            try {
                if (!reader.nextSpan(draft)) {
                    break;
                }
            } catch (FormatException refused) {
                if (reader.broken()) {
                    receipt.broken(refused);
                    counters.increment(Counter.BROKEN_REQUESTS);
                    break;
                }
                receipt.reject(refused);
                counters.increment(counterOf(refused.reason()));
                continue;
            }
            int result = store.append(draft, home);
            if (result == AppendResult.ACCEPTED) {
                receipt.accept();
            } else {
                receipt.reject(AppendResult.name(result));
            }
        }
        receipt.unknownFields(reader.unknownFields());
        counters.add(Counter.UNKNOWN_FIELDS, reader.unknownFields());
        return receipt;
    }

    /** Forgets the last request, so that its bytes are not kept. */
    void clear() {
        draft.clear().source(NOTHING);
    }

    private static Counter counterOf(FormatException.Reason reason) {
        return switch (reason) {
            case BAD_ID -> Counter.BAD_ID;
            case TOO_DEEP -> Counter.TOO_DEEP;
            case TOO_LARGE -> Counter.TOO_LARGE;
            default -> Counter.MALFORMED;
        };
    }
}
