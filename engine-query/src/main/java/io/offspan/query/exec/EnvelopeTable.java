package io.offspan.query.exec;

import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives each distinct resource and scope envelope a small number that is the same in every block, so that what was found out
 * about one is found out once for a whole scan.
 *
 * <p>Holds at most {@value #MAX_ENVELOPES} envelopes and {@value #MAX_BYTES} bytes; beyond that it forgets all of them and
 * goes to the next {@link #generation}.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class EnvelopeTable {
    static final int MAX_ENVELOPES = 2_048;
    static final int MAX_BYTES = 8 << 20;

    private static final int FIRST_ENVELOPES = 16;
    private static final int UNKNOWN = -1;

    /** By slot of the hash table, twice as many as envelopes fit: the number of one plus one, or 0. */
    private int[] slots = new int[1];

    private byte[] @Nullable [] contents = new byte[0][];
    private StringHeap strings = StringHeap.NONE;
    private int[] numbers = new int[0];
    private int count;
    private long bytes;
    private int generation = 1;

    void enterBlock(StringHeap heap) {
        strings = heap;
        Arrays.fill(numbers, UNKNOWN);
    }

    /** Returns a number that changes whenever the numbers of envelopes lose their meaning. */
    int generation() {
        return generation;
    }

    /** Returns the number of the envelope with a string index, below {@value #MAX_ENVELOPES}. */
    int numberOf(int string) {
        int length = strings.length(string);
        if (string >= numbers.length) {
            growNumbers(string + 1);
        }
        int number = numbers[string];
        if (number == UNKNOWN) {
            number = lookUp(strings.memory(), strings.offset(string), length);
            numbers[string] = number;
        }
        return number;
    }

    private void growNumbers(int least) {
        int known = numbers.length;
        numbers = Arrays.copyOf(numbers, Math.max(least, 2 * known));
        Arrays.fill(numbers, known, numbers.length, UNKNOWN);
    }

    private int lookUp(Memory memory, long offset, int length) {
        int slot = memory.hash(offset, length) & slots.length - 1;
        while (slots[slot] != 0) {
            byte[] content = contents[slots[slot] - 1];
            if (content != null && content.length == length && memory.equalBytes(offset, content, 0, length)) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & slots.length - 1;
        }
        if (count == MAX_ENVELOPES || bytes + length > MAX_BYTES && count > 0) {
            forget();
        }
        if (count == contents.length) {
            grow();
        }
        byte[] copy = new byte[length];
        memory.getBytes(offset, copy, 0, length);
        contents[count] = copy;
        bytes += length;
        enter(HeapBytes.hash(copy, 0, length), ++count);
        return count - 1;
    }

    private void grow() {
        contents = Arrays.copyOf(contents, Math.max(FIRST_ENVELOPES, 2 * count));
        slots = new int[2 * contents.length];
        for (int i = 0; i < count; i++) {
            byte[] content = Objects.requireNonNull(contents[i]);
            enter(HeapBytes.hash(content, 0, content.length), i + 1);
        }
    }

    private void enter(int hash, int number) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = number;
    }

    private void forget() {
        Arrays.fill(slots, 0);
        Arrays.fill(contents, null);
        Arrays.fill(numbers, UNKNOWN);
        count = 0;
        bytes = 0;
        generation++;
    }
}
