package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Off-heap memory that is given out piece by piece and stays where it is. A piece is named by a reference of 32 bits, which counts
 * in units of eight bytes and is never 0.
 *
 * <p><b>Threads.</b> One thread allocates; any thread may read a piece whose reference it got by an acquire of what the writer
 * released after.
 */
final class Pages {
    /** No piece. */
    static final int NONE = 0;

    /** The longest piece. */
    static final int MAX_BYTES = PagePool.PAGE_BYTES / 2;

    private static final int UNIT_BITS = 3;
    private static final int UNITS_BITS = 15;
    private static final int UNITS = 1 << UNITS_BITS;

    private final PagePool pool;
    /** Volatile, as a reader of a piece it has known for long may meet the array that has grown since. */
    private volatile Memory[] pages = new Memory[8];

    private int count;
    /** The next unit to be given out. */
    private int next = UNITS;
    /** The page that is given out from. */
    private int current = -1;

    Pages(PagePool pool) {
        this.pool = pool;
        Arrays.fill(pages, Memory.NONE);
    }

    /** Gives out a piece whose address is a multiple of its size where that is a power of two up to 64, else of eight. */
    int allocate(int bytes) {
        int units = bytes + (1 << UNIT_BITS) - 1 >>> UNIT_BITS;
        if (next + units > UNITS) {
            nextPage(units);
        }
        int reference = current << UNITS_BITS | next;
        next += units;
        return reference;
    }

    private void nextPage(int units) {
        if (units > UNITS / 2) {
            throw new IllegalArgumentException("A piece of " + 8L * units + " bytes; " + MAX_BYTES + " are allowed");
        }
        current++;
        if (current == count) {
            Memory[] known = pages;
            if (count == known.length) {
                known = Arrays.copyOf(known, 2 * count);
                Arrays.fill(known, count, known.length, Memory.NONE);
            }
            known[count++] = pool.take();
            pages = known;
        }
        // The first unit stays unused, so that no reference is 0 and pieces of 64 bytes stay aligned.
        next = 8;
    }

    /** Returns the page that holds a piece. */
    Memory memory(int reference) {
        return pages[reference >>> UNITS_BITS];
    }

    /** Returns where in its page a piece starts. */
    static long offset(int reference) {
        return (long) (reference & UNITS - 1) << UNIT_BITS;
    }

    long bytes() {
        return (long) PagePool.PAGE_BYTES * count;
    }

    /** Forgets all pieces and keeps the pages, whose content is undefined from now on. */
    void clear() {
        current = -1;
        next = UNITS;
    }

    /** Gives the pages back. */
    void close() {
        clear();
        while (count > 0) {
            count--;
            pool.give(pages[count]);
            pages[count] = Memory.NONE;
        }
    }
}
