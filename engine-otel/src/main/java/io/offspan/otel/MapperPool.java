package io.offspan.otel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps mappers between two spans, so that hosts with many short-lived or virtual threads do not make one for each.
 *
 * <p><b>Threads.</b> Any. Takes no lock: a thread that finds no mapper in its slot makes a new one, and one that finds its
 * slot full on the way back lets its mapper go.
 */
final class MapperPool {
    private static final int SLOTS = 64;
    /** Slots lie this far apart, so that two threads do not write to one cache line. */
    private static final int SPREAD = 16;

    private final AtomicReferenceArray<@Nullable SpanDataMapper> slots = new AtomicReferenceArray<>(SLOTS * SPREAD);

    SpanDataMapper take() {
        SpanDataMapper mapper = slots.getAndSet(slot(), null);
        return mapper == null ? new SpanDataMapper() : mapper;
    }

    void give(SpanDataMapper mapper) {
        slots.lazySet(slot(), mapper);
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() % SLOTS) * SPREAD;
    }
}
