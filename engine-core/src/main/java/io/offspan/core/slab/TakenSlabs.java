package io.offspan.core.slab;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which slabs are not free, for the readers in the process that writes them.
 *
 * <p>A slab is added before a span is committed in it, and removed after the log holds its spans and before it is free.
 *
 * <p><b>Threads.</b> Any.
 */
final class TakenSlabs {
    private final AtomicLongArray words;

    TakenSlabs(int slabs) {
        words = new AtomicLongArray((slabs >>> 6) + 1);
    }

    void add(int slab) {
        words.getAndAccumulate(slab >>> 6, 1L << slab, (bits, bit) -> bits | bit);
    }

    void remove(int slab) {
        words.getAndAccumulate(slab >>> 6, 1L << slab, (bits, bit) -> bits & ~bit);
    }

    /** Returns how many there are. */
    int count() {
        int count = 0;
        for (int i = 0; i < words.length(); i++) {
            count += Long.bitCount(words.get(i));
        }
        return count;
    }

    /** Returns the first one from a number on, {@link Integer#MAX_VALUE} when there is none. */
    int next(int from) {
        int index = from >>> 6;
        if (index >= words.length()) {
            return Integer.MAX_VALUE;
        }
        long bits = words.get(index) & -1L << from;
        while (bits == 0) {
            if (++index == words.length()) {
                return Integer.MAX_VALUE;
            }
            bits = words.get(index);
        }
        return (index << 6) + Long.numberOfTrailingZeros(bits);
    }
}
