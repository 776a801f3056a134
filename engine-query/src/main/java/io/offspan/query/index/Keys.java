package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a live index. There are at most {@link #MAX_KEYS}; of all others it only knows from which chunk on there are some.
 *
 * <p><b>Threads.</b> One thread writes; any thread finds what was added before the count of spans that it has read.
 */
final class Keys {
    static final int MAX_KEYS = 4096;

    private static final int SLOTS = 4 * MAX_KEYS;

    private final @Nullable Key[] slots = new @Nullable Key[SLOTS];
    private Key[] all = new Key[64];
    private int count;
    private int othersFrom = TermTable.NEVER;

    /** Finds or makes the key with these bytes; null when there are too many. */
    @Nullable
    Key of(Scope scope, Memory memory, long offset, int length, int chunk) {
        int hash = TermHash.key(scope, memory.hash(offset, length));
        int slot = hash & SLOTS - 1;
        for (Key key = slots[slot]; key != null; key = slots[slot]) {
            if (key.hash == hash && key.is(scope, memory, offset, length)) {
                return key;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return add(slot, scope, memory, offset, length, hash, chunk);
    }

    private @Nullable Key add(int slot, Scope scope, Memory memory, long offset, int length, int hash, int chunk) {
        if (count == MAX_KEYS) {
            othersFrom = Math.min(othersFrom, chunk);
            return null;
        }
        byte[] bytes = new byte[length];
        if (length > 0) {
            memory.getBytes(offset, bytes, 0, length);
        }
        Key key = new Key(count, scope, bytes, hash);
        if (count == all.length) {
            all = Arrays.copyOf(all, 2 * count);
        }
        all[count++] = key;
        slots[slot] = key;
        return key;
    }

    /** Returns the key of a term, or null when it is not known. */
    @Nullable
    Key find(Term term) {
        int hash = term.keyHash();
        int slot = hash & SLOTS - 1;
        for (Key key = slots[slot]; key != null; key = slots[slot]) {
            if (key.hash == hash && key.is(term)) {
                return key;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return null;
    }

    /** Returns the first chunk that has keys for which there was no room. */
    int othersFrom() {
        return othersFrom;
    }

    int count() {
        return count;
    }

    Key get(int id) {
        return all[id];
    }

    /** Decides for each key what happens to its values in the next chunk. */
    void decide() {
        for (int i = 0; i < count; i++) {
            all[i].decide();
        }
    }

    /** Begins a chunk. */
    void begin(int chunk) {
        for (int i = 0; i < count; i++) {
            all[i].begin(chunk);
        }
    }
}
