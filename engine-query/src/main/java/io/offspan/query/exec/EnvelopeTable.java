package io.offspan.query.exec;

import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
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

    private static final int SLOTS = 2 * MAX_ENVELOPES;
    private static final int UNKNOWN = -1;

    /** By slot of the hash table: the number of an envelope plus one, or 0. */
    private final int[] slots = new int[SLOTS];

    private final byte[] @Nullable [] contents = new byte[MAX_ENVELOPES][];
    private StringHeap strings = new StringHeap();
    private int[] numbers = new int[0];
    private int count;
    private long bytes;
    private int generation = 1;

    void enterBlock(StringHeap heap) {
        strings = heap;
        if (numbers.length < heap.count()) {
            numbers = new int[Math.max(heap.count(), 2 * numbers.length)];
        }
        Arrays.fill(numbers, 0, heap.count(), UNKNOWN);
    }

    /** Returns a number that changes whenever the numbers of envelopes lose their meaning. */
    int generation() {
        return generation;
    }

    /** Returns the number of the envelope with a string index, below {@value #MAX_ENVELOPES}. */
    int numberOf(int string) {
        int length = strings.length(string);
        int number = numbers[string];
        if (number == UNKNOWN) {
            number = lookUp(strings.memory(), strings.offset(string), length);
            numbers[string] = number;
        }
        return number;
    }

    private int lookUp(Memory memory, long offset, int length) {
        int slot = memory.hash(offset, length) & (SLOTS - 1);
        while (slots[slot] != 0) {
            byte[] content = contents[slots[slot] - 1];
            if (content != null && content.length == length && memory.equalBytes(offset, content, 0, length)) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & (SLOTS - 1);
        }
        if (count == MAX_ENVELOPES || bytes + length > MAX_BYTES && count > 0) {
            forget();
            slot = memory.hash(offset, length) & (SLOTS - 1);
        }
        byte[] copy = new byte[length];
        memory.getBytes(offset, copy, 0, length);
        contents[count] = copy;
        bytes += length;
        slots[slot] = ++count;
        return count - 1;
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
