package io.offspan.parquet.file;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * The different values of a column, each once, numbered as they come; its bytes are those of a dictionary page.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only while it grows.
 */
final class Dictionary {
    private static final int FREE = -1;

    private final Bytes page = new Bytes(1024);
    private int[] slots = new int[256];
    private int[] hashes = new int[128];
    private int[] offsets = new int[128];
    private int count;

    Dictionary() {
        Arrays.fill(slots, FREE);
    }

    int count() {
        return count;
    }

    /** Returns the values, each behind its length. */
    Bytes page() {
        return page;
    }

    /** Returns the number of a value, a new one for a new value. */
    int number(Memory source, long offset, int length) {
        int hash = source.hash(offset, length);
        int slot = hash & slots.length - 1;
        while (slots[slot] != FREE) {
            int number = slots[slot];
            if (hashes[number] == hash
                    && lengthOf(number) == length
                    && source.equalBytes(offset, page.array(), offsets[number], length)) {
                return number;
            }
            slot = slot + 1 & slots.length - 1;
        }
        if (count == hashes.length) {
            grow();
            return number(source, offset, length);
        }
        page.putInt(length);
        offsets[count] = page.length();
        page.put(source, offset, length);
        hashes[count] = hash;
        slots[slot] = count;
        return count++;
    }

    private int lengthOf(int number) {
        int next = number + 1 == count ? page.length() : offsets[number + 1] - Integer.BYTES;
        return next - offsets[number];
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, 2 * count);
        offsets = Arrays.copyOf(offsets, 2 * count);
        slots = new int[4 * count];
        Arrays.fill(slots, FREE);
        for (int i = 0; i < count; i++) {
            int slot = hashes[i] & slots.length - 1;
            while (slots[slot] != FREE) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = i;
        }
    }
}
