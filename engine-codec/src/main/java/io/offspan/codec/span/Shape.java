package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;

/** Reads a shape, the list of (key, type) that the packed attributes of a span, event or link follow. */
final class Shape {
    private Memory memory = new Memory();
    private long at;
    private int size;

    void wrap(StringHeap heap, int index) {
        long bytes = heap.length(index);
        memory = heap.memory();
        at = heap.offset(index);
        size = bytes < LineLayout.SHAPE_HEADER_BYTES ? -1 : memory.getUnsignedShort(at);
        if (bytes != LineLayout.SHAPE_HEADER_BYTES + (long) LineLayout.SHAPE_ENTRY_BYTES * size) {
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

    int key(int entry) {
        return memory.getUnsignedShort(at + 4 + 4L * entry);
    }

    int type(int entry) {
        int type = memory.getUnsignedByte(at + 6 + 4L * entry);
        if (type >= ValueType.COUNT) {
            throw new IndexOutOfBoundsException("A shape names the value type " + type);
        }
        return type;
    }
}
