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
    private static final int CHUNK_MASK = LiveIndex.MAX_CHUNKS - 1;
    private static final long SHARED_FLAG = 1L << 58;
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
    private final long[] opens = new long[BlockPostings.MAX_ROWS];

    @SuppressWarnings("unused") // so that reading is not left out
    private long fetched;

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
     * Reads what {@link #append} is about to change, all records and then all containers: many misses of the cache at once take
     * hardly longer than one.
     */
    void fetch(int[] of, int count, int base) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long open = terms.memory(of[i]).getLong(Pages.offset(of[i]) + TermTable.OPEN);
            opens[i] = open;
        }
        for (int i = 0; i < count; i++) {
            long open = opens[i];
            if (isOf(open, chunk)) {
                long at = Pages.offset((int) open);
                sum += pages.memory((int) open)
                        .getUnsignedShort(
                                (open & BITMAP_FLAG) != 0
                                        ? at + ((base & Container.SPAN - 1) >>> 3)
                                        : at + 2L * (count(open) - 1));
            }
        }
        fetched = sum;
    }

    /**
     * Adds the ordinals of a row of bits to a term's container, except one that is the last there.
     *
     * @param row which of the terms that were fetched
     * @param base the ordinal of the first bit
     * @param at where in {@code bits} the row begins: a set of the words that have bits, and then the words
     */
    void append(int term, int row, int base, long[] bits, int at) {
        Memory record = terms.memory(term);
        long fields = Pages.offset(term);
        long open = opens[row];
        boolean grows = isOf(open, chunk);
        int last = grows ? record.getInt(fields + TermTable.LAST) - 1 - base : -2;
        int runs = grows ? record.getInt(fields + TermTable.RUNS) : 0;
        int first = at + 1;
        if (last >= 0) {
            bits[first + (last >>> 6)] &= ~(1L << last);
        }
        if (last >= -1 && isSet(bits, first, last + 1)) {
            runs--;
        }
        int added = 0;
        int words = (int) bits[at];
        for (int left = words; left != 0; left &= left - 1) {
            int i = first + Integer.numberOfTrailingZeros(left);
            long word = bits[i];
            long before = i == first ? 0 : bits[i - 1] >>> 63;
            added += Long.bitCount(word);
            runs += Long.bitCount(word & ~(word << 1 | before));
        }
        if (added == 0) {
            return;
        }
        int count = grows ? count(open) : 0;
        int total = count + added;
        int container = (int) open;
        boolean bitmap = (open & BITMAP_FLAG) != 0;
        if (!grows) {
            record.putInt(fields + TermTable.TOUCHED, touched);
            touched = term;
            bitmap = false;
            container = pages.allocate(2 * capacity(added));
        } else if (!bitmap && total > capacity(count)) {
            bitmap = total > Container.MAX_ARRAY;
            container = bitmap ? toBitmap(container, count) : larger(container, count, capacity(total));
        }
        Memory memory = pages.memory(container);
        int number = base & Container.SPAN - 1;
        if (bitmap) {
            last = setBits(memory, Pages.offset(container), number, bits, first, words);
        } else {
            last = addNumbers(memory, Pages.offset(container) + 2L * count, number, bits, first, words);
        }
        record.putInt(fields + TermTable.LAST, (base & -Container.SPAN) + last + 1);
        record.putInt(fields + TermTable.RUNS, runs);
        record.putLongRelease(fields + TermTable.OPEN, word(container, total, bitmap));
    }

    /** Lets a term that no span of the chunk has yet share the container of a group; false when there is such a span, or another group. */
    boolean share(int term, int group) {
        Memory record = terms.memory(term);
        long at = Pages.offset(term);
        long open = record.getLong(at + TermTable.OPEN);
        if (isOf(open, chunk)) {
            return isShared(open) && (int) open == group;
        }
        record.putInt(at + TermTable.TOUCHED, touched);
        touched = term;
        record.putLongRelease(at + TermTable.OPEN, word(group, 0, false) | SHARED_FLAG);
        return true;
    }

    /** Tells whether a term shares the container of a group. */
    boolean isShared(int term) {
        long open = terms.memory(term).getLong(Pages.offset(term) + TermTable.OPEN);
        return isShared(open) && isOf(open, chunk);
    }

    /** Gives a term that shares a container one of its own, with what its group has up to now. */
    void part(int term) {
        Memory record = terms.memory(term);
        long at = Pages.offset(term);
        int group = (int) record.getLong(at + TermTable.OPEN);
        Memory shared = terms.memory(group);
        long from = Pages.offset(group);
        long open = shared.getLong(from + TermTable.OPEN);
        int container = (int) open;
        boolean bitmap = (open & BITMAP_FLAG) != 0;
        int bytes = bitmap ? Container.BITMAP_BYTES : 2 * capacity(count(open));
        int copy = pages.allocate(bytes);
        pages.memory(copy).putBytes(Pages.offset(copy), pages.memory(container), Pages.offset(container), bytes);
        record.putInt(at + TermTable.LAST, shared.getInt(from + TermTable.LAST));
        record.putInt(at + TermTable.RUNS, shared.getInt(from + TermTable.RUNS));
        record.putLongRelease(at + TermTable.OPEN, word(copy, count(open), bitmap));
    }

    private static boolean isSet(long[] bits, int first, int bit) {
        return bit < BlockPostings.WORDS * Long.SIZE && (bits[first + (bit >>> 6)] >>> bit & 1) != 0;
    }

    /** Adds words to a bitmap, and returns the last number. */
    private static int setBits(Memory memory, long bitmap, int base, long[] bits, int first, int words) {
        long at = bitmap + (base >>> 3);
        int last = 0;
        for (int left = words; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            long word = bits[first + i];
            if (word != 0) {
                memory.putLong(at + 8L * i, memory.getLong(at + 8L * i) | word);
                last = base + (i << 6) + 63 - Long.numberOfLeadingZeros(word);
            }
        }
        return last;
    }

    /** Adds numbers to the end of an array, and returns the last one. */
    private static int addNumbers(Memory memory, long end, int base, long[] bits, int first, int words) {
        long at = end;
        int last = 0;
        for (int left = words; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            for (long word = bits[first + i]; word != 0; word &= word - 1) {
                last = base + (i << 6) + Long.numberOfTrailingZeros(word);
                memory.putShort(at, last);
                at += 2;
            }
        }
        return last;
    }

    /** Returns for how many numbers an array of so many has room: a power of two. */
    private static int capacity(int count) {
        return count <= FIRST_CAPACITY ? FIRST_CAPACITY : Integer.highestOneBit(count - 1) << 1;
    }

    private int larger(int array, int count, int capacity) {
        int larger = pages.allocate(2 * capacity);
        pages.memory(larger).putBytes(Pages.offset(larger), pages.memory(array), Pages.offset(array), 2L * count);
        return larger;
    }

    private int toBitmap(int array, int count) {
        int bitmap = pages.allocate(Container.BITMAP_BYTES);
        Memory to = pages.memory(bitmap);
        long start = Pages.offset(bitmap);
        to.zero(start, Container.BITMAP_BYTES);
        Memory from = pages.memory(array);
        long at = Pages.offset(array);
        for (int i = 0; i < count; i++) {
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
        return (int) open != Pages.NONE && ((int) (open >>> CHUNK_SHIFT) & CHUNK_MASK) == chunk;
    }

    /** Tells whether the reference is that of a group, which has the container. */
    static boolean isShared(long open) {
        return (open & SHARED_FLAG) != 0;
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

    /** Gives the memory back, and returns true. */
    boolean close() {
        pages.close();
        return true;
    }
}
