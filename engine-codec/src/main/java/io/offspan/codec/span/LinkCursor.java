package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;

/**
 * Walks the links of a span in their order.
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the flyweight it came from moves.
 */
public final class LinkCursor {
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
        at = next;
        skipper.wrap(memory, at + LineLayout.LINK_BYTES, heap, memory.getUnsignedShort(at + 34));
        next = skipper.end();
        return true;
    }

    long end() {
        while (next()) {
            continue;
        }
        return next;
    }

    public long traceIdHigh() {
        return Long.reverseBytes(memory.getLong(at));
    }

    public long traceIdLow() {
        return Long.reverseBytes(memory.getLong(at + 8));
    }

    public long spanId() {
        return Long.reverseBytes(memory.getLong(at + 16));
    }

    /** Tells whether the link names a trace; an id that was missing reads as zeros. */
    public boolean hasTraceId() {
        return (memory.getByte(at + 36) & LineLayout.LINK_HAS_TRACE_ID) != 0;
    }

    public boolean hasSpanId() {
        return (memory.getByte(at + 36) & LineLayout.LINK_HAS_SPAN_ID) != 0;
    }

    public int flags() {
        return memory.getInt(at + 24);
    }

    public int droppedAttributes() {
        return memory.getInt(at + 28);
    }

    /** Returns the string index of the trace state. */
    public int traceStateIndex() {
        return memory.getUnsignedShort(at + 32);
    }

    public String traceState() {
        return heap.get(traceStateIndex());
    }

    /** Returns the cursor over this link's attributes, set before the first. */
    public AttributeCursor attributes() {
        attributes.wrap(memory, at + LineLayout.LINK_BYTES, heap, memory.getUnsignedShort(at + 34));
        return attributes;
    }
}
