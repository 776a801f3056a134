package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a value is posted, and finds or makes its term.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class TermWriter {
    private static final int RECENT = 1 << 13;

    final Keys keys = new Keys();
    private final TermTable terms;
    private final BlockTable blocks;
    /** Terms by their hashes, the hash in the upper half: fewer places than the table has, so that they stay in the cache. */
    private long[] recent = new long[RECENT];

    private int chunk;
    private boolean hasMemory = true;
    /** The hash of the value that was asked for last. */
    private int hash;

    TermWriter(TermTable terms, BlockTable blocks) {
        this.terms = terms;
        this.blocks = blocks;
    }

    /** Lets go of what is needed only for writing. */
    void end() {
        recent = new long[0];
    }

    /** Begins a chunk. */
    void begin(int number) {
        chunk = number;
        keys.begin(number);
    }

    /** Says whether there is memory for new terms. */
    void setHasMemory(boolean there) {
        hasMemory = there;
    }

    /** Finds or makes the key of a scope that has none. */
    Key field(Scope scope) {
        Key key = keys.of(scope, Memory.NONE, 0, 0, chunk);
        if (key == null) {
            throw new IllegalStateException("No room for the field " + scope + "; fields are made before all keys");
        }
        return key;
    }

    /** Finds or makes a key; null when there are too many. */
    @Nullable
    Key key(Scope scope, Memory memory, long offset, int length) {
        return keys.of(scope, memory, offset, length, chunk);
    }

    /**
     * Returns the term of a text, or {@link Pages#NONE} where it is not posted.
     *
     * @param rare whether the text stands inline, because texts of its key hardly repeat; it gets no term then
     */
    int text(Key key, Memory memory, long offset, int length, boolean rare) {
        return text(key, memory.hash(offset, length), memory, offset, length, rare);
    }

    /** The same for a text whose bytes have a hash that is known. */
    int text(Key key, int bytesHash, Memory memory, long offset, int length, boolean rare) {
        int valueHash = TermHash.text(key.hash, bytesHash);
        boolean mayCreate = !rare && length <= TermTable.MAX_TEXT_BYTES;
        return term(key, valueHash, Term.TEXT, 0, memory, offset, length, mayCreate);
    }

    /** Returns the term of a number or boolean, or {@link Pages#NONE} where it is not posted. */
    int number(Key key, int type, long bits) {
        int valueHash = TermHash.number(key.hash, type, bits);
        return term(key, valueHash, type, bits, Memory.NONE, 0, 0, true);
    }

    /** Makes what terms share a container by. */
    int group() {
        return terms.createGroup();
    }

    /** Puts the value that was asked for last into the filter of the block. */
    void filter() {
        blocks.add(hash);
    }

    /** Returns the hash of the value that was asked for last. */
    int hash() {
        return hash;
    }

    private int term(
            Key key, int valueHash, int type, long bits, Memory memory, long offset, int length, boolean mayCreate) {
        hash = valueHash;
        byte state = key.state();
        if (state == Key.FILTERED && !key.mayKeep(valueHash)) {
            key.countFiltered(valueHash);
            return Pages.NONE;
        }
        int term = key.hasTerms() ? find(valueHash, key.id, type, bits, memory, offset, length) : Pages.NONE;
        if (term != Pages.NONE && (state != Key.FILTERED || isKept(term))) {
            return term;
        }
        if (state == Key.POSTED) {
            if (mayCreate && hasMemory && key.hasRoom() && !terms.isFull()) {
                int before = key.newest();
                int made = terms.create(valueHash, key.id, type, bits, memory, offset, length, chunk, before);
                key.addNew(made);
                return made;
            }
            key.fill(chunk);
        }
        key.countFiltered(valueHash);
        return Pages.NONE;
    }

    private int find(int valueHash, int key, int type, long bits, Memory memory, long offset, int length) {
        int slot = valueHash & RECENT - 1;
        long known = recent[slot];
        if (known >>> 32 == (valueHash & 0xffff_ffffL)
                && known != 0
                && terms.is((int) known, key, type, bits, memory, offset, length)) {
            return (int) known;
        }
        int term = terms.find(valueHash, key, type, bits, memory, offset, length);
        if (term != Pages.NONE) {
            recent[slot] = (long) valueHash << 32 | term & 0xffff_ffffL;
        }
        return term;
    }

    private boolean isKept(int term) {
        return terms.memory(term).getUnsignedShort(Pages.offset(term) + TermTable.KEPT) <= chunk;
    }
}
