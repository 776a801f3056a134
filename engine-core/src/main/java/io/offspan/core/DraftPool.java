package io.offspan.core;

import io.offspan.codec.span.SpanDraft;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Empty drafts between two spans, so that hosts with many short-lived or virtual threads do not make one for each.
 *
 * <p><b>Threads.</b> Any. Takes no lock: a thread that finds no draft in its slot makes a new one, and one that finds its slot full
 * on the way back lets its draft go.
 */
final class DraftPool {
    private static final int SLOTS = 64;
    /** Slots lie this far apart, so that two threads do not write to one cache line. */
    private static final int SPREAD = 16;

    private final AtomicReferenceArray<@Nullable SpanDraft> slots = new AtomicReferenceArray<>(SLOTS * SPREAD);

    SpanDraft take() {
        SpanDraft draft = slots.getAndSet(slot(), null);
        return draft == null ? new SpanDraft() : draft;
    }

    /** Takes a draft back, whatever is in it. */
    void give(SpanDraft draft) {
        slots.lazySet(slot(), draft.reset());
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() % SLOTS) * SPREAD;
    }
}
