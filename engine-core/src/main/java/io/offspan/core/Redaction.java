package io.offspan.core;

import io.offspan.codec.span.AttributePolicy;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanRedactor;
import io.offspan.core.ingest.Ingest;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what is appended to a store against its rules about attributes, and counts what they take away. A span to which they could not be
 * applied is not stored.
 *
 * <p><b>Threads.</b> Any.
 */
final class Redaction {
    private static final Logger LOG = LoggerFactory.getLogger(Redaction.class);

    private final AttributePolicy policy;
    private final StoreCounters counters;
    private final SlotPool<SpanRedactor> redactors;
    private volatile boolean failureLogged;

    private Redaction(AttributePolicy policy, StoreCounters counters) {
        this.policy = policy;
        this.counters = counters;
        redactors = new SlotPool<>(this::newRedactor);
    }

    /** Returns what applies some rules, or null where they keep everything. */
    static @Nullable Redaction of(AttributeRules rules, StoreCounters counters) {
        return rules.keepsAll() ? null : new Redaction(rules.policy(), counters);
    }

    SpanRedactor newRedactor() {
        return new SpanRedactor(policy);
    }

    /** Appends what may be stored of a draft. */
    int append(SpanDraft draft, int home, Ingest ingest) {
        SpanRedactor redactor = redactors.take();
        try {
            SpanDraft stored = apply(redactor, draft);
            return stored == null ? AppendResult.FAILED : ingest.append(stored, home);
        } finally {
            count(redactor);
            redactor.forget();
            redactors.give(redactor);
        }
    }

    /** Returns what may be stored of a draft, or null where that cannot be found out. */
    @Nullable
    SpanDraft apply(SpanRedactor redactor, SpanDraft draft) {
        try {
            return redactor.apply(draft);
        } catch (RuntimeException misuse) {
            if (!failureLogged) {
                failureLogged = true;
                LOG.warn(
                        "A span that could not be held against the rules about attributes is not stored and is counted as failed, as"
                                + " will be those like it",
                        misuse);
            }
            return null;
        }
    }

    /** Counts what a redactor took away since this was called last. */
    void count(SpanRedactor redactor) {
        long removed = redactor.takeRemoved();
        if (removed > 0) {
            counters.add(Counter.REMOVED_ATTRIBUTES, removed);
        }
        long masked = redactor.takeMasked();
        if (masked > 0) {
            counters.add(Counter.MASKED_ATTRIBUTES, masked);
        }
    }
}
