package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * A key in its scope, and what becomes of its values in each chunk.
 *
 * <p>A chunk begins with {@link #POSTED}: every value gets a term. With too many new terms, a value that stands inline or memory that
 * runs out it becomes {@link #FULL} for the rest of the chunk: the terms that are there go on, other values go to the filters of
 * their blocks. After a chunk with too many values the next ones are {@link #FILTERED}: only the heaviest terms are kept.
 *
 * <p>So a term's postings are complete in a chunk that is POSTED, in one that is FULL if the term was there by then, and in a
 * FILTERED one if the term is kept.
 *
 * <p><b>Threads.</b> One thread writes; any thread reads the state of chunks that begin before the count of spans that it has read.
 */
final class Key {
    static final byte POSTED = 0;
    static final byte FULL = 1;
    static final byte FILTERED = 2;

    /** More new terms than this in a chunk are too many for the next one. */
    static final int MAX_NEW_TERMS = 4096;

    /** A term that so many spans of a chunk have is kept. */
    static final int HEAVY = 256;

    final int id;
    final Scope scope;
    final int hash;
    private final byte[] key;
    private final byte[] states = new byte[LiveIndex.MAX_CHUNKS];

    private byte state;
    private int newTerms;
    private int filtered;
    private boolean tooMany;
    /** The term that was made last. */
    private volatile int newest = Pages.NONE;
    /** Hashes of kept terms set a bit each. */
    private final long[] kept = new long[8];

    private boolean keeps;
    /** Hashes of the values that went to filters in this chunk set a bit each. */
    private long[] seen = {};

    Key(int id, Scope scope, byte[] key, int hash) {
        this.id = id;
        this.scope = scope;
        this.key = key;
        this.hash = hash;
    }

    boolean is(Scope wanted, Memory memory, long offset, int length) {
        return scope == wanted && key.length == length && memory.equalBytes(offset, key, 0, length);
    }

    boolean is(Term term) {
        return scope == term.scope() && Arrays.equals(key, term.key());
    }

    byte state() {
        return state;
    }

    byte state(int chunk) {
        return states[chunk];
    }

    byte[] key() {
        return key;
    }

    /** Tells whether the postings of a term are complete in a chunk. */
    boolean isComplete(int chunk, int created, int keptFrom) {
        return isComplete(states[chunk], chunk, created, keptFrom);
    }

    /** Tells whether the postings of a term are complete in a chunk in which its key has a state. */
    static boolean isComplete(int state, int chunk, int created, int keptFrom) {
        return switch (state) {
            case POSTED -> true;
            case FULL -> created <= chunk;
            default -> keptFrom <= chunk;
        };
    }

    /** Says that no more terms are made in this chunk. */
    void fill(int chunk) {
        state = FULL;
        states[chunk] = FULL;
    }

    /** Says that no value gets a term any more, now and in later chunks, unless their number falls. */
    void filter(int chunk) {
        state = FILTERED;
        states[chunk] = FILTERED;
        if (seen.length == 0) {
            seen = new long[64];
        }
    }

    boolean hasRoom() {
        return newTerms < MAX_NEW_TERMS;
    }

    /** Takes in a term that was made, all of which is written. */
    void addNew(int term) {
        newTerms++;
        newest = term;
    }

    /** Returns the term that was made last, {@link Pages#NONE} for none; those before follow by {@link TermTable#before}. */
    int newest() {
        return newest;
    }

    /** Tells whether any value ever got a term. */
    boolean hasTerms() {
        return newest != Pages.NONE;
    }

    void countFiltered(int valueHash) {
        filtered++;
        if (state == FILTERED) {
            seen[valueHash >>> 6 & 63] |= 1L << valueHash;
        }
    }

    /** Tells whether the term with this hash may be one that is kept. */
    boolean mayKeep(int valueHash) {
        return keeps && (kept[valueHash >>> 6 & 7] >>> valueHash & 1) != 0;
    }

    void keep(int valueHash) {
        keeps = true;
        kept[valueHash >>> 6 & 7] |= 1L << valueHash;
    }

    /** Decides what happens to the values of the next chunk. */
    void decide() {
        if (state == FILTERED) {
            int bits = 0;
            for (long word : seen) {
                bits += Long.bitCount(word);
            }
            tooMany = bits > seen.length * Long.SIZE / 8;
        } else {
            tooMany = newTerms >= MAX_NEW_TERMS || filtered >= MAX_NEW_TERMS;
        }
    }

    /** Tells what was decided. */
    boolean hasTooMany() {
        return tooMany;
    }

    /** Begins a chunk as it was decided. */
    void begin(int chunk) {
        newTerms = 0;
        filtered = 0;
        Arrays.fill(seen, 0);
        state = POSTED;
        if (tooMany) {
            filter(chunk);
        }
    }
}
