package io.offspan.core.slab;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many readers use a file at this moment, so that it is unmapped under none of them.
 *
 * <p><b>Threads.</b> Any.
 */
final class Pins {
    /** Negative once the file is closed. */
    private final AtomicInteger readers = new AtomicInteger();

    /** Keeps the file mapped until {@link #release}; false when it is closed. */
    boolean acquire() {
        int found = readers.get();
        while (found >= 0) {
            if (readers.compareAndSet(found, found + 1)) {
                return true;
            }
            found = readers.get();
        }
        return false;
    }

    void release() {
        readers.decrementAndGet();
    }

    /** Waits for the readers and lets in no more; false when that was done before. */
    boolean close() {
        while (!readers.compareAndSet(0, Integer.MIN_VALUE)) {
            if (readers.get() < 0) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
