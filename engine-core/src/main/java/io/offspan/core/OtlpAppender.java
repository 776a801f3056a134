package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanRedactor;
import io.offspan.core.ingest.SpanRun;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Stores the spans of encoded OTLP requests one after the other, with a reader and a draft that are reused from request to request.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class OtlpAppender implements SpanRun {
    private static final byte[] NOTHING = {};

    private final SpanStore store;
    private final StoreCounters counters;
    private final OtlpReader reader = new OtlpReader();
    private final SpanDraft draft = new SpanDraft();
    private final @Nullable Redaction redaction;
    private final @Nullable SpanRedactor redactor;
    /** What is stored of the span: the draft, or what the rules about attributes leave of it. */
    private SpanDraft stored = draft;

    private OtlpReceipt receipt = new OtlpReceipt();
    /** Whether the draft holds a span of which nothing has been said yet. */
    private boolean open;
    /** How many spans are stored as soon as they are published. */
    private int unpublished;

    OtlpAppender(SpanStore store, StoreCounters counters, @Nullable Redaction redaction) {
        this.store = store;
        this.counters = counters;
        this.redaction = redaction;
        redactor = redaction == null ? null : redaction.newRedactor();
    }

    /** Stores the spans of a request; those that cannot be read are refused one by one and counted. */
    OtlpReceipt append(byte[] request, int offset, int length, int home) {
        OtlpReceipt told = new OtlpReceipt();
        receipt = told;
        reader.wrap(request, offset, length);
        open = false;
        unpublished = 0;
        store.append(this, home);
        told.unknownFields(reader.unknownFields());
        counters.add(Counter.UNKNOWN_FIELDS, reader.unknownFields());
        if (redaction != null && redactor != null) {
            redaction.count(redactor);
        }
        return told;
    }

    @Override
    public boolean next() {
        while (!reader.broken()) {
            try {
                open = reader.nextSpan(draft);
                if (!open || isRedacted()) {
                    return open;
                }
                done(AppendResult.FAILED);
            } catch (FormatException refused) {
                if (reader.broken()) {
                    receipt.broken(refused);
                    counters.increment(Counter.BROKEN_REQUESTS);
                } else {
                    receipt.reject(refused);
                    counters.increment(counterOf(refused.reason()));
                }
            }
        }
        return false;
    }

    /** Holds the span in the draft against the rules, if there are any; false when that could not be done. */
    private boolean isRedacted() {
        if (redaction == null || redactor == null) {
            return true;
        }
        SpanDraft left = redaction.apply(redactor, draft);
        if (left == null) {
            return false;
        }
        stored = left;
        return true;
    }

    @Override
    public SpanDraft draft() {
        return stored;
    }

    @Override
    public void done(int result) {
        open = false;
        if (result == AppendResult.ACCEPTED) {
            unpublished++;
            receipt.accept();
        } else {
            receipt.reject(AppendResult.name(result));
            counters.increment(SpanStore.counterOf(result));
        }
    }

    @Override
    public void published() {
        counters.add(Counter.ACCEPTED, unpublished);
        unpublished = 0;
    }

    @Override
    public void failed() {
        receipt.takeBack(unpublished);
        counters.add(Counter.FAILED, unpublished);
        unpublished = 0;
        if (open) {
            done(AppendResult.FAILED);
        }
    }

    /** Forgets the last request, so that its bytes are not kept. */
    void clear() {
        draft.clear().source(NOTHING);
        if (redactor != null) {
            redactor.forget();
        }
        receipt = new OtlpReceipt();
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
