package io.offspan.query.index;

import java.util.Arrays;

/**
 * The postings of a block until it ends: each term with its ordinals in a row, so that a term's record and container are touched
 * once for a block instead of once for a span.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index. Allocates only for more postings than any block had before.
 */
final class BlockPostings {
    private static final int SLOTS_BITS = 12;
    private static final int SLOTS = 1 << SLOTS_BITS;
    /** So many terms and no more stand in the table at once. */
    private static final int MAX_TERMS = SLOTS / 2;

    private final int[] terms = new int[SLOTS];
    private final int[] first = new int[SLOTS];
    private final int[] last = new int[SLOTS];
    private final int[] used = new int[MAX_TERMS];
    private int usedCount;

    private int[] ordinals = new int[1 << 14];
    /** The posting of the same term that follows, 0 for none; posting 0 is none. */
    private int[] next = new int[1 << 14];

    private int count = 1;
    private OpenChunk chunk;

    BlockPostings(OpenChunk first) {
        chunk = first;
    }

    /** Says which chunk the ordinals that follow are in; those before have been flushed. */
    void begin(OpenChunk following) {
        chunk = following;
    }

    /** Posts a span under a term unless that was done just before. */
    void add(int term, int ordinal) {
        int slot = term * 0x9E3779B1 >>> 32 - SLOTS_BITS;
        while (terms[slot] != term) {
            if (terms[slot] == Pages.NONE) {
                claim(slot, term, ordinal);
                return;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        int before = last[slot];
        if (ordinals[before] != ordinal) {
            int posting = put(ordinal);
            next[before] = posting;
            last[slot] = posting;
        }
    }

    private void claim(int slot, int term, int ordinal) {
        if (usedCount == MAX_TERMS) {
            flush();
            add(term, ordinal);
            return;
        }
        used[usedCount++] = slot;
        terms[slot] = term;
        int posting = put(ordinal);
        first[slot] = posting;
        last[slot] = posting;
    }

    private int put(int ordinal) {
        if (count == ordinals.length) {
            ordinals = Arrays.copyOf(ordinals, 2 * count);
            next = Arrays.copyOf(next, 2 * count);
        }
        ordinals[count] = ordinal;
        next[count] = 0;
        return count++;
    }

    /** Hands everything on to the chunk. */
    void flush() {
        for (int i = 0; i < usedCount; i++) {
            int slot = used[i];
            chunk.append(terms[slot], first[slot], ordinals, next);
            terms[slot] = Pages.NONE;
        }
        usedCount = 0;
        count = 1;
    }
}
