package io.offspan.query.index;

import java.util.Arrays;

/**
 * The spans that have one of many terms of a key, in a mirrored walk: their postings are put together by their bits, chunk by chunk as
 * the walk or whoever counts comes to it.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for more terms than it has had before.
 */
public final class TermUnion implements SpanSet {
    /** An index looks at no more terms than this for one question, and unites no more; beyond it the spans are scanned. */
    public static final int MOST_TERMS = 16_384;

    private static final int CHUNK_WORDS = Container.SPAN / Long.SIZE;
    private static final int NO_CHUNK = -1;

    /** Where the postings are. */
    interface Source {
        /** Points a container at the postings that a term has in a chunk, or returns false where it has none. */
        boolean open(int term, int chunk, Container into);
    }

    private final Windows windows = new Windows();
    private final Container container = new Container();
    private long[] chunkWords = Windows.NONE;
    private int[] terms = new int[16];
    private int count;
    private int looked;
    private boolean refused;
    private int chunk = NO_CHUNK;
    private int spans;
    private long cost;
    private Source source = (term, chunk, into) -> false;
    private int ordinal = NONE;

    /** Forgets everything and begins to collect terms for the spans {@code [0, spans)}. */
    void clear(Source postings, int spanCount) {
        source = postings;
        spans = spanCount;
        count = 0;
        looked = 0;
        refused = false;
        cost = 0;
        chunk = NO_CHUNK;
        ordinal = -1;
        windows.set(this, spanCount);
    }

    /** Counts a term that is about to be looked at; false when that would be too many. */
    boolean look() {
        refused = looked == MOST_TERMS;
        looked += refused ? 0 : 1;
        return !refused;
    }

    /** Adds a term that about so many spans have; false when there are too many. */
    boolean add(int term, long postings) {
        refused = count == MOST_TERMS;
        if (refused) {
            return false;
        }
        if (count == terms.length) {
            terms = Arrays.copyOf(terms, 2 * count);
        }
        terms[count++] = term;
        cost += postings;
        return true;
    }

    /** Returns what is known when all terms are collected. */
    Answer answer() {
        return refused ? Answer.UNKNOWN : count == 0 ? Answer.NOTHING : Answer.EXACT;
    }

    /** Tells whether there were more terms than are looked at. */
    public boolean isRefused() {
        return refused;
    }

    /** Returns how many terms were looked at. */
    public int looked() {
        return looked;
    }

    /** Returns how many of them are wanted. */
    public int united() {
        return count;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return advance(ordinal + 1);
    }

    @Override
    public int advance(int target) {
        ordinal = windows.ceiling(target);
        return ordinal;
    }

    @Override
    public void addTo(long[] words, int first) {
        if (first >>> LiveIndex.CHUNK_BITS != chunk) {
            enter(first >>> LiveIndex.CHUNK_BITS);
        }
        int from = (first & Container.SPAN - 1) >>> 6;
        for (int i = 0; i < WORDS; i++) {
            words[i] |= chunkWords[from + i];
        }
    }

    private void enter(int number) {
        chunk = number;
        if (chunkWords.length == 0) {
            chunkWords = new long[CHUNK_WORDS];
        }
        Arrays.fill(chunkWords, 0);
        for (int i = 0; i < count; i++) {
            if (source.open(terms[i], number, container)) {
                container.addTo(chunkWords, 0);
            }
        }
    }

    @Override
    public long cost() {
        return Math.min(cost, spans);
    }
}
