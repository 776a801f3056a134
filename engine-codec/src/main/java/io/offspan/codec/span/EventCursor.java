package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;

/**
 * Walks the events of a span in their order.
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the flyweight it came from moves.
 */
public final class EventCursor {
    private final AttributeCursor attributes = new AttributeCursor();
    private Memory memory = Memory.NONE;
    private StringHeap heap = StringHeap.NONE;
    private int count;
    private int index;
    private long at;

    void wrap(Memory values, long offset, StringHeap strings, boolean present) {
        memory = values;
        heap = strings;
        count = present ? values.getUnsignedShort(offset) : 0;
        index = -1;
        at = present ? offset + 2 : offset;
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
        at = index == 0 ? at : attributes.end();
        attributes();
        return true;
    }

    /** Returns nanoseconds since the epoch, unsigned. */
    public long timeNanos() {
        return memory.getLong(at + LineLayout.EVENT_TIME);
    }

    /** Returns the string index of the name. */
    public int nameIndex() {
        return memory.getUnsignedShort(at + LineLayout.EVENT_NAME);
    }

    public String name() {
        return heap.get(nameIndex());
    }

    public int droppedAttributes() {
        return memory.getInt(at + LineLayout.EVENT_DROPPED);
    }

    /** Returns the string index of the shape of this event's attributes. */
    public int shapeIndex() {
        return memory.getUnsignedShort(at + LineLayout.EVENT_SHAPE);
    }

    /** Returns the cursor over this event's attributes, set before the first. */
    public AttributeCursor attributes() {
        attributes.wrap(memory, at + LineLayout.EVENT_BYTES, heap, shapeIndex());
        return attributes;
    }
}
