package io.offspan.sample.trace;

import io.offspan.sample.ratio.Threshold;
import java.util.Arrays;

/**
 * The traces of the last while in the order in which they came: first those that are decided, behind them those that wait.
 *
 * <pre>
 *      oldest          first waiting         next
 *        | decided ...      | waiting ...      |
 * </pre>
 *
 * <p>A trace takes {@value #WORDS} words in chunks that are made when they are first needed, one more where its randomness is asked for, and one entry of
 * a table of hashes. Which trace
 * is decided next and which is forgotten next follow from the order in which they came, and from nothing else.
 *
 * <p><b>Threads.</b> Belongs to one thread. What {@link TraceFacts} says is about the trace that was found, added or begun last.
 */
public final class TraceRing implements TraceFacts {
    private static final int WORDS = 7;
    private static final int ID_HIGH = 0;
    private static final int ID_LOW = 1;
    private static final int START = 2;
    private static final int END = 3;
    private static final int MET = 4;
    private static final int ARRIVAL = 5;
    private static final int SPANS = 6;
    /** What the spans name, one more than that, 0 for none; only where it is asked for. */
    private static final int RANDOMNESS = 7;

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK_ROWS = 1 << CHUNK_BITS;
    private static final int LEAST_SLOTS = 1024;
    /** How many traces may come within one block. */
    private static final int RECENT = 1 << 16;

    private final int mostWaiting;
    private final int mostDecided;
    private final int rows;
    private final int words;
    private final long[][] chunks;
    /** Which decided traces are kept, a bit for each by its number, for longer than their rows. */
    private final long[] kept;
    /** The thresholds by which those are kept that were decided last, by their numbers; only where randomness is asked for. */
    private final long[] thresholds;
    /** Row plus one by hash, 0 for none; at most half of the slots are used. */
    private int[] slots = new int[LEAST_SLOTS];

    private long oldest;
    private long firstWaiting;
    private long next;

    private long number;
    private long[] chunk = new long[0];
    private int at;

    /**
     * Makes an empty ring.
     *
     * @param mostWaiting how many traces may wait
     * @param mostDecided how many decided ones are remembered
     * @param ofRandomness whether the randomness that spans name is kept
     */
    public TraceRing(int mostWaiting, int mostDecided, boolean ofRandomness) {
        this.mostWaiting = mostWaiting;
        this.mostDecided = mostDecided;
        rows = Math.addExact(mostWaiting, mostDecided);
        words = ofRandomness ? WORDS + 1 : WORDS;
        chunks = new long[(rows + CHUNK_ROWS - 1) >>> CHUNK_BITS][];
        // A trace is asked for while another waits that came up to mostWaiting later, and when that is decided, as many
        // may have followed it.
        long reach = 2L * mostWaiting + 2 * RECENT;
        kept = new long[(int) (Math.max((long) rows + RECENT, reach) + 63 >>> 6)];
        thresholds = new long[ofRandomness ? (int) reach : 0];
    }

    /** Finds a trace; false when it is not here. */
    public boolean find(long high, long low) {
        int slot = slotOf(high, low);
        if (slots[slot] == 0) {
            return false;
        }
        int row = slots[slot] - 1;
        long ahead = row - oldest % rows;
        move(oldest + (ahead < 0 ? ahead + rows : ahead));
        return true;
    }

    /** Adds a trace that is not here, without spans; there has to be room among those that wait. */
    public void add(long high, long low, long arrivalNanos) {
        assert waiting() < mostWaiting : waiting();
        if (2 * (next - oldest + 1) > slots.length) {
            rehash(2 * slots.length);
        }
        move(next++);
        Arrays.fill(chunk, at, at + words, 0);
        chunk[at + ID_HIGH] = high;
        chunk[at + ID_LOW] = low;
        chunk[at + START] = -1;
        chunk[at + ARRIVAL] = arrivalNanos;
        slots[slotOf(high, low)] = rowOf(number) + 1;
    }

    /** Adds a span to the trace that was found or added, with the conditions that all its spans met, a bit for each. */
    public void addSpan(long startNanos, long endNanos, long met) {
        if (Long.compareUnsigned(startNanos, chunk[at + START]) < 0) {
            chunk[at + START] = startNanos;
        }
        if (Long.compareUnsigned(endNanos, chunk[at + END]) > 0) {
            chunk[at + END] = endNanos;
        }
        chunk[at + MET] |= met;
        chunk[at + SPANS]++;
    }

    /** Notes the randomness that a span names; the first counts. */
    public void addRandomness(long randomness) {
        if (words > RANDOMNESS && chunk[at + RANDOMNESS] == 0) {
            chunk[at + RANDOMNESS] = randomness + 1;
        }
    }

    /** Returns the conditions that the spans of the trace met, a bit for each. */
    public long met() {
        return chunk[at + MET];
    }

    /** Tells whether the trace that was found is decided. */
    public boolean isDecided() {
        return number < firstWaiting;
    }

    /** Returns the number of the trace that was found, added or begun last; they are counted as they come. */
    public long number() {
        return number;
    }

    /** Returns the number of the trace that has waited longest, or that the next one will have where none waits. */
    public long firstWaiting() {
        return firstWaiting;
    }

    /** Tells whether the decided trace that was found is kept. */
    public boolean isKept() {
        return isKept(number);
    }

    /** Returns the threshold by which the decided trace that was found is kept, 0 for none. */
    public long threshold() {
        return words > RANDOMNESS ? chunk[at + START] : 0;
    }

    /** Tells whether a decided trace is kept, by its number, for as long as one waits that had come before it was decided, and for a block longer. */
    public boolean isKept(long trace) {
        int bit = (int) (trace % ((long) kept.length << 6));
        return (kept[bit >>> 6] & 1L << bit) != 0;
    }

    /** Returns the threshold by which a decided trace is kept, by its number, for as long as {@link #isKept} knows it. */
    public long threshold(long trace) {
        return words > RANDOMNESS ? thresholds[(int) (trace % thresholds.length)] : 0;
    }

    /** Goes to the trace that has waited longest; false when none waits. */
    public boolean first() {
        if (firstWaiting == next) {
            return false;
        }
        move(firstWaiting);
        return true;
    }

    /**
     * Notes the decision about the trace that has waited longest, which {@link #first} went to, and forgets the oldest where there are too
     * many.
     *
     * @param threshold of its randomness, by which it is kept, 0 for none
     */
    public void decide(boolean keep, long threshold) {
        assert number == firstWaiting && firstWaiting < next : number;
        int bit = (int) (number % ((long) kept.length << 6));
        kept[bit >>> 6] = keep ? kept[bit >>> 6] | 1L << bit : kept[bit >>> 6] & ~(1L << bit);
        if (words > RANDOMNESS) {
            // Nobody asks for the start of a trace that is decided.
            chunk[at + START] = threshold;
            thresholds[(int) (number % thresholds.length)] = threshold;
        }
        firstWaiting++;
        while (firstWaiting - oldest > mostDecided) {
            move(oldest);
            remove(slotOf(traceIdHigh(), traceIdLow()));
            oldest++;
        }
    }

    /** Returns how many traces wait. */
    public long waiting() {
        return next - firstWaiting;
    }

    /** Tells whether no more trace may wait. */
    public boolean isFull() {
        return waiting() == mostWaiting;
    }

    /** Returns when the trace came. */
    public long arrivalNanos() {
        return chunk[at + ARRIVAL];
    }

    @Override
    public long traceIdHigh() {
        return chunk[at + ID_HIGH];
    }

    @Override
    public long traceIdLow() {
        return chunk[at + ID_LOW];
    }

    @Override
    public long startNanos() {
        return chunk[at + START];
    }

    @Override
    public long endNanos() {
        return chunk[at + END];
    }

    @Override
    public long spans() {
        return chunk[at + SPANS];
    }

    @Override
    public long randomness() {
        long named = words > RANDOMNESS ? chunk[at + RANDOMNESS] : 0;
        return named == 0 ? Threshold.randomness(traceIdLow()) : named - 1;
    }

    @Override
    public boolean meets(int condition) {
        return (chunk[at + MET] & 1L << condition) != 0;
    }

    private int rowOf(long trace) {
        return (int) (trace % rows);
    }

    private void move(long trace) {
        number = trace;
        int row = rowOf(trace);
        int index = row >>> CHUNK_BITS;
        long[] rowsOfIt = chunks[index];
        if (rowsOfIt == null) {
            rowsOfIt = new long[Math.min(CHUNK_ROWS, rows - (index << CHUNK_BITS)) * words];
            chunks[index] = rowsOfIt;
        }
        chunk = rowsOfIt;
        at = (row & CHUNK_ROWS - 1) * words;
    }

    /** Returns the slot of a trace, or the free one where it would be. */
    private int slotOf(long high, long low) {
        int mask = slots.length - 1;
        int slot = hash(high, low) & mask;
        while (slots[slot] != 0 && !isAt(slots[slot] - 1, high, low)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int row, long high, long low) {
        long[] rowsOfIt = chunks[row >>> CHUNK_BITS];
        int first = (row & CHUNK_ROWS - 1) * words;
        return rowsOfIt[first + ID_LOW] == low && rowsOfIt[first + ID_HIGH] == high;
    }

    private int homeOf(int row) {
        long[] rowsOfIt = chunks[row >>> CHUNK_BITS];
        int first = (row & CHUNK_ROWS - 1) * words;
        return hash(rowsOfIt[first + ID_HIGH], rowsOfIt[first + ID_LOW]) & slots.length - 1;
    }

    /** Frees a slot and moves those behind it that could not be where they belong. */
    private void remove(int free) {
        int mask = slots.length - 1;
        int slot = free;
        slots[free] = 0;
        while (true) {
            slot = slot + 1 & mask;
            if (slots[slot] == 0) {
                return;
            }
            int home = homeOf(slots[slot] - 1);
            if ((slot - home & mask) >= (slot - free & mask)) {
                slots[free] = slots[slot];
                slots[slot] = 0;
                free = slot;
            }
        }
    }

    private void rehash(int length) {
        slots = new int[length];
        for (long trace = oldest; trace < next; trace++) {
            move(trace);
            slots[slotOf(traceIdHigh(), traceIdLow())] = rowOf(trace) + 1;
        }
    }

    private static int hash(long high, long low) {
        long bits = (high ^ low * 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        return (int) (bits ^ bits >>> 32);
    }
}
