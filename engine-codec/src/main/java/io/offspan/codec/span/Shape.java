package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Reads a shape, the list of (key, type) that the packed attributes of a span, event or link follow.
 *
 * <p>A shape is checked and taken apart when it is first met, not again for each span that has it.
 */
final class Shape {
    private static final int[] NO_ENTRIES = {};

    /** Key in the low half, then type, then the bytes of a value, negative where they vary. */
    private int[] entries = NO_ENTRIES;

    private @Nullable StringHeap heap;
    private long stamp;
    private int index;
    private int size;
    private int totalBytes;

    /** Points at a shape; nearly always that of the span before, which has been checked already. */
    void wrap(StringHeap heap, int index) {
        if (this.index != index || this.heap != heap || stamp != heap.stamp()) {
            this.heap = null;
            check(heap, index);
            this.heap = heap;
            this.index = index;
            stamp = heap.stamp();
        }
    }

    private void check(StringHeap heap, int index) {
        size = 0;
        long bytes = heap.length(index);
        Memory memory = heap.memory();
        long at = heap.offset(index);
        int found = bytes < LineLayout.SHAPE_HEADER_BYTES ? -1 : memory.getUnsignedShort(at);
        if (found < 0 || bytes != LineLayout.SHAPE_HEADER_BYTES + (long) LineLayout.SHAPE_ENTRY_BYTES * found) {
            throw new IndexOutOfBoundsException("String " + index + " is not a shape");
        }
        if (entries.length < found) {
            entries = new int[Math.max(found, 2 * entries.length)];
        }
        totalBytes = memory.getUnsignedShort(at + 2);
        for (int i = 0; i < found; i++) {
            entries[i] =
                    entry(memory.getInt(at + LineLayout.SHAPE_HEADER_BYTES + (long) LineLayout.SHAPE_ENTRY_BYTES * i));
        }
        size = found;
    }

    private static int entry(int stored) {
        int type = type(stored);
        if (type >= ValueType.COUNT) {
            throw new IndexOutOfBoundsException("A shape names the value type " + type);
        }
        return stored & 0xffffff | ValueType.bytes(type) << 24;
    }

    int size() {
        return size;
    }

    /** Returns the bytes of all values together, or {@link LineLayout#VARIABLE}. */
    int totalBytes() {
        return totalBytes;
    }

    /** Returns an entry, to be taken apart by {@link #key}, {@link #type} and {@link #bytes}. */
    int at(int entry) {
        return entries[entry];
    }

    static int key(int packed) {
        return packed & 0xffff;
    }

    static int type(int packed) {
        return packed >>> 16 & 0xff;
    }

    /** Returns the bytes of a value, negative when they vary. */
    static int bytes(int packed) {
        return packed >> 24;
    }
}
