package io.offspan.query.index;

/**
 * The postings of a block until it ends: for each term a row of bits, one for each span, so that a term's record and container are
 * touched once for a block instead of once for a span, and by 64 spans at a time.
 *
 * <p>The bits of a row are those of a window of ordinals that begins at a multiple of 64, where a word of a bitmap begins too. A span
 * outside the window begins another one.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index. Allocates nothing.
 */
final class BlockPostings {
    /** Words of a row: 512 spans fit, wherever they begin. */
    static final int WORDS = 9;

    /** From one row to the next. */
    static final int STRIDE = 1 + WORDS;

    private static final int WINDOW = WORDS * Long.SIZE;

    private static final int SLOTS_BITS = 12;
    private static final int SLOTS = 1 << SLOTS_BITS;
    /** So many terms and no more have rows at once. */
    static final int MAX_ROWS = SLOTS / 2;

    private static final int MAX_PLANS = 512;

    /** One more than the row of a term, or 0. */
    private final short[] slots = new short[SLOTS];

    private final int[] terms = new int[MAX_ROWS];
    private final short[] slotOfRow = new short[MAX_ROWS];
    /** For each row a set of the words that have bits, and then the words. */
    private final long[] bits = new long[MAX_ROWS * STRIDE];

    private int rows;

    /** The plans that have bits of their own, to be added to the rows of their terms. */
    private final EnvelopePlan[] plans = new EnvelopePlan[MAX_PLANS];

    private int planCount;

    private OpenChunk chunk;
    private int base = -WINDOW;
    private long epoch = 1;

    BlockPostings(OpenChunk first) {
        chunk = first;
    }

    /** Says which chunk the ordinals that follow are in; the spans before have ended. */
    void begin(OpenChunk following) {
        chunk = following;
    }

    /** Begins with a span; the rows that are known stay those of their terms unless this or a {@link #row} changes the epoch. */
    void enter(int ordinal) {
        if (ordinal - base >= WINDOW) {
            end();
            base = ordinal & -Long.SIZE;
        }
    }

    /** Returns a number that changes when all rows are given up. */
    long epoch() {
        return epoch;
    }

    /** Posts the span under a term. */
    void add(int term, int ordinal) {
        set(row(term), ordinal);
    }

    /** Posts the span under the term of a row. */
    void set(int row, int ordinal) {
        set(bits, row * STRIDE, ordinal);
    }

    /** Sets the bit of a span in a row that begins there. */
    void set(long[] row, int at, int ordinal) {
        int word = ordinal - base >>> 6;
        row[at] |= 1L << word;
        row[at + 1 + word] |= 1L << ordinal;
    }

    /** Returns the row of a term. */
    int row(int term) {
        int slot = term * 0x9E3779B1 >>> 32 - SLOTS_BITS;
        while (slots[slot] != 0) {
            int row = slots[slot] - 1;
            if (terms[row] == term) {
                return row;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        if (rows == MAX_ROWS) {
            flush();
            return row(term);
        }
        slots[slot] = (short) (rows + 1);
        slotOfRow[rows] = (short) slot;
        terms[rows] = term;
        return rows++;
    }

    /** Makes sure that there are rows for so many terms without another epoch; false when there are never so many. */
    boolean reserve(int count) {
        if (count > MAX_ROWS) {
            return false;
        }
        if (rows + count > MAX_ROWS || planCount == MAX_PLANS) {
            flush();
        }
        return true;
    }

    /**
     * Lets a term share the container of a group, of which nothing was posted in this chunk yet, unless others post the term: then it
     * gets a container of its own, and whoever shared it until now posts it from the next epoch on.
     */
    void share(int term, int group) {
        if (!chunk.share(term, group) && chunk.isShared(term)) {
            flush();
            chunk.part(term);
        }
    }

    /** Tells whether a term shares the container of a group, and is not to be posted by itself. */
    boolean isShared(int term) {
        return chunk.isShared(term);
    }

    /** Adds a plan whose bits go to its rows when this epoch ends. */
    void join(EnvelopePlan plan) {
        plans[planCount++] = plan;
    }

    /** Adds a row to another one. */
    void merge(int row, long[] more) {
        int at = row * STRIDE;
        for (int i = 0; i < STRIDE; i++) {
            bits[at + i] |= more[i];
        }
    }

    private void clear(int at) {
        for (int words = (int) bits[at]; words != 0; words &= words - 1) {
            bits[at + 1 + Integer.numberOfTrailingZeros(words)] = 0;
        }
        bits[at] = 0;
    }

    /** Hands everything on to the chunk; the next span begins another window. */
    void end() {
        flush();
        base = -WINDOW;
    }

    private void flush() {
        for (int i = 0; i < planCount; i++) {
            plans[i].pour(this);
        }
        planCount = 0;
        chunk.fetch(terms, rows, base);
        for (int row = 0; row < rows; row++) {
            chunk.append(terms[row], row, base, bits, row * STRIDE);
            clear(row * STRIDE);
            slots[slotOfRow[row]] = 0;
        }
        rows = 0;
        epoch++;
    }
}
