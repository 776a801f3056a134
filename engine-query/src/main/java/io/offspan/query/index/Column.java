package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.util.Arrays;

/**
 * An off-heap array of records of one size, zero until they are written, that grows and stays where it is.
 *
 * <p><b>Threads.</b> One thread writes; any thread may read a record that it learned of by an acquire of what the writer released
 * after.
 */
final class Column {
    private final PagePool pool;
    private final int recordBits;
    private final int pageBits;
    /** Volatile, as a reader of a record it has known for long may meet the array that has grown since. */
    private volatile Memory[] pages = {};

    /** Makes an empty array of records of {@code 1 << recordBits} bytes. */
    Column(PagePool pool, int recordBits) {
        this.pool = pool;
        this.recordBits = recordBits;
        pageBits = Integer.numberOfTrailingZeros(PagePool.PAGE_BYTES) - recordBits;
    }

    /** Makes sure that all records up to this one are there. */
    void reach(int index) {
        int needed = (index >>> pageBits) + 1;
        int from = pages.length;
        if (needed > from) {
            Memory[] larger = Arrays.copyOf(pages, needed);
            for (int i = from; i < needed; i++) {
                larger[i] = pool.take();
            }
            pages = larger;
        }
    }

    /** Returns the page that holds a record. */
    Memory memory(int index) {
        return pages[index >>> pageBits];
    }

    /** Returns where in its page a record starts. */
    long offset(int index) {
        return (long) (index & (1 << pageBits) - 1) << recordBits;
    }

    /** Writes the first records, page by page. */
    void write(int records, SealOutput out) throws IOException {
        for (int from = 0; from < records; from += 1 << pageBits) {
            long count = Math.min(records - from, 1 << pageBits);
            out.putBytes(memory(from), 0, count << recordBits);
        }
    }

    long bytes() {
        return (long) PagePool.PAGE_BYTES * pages.length;
    }

    /** Gives the pages back. */
    void close() {
        for (Memory page : pages) {
            pool.give(page);
        }
        pages = new Memory[0];
    }
}
