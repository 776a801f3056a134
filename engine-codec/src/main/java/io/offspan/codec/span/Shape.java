package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/** Reads a shape, the list of (key, type) that the packed attributes of a span, event or link follow. */
final class Shape {
    private Memory memory = Memory.NONE;
    private @Nullable StringHeap heap;
    private long stamp;
    private int index;
    private long at;
    private int size;

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
        long bytes = heap.length(index);
        memory = heap.memory();
        at = heap.offset(index);
        size = bytes < LineLayout.SHAPE_HEADER_BYTES ? -1 : memory.getUnsignedShort(at);
        if (size < 0 || bytes != LineLayout.SHAPE_HEADER_BYTES + (long) LineLayout.SHAPE_ENTRY_BYTES * size) {
            throw new IndexOutOfBoundsException("String " + index + " is not a shape");
        }
    }

    int size() {
        return size;
    }

    /** Returns the bytes of all values together, or {@link LineLayout#VARIABLE}. */
    int totalBytes() {
        return memory.getUnsignedShort(at + 2);
    }

    /** Returns key and type of an entry, to be taken apart by {@link #key} and {@link #type}. */
    int entry(int entry) {
        int packed = memory.getInt(at + LineLayout.SHAPE_HEADER_BYTES + (long) LineLayout.SHAPE_ENTRY_BYTES * entry);
        if (type(packed) >= ValueType.COUNT) {
            throw new IndexOutOfBoundsException("A shape names the value type " + type(packed));
        }
        return packed;
    }

    static int key(int packed) {
        return packed & 0xffff;
    }

    static int type(int packed) {
        return packed >>> 16 & 0xff;
    }
}
