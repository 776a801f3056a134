package io.offspan.codec.span;

import io.offspan.codec.wire.HeapBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the index of a text that the slab already holds, or adds it.
 *
 * <p>Strings are found by identity or equality in a direct-mapped cache, byte ranges by hash and comparison in an open table.
 * A miss of the cache only stores a string twice, which is legal. Both are emptied for each slab.
 */
final class StringDictionary {
    private static final int CACHE = 4096;
    private static final int TABLE = 8192;
    private static final int MAX_LOAD = TABLE * 3 / 4;

    private final SlabArea area;
    private final @Nullable String[] cached = new String[CACHE];
    private final int[] cachedIndex = new int[CACHE];
    /** The hash in the upper half and the index plus one in the lower; 0 is an empty slot. */
    private final long[] table = new long[TABLE];

    private int load;
    private int misses;

    StringDictionary(SlabArea area) {
        this.area = area;
    }

    void clear() {
        Arrays.fill(cached, null);
        Arrays.fill(table, 0);
        load = 0;
    }

    /** Counts the texts that were not found, so that a caller can tell whether the last one was new. */
    int misses() {
        return misses;
    }

    int intern(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 15) & CACHE - 1;
        String hit = cached[slot];
        if (hit == text || hit != null && hit.equals(text)) {
            return cachedIndex[slot];
        }
        misses++;
        int index = area.addString(text);
        cached[slot] = text;
        cachedIndex[slot] = index;
        return index;
    }

    int intern(byte[] source, int offset, int length) {
        int hash = HeapBytes.hash(source, offset, length);
        int slot = hash & TABLE - 1;
        for (long known = table[slot]; known != 0; known = table[slot]) {
            if ((int) (known >>> 32) == hash && area.equalString((int) known - 1, source, offset, length)) {
                return (int) known - 1;
            }
            slot = slot + 1 & TABLE - 1;
        }
        misses++;
        int index = area.addString(source, offset, length);
        if (load < MAX_LOAD) {
            load++;
            table[slot] = (long) hash << 32 | index + 1;
        }
        return index;
    }
}
