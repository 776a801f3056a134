package io.offspan.query.value;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known by a number that means something within one block only.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it has grown to its size.
 */
public final class BlockMemo<T> {
    private static final int FIRST_SLOTS = 64;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private long[] numbers = new long[FIRST_SLOTS];
    private @Nullable Object[] known = new Object[FIRST_SLOTS];
    private int count;

    /** Forgets everything. */
    public void clear() {
        if (count > 0) {
            Arrays.fill(known, null);
            count = 0;
        }
    }

    @SuppressWarnings("unchecked")
    @Nullable
    public T get(long number) {
        return (T) known[slot(number)];
    }

    /** Remembers what is not known yet. */
    public void put(long number, T what) {
        if (2 * count >= known.length) {
            grow();
        }
        int slot = slot(number);
        numbers[slot] = number;
        known[slot] = what;
        count++;
    }

    private int slot(long number) {
        int mask = known.length - 1;
        int slot = (int) (number * MIX >>> 32) & mask;
        while (known[slot] != null && numbers[slot] != number) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldNumbers = numbers;
        @Nullable Object[] oldKnown = known;
        numbers = new long[2 * oldNumbers.length];
        known = new Object[2 * oldKnown.length];
        for (int i = 0; i < oldKnown.length; i++) {
            if (oldKnown[i] != null) {
                int slot = slot(oldNumbers[i]);
                numbers[slot] = oldNumbers[i];
                known[slot] = oldKnown[i];
            }
        }
    }
}
