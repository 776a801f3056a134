package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;

/**
 * Walks the events of a span in their order.
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the flyweight it came from moves.
 */
public final class EventCursor {
    private final AttributeCursor attributes = new AttributeCursor();
    private final AttributeCursor skipper = new AttributeCursor();
    private Memory memory = new Memory();
    private StringHeap heap = new StringHeap();
    private int count;
    private int index;
    private long at;
    private long next;

    void wrap(Memory values, long offset, StringHeap strings, boolean present) {
        memory = values;
        heap = strings;
        count = present ? values.getUnsignedShort(offset) : 0;
        index = -1;
        at = offset;
        next = present ? offset + 2 : offset;
    }

    /** Returns how many events there are. */
    public int count() {
        return count;
    }

    /** Goes to the next event, or returns false behind the last. */
    public boolean next() {
        if (++index >= count) {
            index = count;
            return false;
        }
        at = next;
        skipper.wrap(memory, at + LineLayout.EVENT_BYTES, heap, memory.getUnsignedShort(at + 10));
        next = skipper.end();
        return true;
    }

    long end() {
        while (next()) {
            continue;
        }
        return next;
    }

    /** Returns nanoseconds since the epoch, unsigned. */
    public long timeNanos() {
        return memory.getLong(at);
    }

    /** Returns the string index of the name. */
    public int nameIndex() {
        return memory.getUnsignedShort(at + 8);
    }

    public String name() {
        return heap.get(nameIndex());
    }

    public int droppedAttributes() {
        return memory.getInt(at + 12);
    }

    /** Returns the cursor over this event's attributes, set before the first. */
    public AttributeCursor attributes() {
        attributes.wrap(memory, at + LineLayout.EVENT_BYTES, heap, memory.getUnsignedShort(at + 10));
        return attributes;
    }
}
