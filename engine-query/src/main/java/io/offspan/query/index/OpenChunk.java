package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The containers of the chunk of ordinals that is growing: lists of 16-bit numbers that become bitmaps.
 *
 * <p>When the chunk is full, its containers are copied in their final form, and this memory serves another chunk as soon as
 * nobody reads it.
 *
 * <p><b>Threads.</b> One thread writes. Any thread may {@link #pin} it, and then reads until it unpins.
 */
final class OpenChunk {
    static final long BITMAP_FLAG = 1L << 49;
    private static final int COUNT_SHIFT = 32;
    private static final int COUNT_MASK = (1 << 17) - 1;
    private static final int CHUNK_SHIFT = 50;
    private static final int FIRST_CAPACITY = 4;
    private static final int WRITING = -1;

    private static final VarHandle PINS;

    static {
        try {
            PINS = MethodHandles.lookup().findVarHandle(OpenChunk.class, "pins", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Pages pages;
    private final TermTable terms;
    private int chunk;
    private int touched;

    @SuppressWarnings("unused") // by the handle
    private volatile int pins;

    OpenChunk(PagePool pool, TermTable terms) {
        pages = new Pages(pool);
        this.terms = terms;
    }

    /** Begins a chunk. */
    void begin(int number) {
        pages.clear();
        chunk = number;
        touched = Pages.NONE;
        PINS.setVolatile(this, 0);
    }

    /** Keeps the chunk from being used for another one; false when it is too late for that. */
    boolean pin() {
        int now = (int) PINS.getVolatile(this);
        while (now >= 0) {
            if (PINS.compareAndSet(this, now, now + 1)) {
                return true;
            }
            now = (int) PINS.getVolatile(this);
        }
        return false;
    }

    void unpin() {
        PINS.getAndAdd(this, -1);
    }

    /** Takes the memory for another chunk; false while somebody reads it. */
    boolean reclaim() {
        return PINS.compareAndSet(this, 0, WRITING);
    }

    int chunk() {
        return chunk;
    }

    long bytes() {
        return pages.bytes();
    }

    /** Returns the term that got its first ordinal of the chunk last; the others follow by {@link TermTable#TOUCHED}. */
    int touched() {
        return touched;
    }

    /**
     * Adds ordinals to a term's container, except one that is the last there.
     *
     * @param next what follows on each ordinal, by its place in the list; 0 for nothing
     */
    void append(int term, int first, int[] ordinals, int[] next) {
        Memory record = terms.memory(term);
        long at = Pages.offset(term);
        long open = record.getLong(at + TermTable.OPEN);
        int container = (int) open;
        int count = count(open);
        int last = record.getInt(at + TermTable.LAST) - 1;
        int runs = record.getInt(at + TermTable.RUNS);
        boolean bitmap = (open & BITMAP_FLAG) != 0;
        if (!isOf(open, chunk)) {
            container = pages.allocate(2 * FIRST_CAPACITY);
            count = 0;
            last = -2;
            runs = 0;
            bitmap = false;
            record.putInt(at + TermTable.TOUCHED, touched);
            touched = term;
        }
        Memory memory = pages.memory(container);
        long start = Pages.offset(container);
        for (int i = first; i != 0; i = next[i]) {
            int ordinal = ordinals[i];
            if (ordinal == last) {
                continue;
            }
            runs += ordinal == last + 1 ? 0 : 1;
            last = ordinal;
            if (!bitmap && isFull(count)) {
                bitmap = count == Container.MAX_ARRAY;
                container = bitmap ? toBitmap(container) : larger(container, count);
                memory = pages.memory(container);
                start = Pages.offset(container);
            }
            int number = ordinal & Container.SPAN - 1;
            if (bitmap) {
                setBit(memory, start, number);
            } else {
                memory.putShort(start + 2L * count, number);
            }
            count++;
        }
        record.putInt(at + TermTable.LAST, last + 1);
        record.putInt(at + TermTable.RUNS, runs);
        record.putLongRelease(at + TermTable.OPEN, word(container, count, bitmap));
    }

    /** Tells whether an array of so many numbers has no room: its capacity is a power of two. */
    private static boolean isFull(int count) {
        return count >= FIRST_CAPACITY && (count & count - 1) == 0;
    }

    private int larger(int array, int count) {
        int larger = pages.allocate(4 * count);
        pages.memory(larger).putBytes(Pages.offset(larger), pages.memory(array), Pages.offset(array), 2L * count);
        return larger;
    }

    private int toBitmap(int array) {
        int bitmap = pages.allocate(Container.BITMAP_BYTES);
        Memory to = pages.memory(bitmap);
        long start = Pages.offset(bitmap);
        to.zero(start, Container.BITMAP_BYTES);
        Memory from = pages.memory(array);
        long at = Pages.offset(array);
        for (int i = 0; i < Container.MAX_ARRAY; i++) {
            setBit(to, start, from.getUnsignedShort(at + 2L * i));
        }
        return bitmap;
    }

    private static void setBit(Memory memory, long bitmap, int number) {
        long word = bitmap + (number >>> 6 << 3);
        memory.putLong(word, memory.getLong(word) | 1L << number);
    }

    private long word(int container, int count, boolean bitmap) {
        return (long) chunk << CHUNK_SHIFT
                | (bitmap ? BITMAP_FLAG : 0)
                | (long) count << COUNT_SHIFT
                | container & 0xffff_ffffL;
    }

    /** Tells whether the open container of a term is one of a chunk. */
    static boolean isOf(long open, int chunk) {
        return (int) open != Pages.NONE && (int) (open >>> CHUNK_SHIFT) == chunk;
    }

    static int count(long open) {
        return (int) (open >>> COUNT_SHIFT) & COUNT_MASK;
    }

    static int type(long open) {
        return (open & BITMAP_FLAG) != 0 ? Container.BITMAP : Container.ARRAY;
    }

    /** Returns the page of a container of this chunk. */
    Memory memory(int container) {
        return pages.memory(container);
    }

    void close() {
        pages.close();
    }
}
