package io.offspan.core;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Things that are used for one span at a time and kept between two, so that hosts with many short-lived or virtual threads do not make one
 * for each.
 *
 * <p><b>Threads.</b> Any. Takes no lock: a thread that finds nothing in its slot makes a new one, and one that finds its slot full
 * on the way back lets its own go.
 */
final class SlotPool<T> {
    private static final int SLOTS = 64;
    /** Slots lie this far apart, so that two threads do not write to one cache line. */
    private static final int SPREAD = 16;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS * SPREAD);
    private final Supplier<T> maker;

    SlotPool(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        T kept = slots.getAndSet(slot(), null);
        return kept == null ? maker.get() : kept;
    }

    /** Takes back what {@link #take} gave, with nothing left in it that belongs to a span. */
    void give(T used) {
        slots.lazySet(slot(), used);
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() % SLOTS) * SPREAD;
    }
}
