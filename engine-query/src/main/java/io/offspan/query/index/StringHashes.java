package io.offspan.query.index;

import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;

/**
 * The hashes of all strings of a block, calculated in the order in which they lie, so that the processor works on several at once and
 * reads ahead; a string that several keys have is gone through once.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class StringHashes {
    private int[] hashes = new int[2048];

    void enterBlock(StringHeap strings) {
        int count = strings.count();
        if (count > hashes.length) {
            hashes = new int[Math.max(count, 2 * hashes.length)];
        }
        Memory memory = strings.memory();
        for (int i = 0; i < count; i++) {
            hashes[i] = memory.hash(strings.offset(i), strings.length(i));
        }
    }

    /** Returns the hash of the bytes of a string. */
    int get(int index) {
        return hashes[index];
    }
}
