package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.ArrayDeque;

/**
 * The off-heap pages that live indexes are made of; those of an index that is closed go to the next one.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the indexes. <b>Owns</b> the pages that nobody has.
 */
public final class PagePool {
    /** Bytes of a page: room for 65,536 numbers of four bytes. */
    static final int PAGE_BYTES = 1 << 18;

    private final ArrayDeque<Memory> free = new ArrayDeque<>();
    private int taken;

    /** Returns a page of zeros. */
    Memory take() {
        Memory page = free.poll();
        if (page == null) {
            page = Memory.allocate(PAGE_BYTES);
        } else {
            page.zero(0, PAGE_BYTES);
        }
        taken++;
        return page;
    }

    /** Takes back a page that nobody reads any more. */
    void give(Memory page) {
        taken--;
        free.add(page);
    }

    /** Returns how many bytes all pages have, whether in use or not. */
    public long bytes() {
        return (long) PAGE_BYTES * (taken + free.size());
    }
}
