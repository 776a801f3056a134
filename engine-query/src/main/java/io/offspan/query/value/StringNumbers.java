package io.offspan.query.value;

import java.util.Arrays;

/**
 * Gives some of a block's strings a number each: a hash table from string index to number, as large as the strings that have one need.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class StringNumbers {
    /** What a string has that was given none. */
    static final int NONE = -1;

    private static final int FIRST_SLOTS = 4;
    private static final int EMPTY = -1;

    private static final long[] NO_SLOTS = {EMPTY};

    /** String index in the upper half, its number in the lower; at most every other slot is taken. */
    private long[] slots = NO_SLOTS;

    private int count;

    /** Forgets all numbers, as it has to be when another block is entered. */
    void clear() {
        if (count > 0) {
            Arrays.fill(slots, EMPTY);
            count = 0;
        }
    }

    /** Returns the number of a string, or {@link #NONE}. */
    int get(int string) {
        long[] table = slots;
        int slot = string & table.length - 1;
        while (true) {
            long entry = table[slot];
            if (entry >>> 32 == string) {
                return (int) entry;
            }
            if (entry == EMPTY) {
                return NONE;
            }
            slot = slot + 1 & table.length - 1;
        }
    }

    /** Gives a number, which is not negative, to a string that has none. */
    void put(int string, int number) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        enter((long) string << 32 | number);
        count++;
    }

    private void enter(long entry) {
        int slot = (int) (entry >>> 32) & slots.length - 1;
        while (slots[slot] != EMPTY) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = entry;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[Math.max(FIRST_SLOTS, 2 * before.length)];
        Arrays.fill(slots, EMPTY);
        for (long entry : before) {
            if (entry != EMPTY) {
                enter(entry);
            }
        }
    }
}
