package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;

/**
 * Walks the links of a span in their order.
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the flyweight it came from moves.
 */
public final class LinkCursor {
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

    /** Returns how many links there are. */
    public int count() {
        return count;
    }

    /** Goes to the next link, or returns false behind the last. */
    public boolean next() {
        if (++index >= count) {
            index = count;
            return false;
        }
        at = index == 0 ? at : attributes.end();
        attributes();
        return true;
    }

    public long traceIdHigh() {
        return Long.reverseBytes(memory.getLong(at + LineLayout.LINK_TRACE_ID));
    }

    public long traceIdLow() {
        return Long.reverseBytes(memory.getLong(at + LineLayout.LINK_TRACE_ID + 8));
    }

    public long spanId() {
        return Long.reverseBytes(memory.getLong(at + LineLayout.LINK_SPAN_ID));
    }

    /** Tells whether the link names a trace; an id that was missing reads as zeros. */
    public boolean hasTraceId() {
        return (memory.getByte(at + LineLayout.LINK_BITS) & LineLayout.LINK_HAS_TRACE_ID) != 0;
    }

    public boolean hasSpanId() {
        return (memory.getByte(at + LineLayout.LINK_BITS) & LineLayout.LINK_HAS_SPAN_ID) != 0;
    }

    public int flags() {
        return memory.getInt(at + LineLayout.LINK_FLAGS);
    }

    public int droppedAttributes() {
        return memory.getInt(at + LineLayout.LINK_DROPPED);
    }

    /** Returns the string index of the trace state. */
    public int traceStateIndex() {
        return memory.getUnsignedShort(at + LineLayout.LINK_TRACE_STATE);
    }

    public String traceState() {
        return heap.get(traceStateIndex());
    }

    /** Returns the string index of the shape of this link's attributes. */
    public int shapeIndex() {
        return memory.getUnsignedShort(at + LineLayout.LINK_SHAPE);
    }

    /** Returns the cursor over this link's attributes, set before the first. */
    public AttributeCursor attributes() {
        attributes.wrap(memory, at + LineLayout.LINK_BYTES, heap, shapeIndex());
        return attributes;
    }
}
