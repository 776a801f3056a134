package io.offspan.codec.span;

import io.offspan.codec.wire.Hex;
import io.offspan.codec.wire.Memory;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A span where it lies: the flyweight that reads the line and the packed values of one span of a block or slab.
 *
 * <p>Ids are given as numbers whose most significant byte is the first byte of the id. Times are nanoseconds since the epoch as
 * unsigned 64-bit numbers.
 *
 * <p><b>Threads.</b> Belongs to one thread; valid until the reader moves to another block or is closed, and after that every
 * access throws {@link IndexOutOfBoundsException}. Cursors are made when first asked for.
 *
 * <p><b>Fails</b> with {@link IndexOutOfBoundsException} when the bytes name places outside their block.
 */
public final class SpanView {
    /** The largest kind that the line holds; others stand in the values. */
    public static final int MAX_KIND = 5;
    /** The largest status code that the line holds. */
    public static final int MAX_STATUS = 2;

    static final int WIDE = 15;
    private static final BitSet NONE_DAMAGED = new BitSet();

    private final AttributeCursor attributes = new AttributeCursor();
    /** Walks to what lies behind attributes without moving a cursor that somebody holds. */
    private @Nullable AttributeCursor skipper;

    private @Nullable EventCursor events;
    private @Nullable LinkCursor links;
    private Memory memory = Memory.NONE;
    private StringHeap heap = StringHeap.NONE;
    private long line;
    private long values;
    /** Where the attributes end, or -1 as long as nobody asked. */
    private long attributesEnd;

    /**
     * Points at a span.
     *
     * @param memory the window that holds the lines and values
     * @param line where the line starts
     * @param values where value offset 0 of a line would be
     * @param strings the strings of the block
     */
    public SpanView wrap(Memory memory, long line, long values, StringHeap strings) {
        memory.check(line, LineLayout.BYTES);
        this.memory = memory;
        this.line = line;
        this.values = values + memory.getUnsignedInt(line + LineLayout.VALUES);
        heap = strings;
        attributesEnd = -1;
        return this;
    }

    /** Returns the first eight bytes of the trace id. */
    public long traceIdHigh() {
        return Long.reverseBytes(memory.getLong(line + LineLayout.TRACE_ID));
    }

    /** Returns the last eight bytes of the trace id. */
    public long traceIdLow() {
        return Long.reverseBytes(memory.getLong(line + LineLayout.TRACE_ID + 8));
    }

    public long spanId() {
        return Long.reverseBytes(memory.getLong(line + LineLayout.SPAN_ID));
    }

    /** Returns the parent's span id, 0 when there is none. */
    public long parentId() {
        return Long.reverseBytes(memory.getLong(line + LineLayout.PARENT_ID));
    }

    public boolean hasParent() {
        return has(LineLayout.HAS_PARENT);
    }

    public long startNanos() {
        return memory.getLong(line + LineLayout.START);
    }

    /** Returns the end, 0 for a span that does not say when it ended. */
    public long endNanos() {
        return startNanos() + memory.getLong(line + LineLayout.DURATION);
    }

    /** Tells whether the span says when it ended; without that it has no duration. */
    public boolean hasEnd() {
        return endNanos() != 0;
    }

    /** Returns end minus start, 0 for a span that has no end or ends before it starts. */
    public long durationNanos() {
        long duration = memory.getLong(line + LineLayout.DURATION);
        // Behind a start from 2^63 on, no end looks like one that is far away.
        return duration < 0 || duration == -startNanos() ? 0 : duration;
    }

    /** Returns the kind as a number of the OTLP enumeration, or whatever the sender put there. */
    public int kind() {
        int kind = memory.getUnsignedByte(line + LineLayout.KIND_STATUS) & 15;
        return kind == WIDE ? memory.getInt(trailer(LineLayout.WIDE) + LineLayout.WIDE_KIND) : kind;
    }

    /** Tells whether the span carries a status message field at all, if only an empty one. */
    public boolean hasStatus() {
        return memory.getUnsignedByte(line + LineLayout.KIND_STATUS) >>> 4 != LineLayout.STATUS_ABSENT;
    }

    /** Returns the status code: 0 unset (also when there is no status), 1 ok, 2 error, or whatever the sender put there. */
    public int statusCode() {
        int nibble = memory.getUnsignedByte(line + LineLayout.KIND_STATUS) >>> 4;
        if (nibble == WIDE) {
            return memory.getInt(trailer(LineLayout.WIDE) + LineLayout.WIDE_STATUS);
        }
        return nibble == LineLayout.STATUS_ABSENT ? 0 : nibble - 1;
    }

    public boolean hasStatusMessage() {
        return has(LineLayout.HAS_STATUS_MESSAGE);
    }

    /** Returns the string index of the status message, or -1. */
    public int statusMessageIndex() {
        return hasStatusMessage() ? memory.getUnsignedShort(trailer(LineLayout.HAS_STATUS_MESSAGE)) : -1;
    }

    public String statusMessage() {
        int index = statusMessageIndex();
        return index < 0 ? "" : heap.get(index);
    }

    public boolean hasTraceState() {
        return has(LineLayout.HAS_TRACE_STATE);
    }

    /** Returns the string index of the trace state, or -1. */
    public int traceStateIndex() {
        return hasTraceState() ? memory.getUnsignedShort(trailer(LineLayout.HAS_TRACE_STATE)) : -1;
    }

    public String traceState() {
        int index = traceStateIndex();
        return index < 0 ? "" : heap.get(index);
    }

    /** Returns all 32 bits of the OTLP flags. */
    public int flags() {
        return has(LineLayout.WIDE)
                ? memory.getInt(trailer(LineLayout.WIDE))
                : memory.getUnsignedShort(line + LineLayout.FLAGS);
    }

    public boolean hasDropped() {
        return has(LineLayout.HAS_DROPPED);
    }

    public int droppedAttributes() {
        return hasDropped() ? memory.getInt(trailer(LineLayout.HAS_DROPPED)) : 0;
    }

    public int droppedEvents() {
        return hasDropped() ? memory.getInt(trailer(LineLayout.HAS_DROPPED) + 4) : 0;
    }

    public int droppedLinks() {
        return hasDropped() ? memory.getInt(trailer(LineLayout.HAS_DROPPED) + 8) : 0;
    }

    /** Returns the string index of the resource's {@link Envelope}. */
    public int resourceIndex() {
        return memory.getUnsignedShort(line + LineLayout.RESOURCE);
    }

    /** Returns the string index of the scope's {@link Envelope}. */
    public int scopeIndex() {
        return memory.getUnsignedShort(line + LineLayout.SCOPE);
    }

    /** Returns the string index of the name. */
    public int nameIndex() {
        return memory.getUnsignedShort(line + LineLayout.NAME);
    }

    public String name() {
        return heap.get(nameIndex());
    }

    /** Returns the string index of the shape of the span's attributes. */
    public int shapeIndex() {
        return memory.getUnsignedShort(line + LineLayout.SHAPE);
    }

    /** Returns the strings of the block that this span is in. */
    public StringHeap strings() {
        return heap;
    }

    /** Returns the cursor over the span's attributes, set before the first. */
    public AttributeCursor attributes() {
        attributes.wrap(memory, values, heap, shapeIndex());
        return attributes;
    }

    public boolean hasEvents() {
        return has(LineLayout.HAS_EVENTS);
    }

    /** Returns the cursor over the events, set before the first. */
    public EventCursor events() {
        EventCursor cursor = events;
        if (cursor == null) {
            cursor = new EventCursor();
            events = cursor;
        }
        cursor.wrap(memory, attributesEnd(), heap, hasEvents());
        return cursor;
    }

    public boolean hasLinks() {
        return has(LineLayout.HAS_LINKS);
    }

    /** Returns the cursor over the links, set before the first. */
    public LinkCursor links() {
        LinkCursor cursor = links;
        if (cursor == null) {
            cursor = new LinkCursor();
            links = cursor;
        }
        cursor.wrap(memory, eventsEnd(), heap, hasLinks());
        return cursor;
    }

    /** Returns the trace id as 32 hexadecimal digits. */
    public String traceIdHex() {
        return Hex.of(traceIdHigh(), traceIdLow());
    }

    /** Reads every byte of the span once and throws if any of it lies outside the block or has no meaning. */
    public void validate() {
        validate(NONE_DAMAGED);
    }

    /** Does the same, and throws also when the span needs a string whose index is in a set. */
    public void validate(BitSet damagedStrings) {
        use(resourceIndex(), damagedStrings);
        use(scopeIndex(), damagedStrings);
        use(nameIndex(), damagedStrings);
        use(shapeIndex(), damagedStrings);
        checkAttributes(attributes(), damagedStrings);
        for (EventCursor event = events(); event.next(); ) {
            use(event.nameIndex(), damagedStrings);
            use(event.shapeIndex(), damagedStrings);
            checkAttributes(event.attributes(), damagedStrings);
        }
        for (LinkCursor link = links(); link.next(); ) {
            use(link.traceStateIndex(), damagedStrings);
            use(link.shapeIndex(), damagedStrings);
            checkAttributes(link.attributes(), damagedStrings);
        }
        if (hasStatusMessage()) {
            use(statusMessageIndex(), damagedStrings);
        }
        if (hasTraceState()) {
            use(traceStateIndex(), damagedStrings);
        }
        checkMore();
        kind();
        statusCode();
        flags();
        droppedLinks();
    }

    private void checkAttributes(AttributeCursor cursor, BitSet damagedStrings) {
        while (cursor.next()) {
            use(cursor.keyIndex(), damagedStrings);
            if (cursor.stringIndex() >= 0) {
                use(cursor.stringIndex(), damagedStrings);
            }
        }
    }

    private void use(int string, BitSet damagedStrings) {
        heap.length(string);
        if (damagedStrings.get(string)) {
            throw new IndexOutOfBoundsException("String " + string + " is damaged");
        }
    }

    /** Steps over parts of a span that a later release may add; none is known to this one. */
    private void checkMore() {
        if (!has(LineLayout.HAS_MORE)) {
            return;
        }
        long at = trailer(LineLayout.HAS_MORE);
        long end = at + 2 + memory.getUnsignedShort(at);
        memory.check(at, end - at);
        at += 2;
        while (at < end) {
            at += LineLayout.PART_HEADER_BYTES + memory.getUnsignedShort(at + LineLayout.PART_LENGTH);
        }
        if (at != end) {
            throw new IndexOutOfBoundsException("An optional part of a span is longer than the parts together");
        }
    }

    private boolean has(int bit) {
        return (memory.getByte(line + LineLayout.BITS) & bit) != 0;
    }

    private long attributesEnd() {
        if (attributesEnd < 0) {
            attributesEnd = skip(values, shapeIndex());
        }
        return attributesEnd;
    }

    private long eventsEnd() {
        return hasEvents()
                ? skipList(attributesEnd(), LineLayout.EVENT_BYTES, LineLayout.EVENT_SHAPE)
                : attributesEnd();
    }

    private long linksEnd() {
        return hasLinks() ? skipList(eventsEnd(), LineLayout.LINK_BYTES, LineLayout.LINK_SHAPE) : eventsEnd();
    }

    private long skipList(long start, int bytes, int shape) {
        int count = memory.getUnsignedShort(start);
        long at = start + 2;
        for (int i = 0; i < count; i++) {
            at = skip(at + bytes, memory.getUnsignedShort(at + shape));
        }
        return at;
    }

    private long skip(long start, int shape) {
        AttributeCursor cursor = skipper;
        if (cursor == null) {
            cursor = new AttributeCursor();
            skipper = cursor;
        }
        cursor.wrap(memory, start, heap, shape);
        return cursor.end();
    }

    /** Returns where the trailing field that a presence bit announces is. */
    private long trailer(int bit) {
        if (!has(bit)) {
            throw new IndexOutOfBoundsException("A span names a field that its presence bits deny");
        }
        long at = linksEnd();
        if (bit == LineLayout.HAS_STATUS_MESSAGE) {
            return at;
        }
        at += has(LineLayout.HAS_STATUS_MESSAGE) ? 2 : 0;
        if (bit == LineLayout.HAS_TRACE_STATE) {
            return at;
        }
        at += has(LineLayout.HAS_TRACE_STATE) ? 2 : 0;
        if (bit == LineLayout.HAS_DROPPED) {
            return at;
        }
        at += has(LineLayout.HAS_DROPPED) ? 12 : 0;
        return bit == LineLayout.WIDE || !has(LineLayout.WIDE) ? at : at + LineLayout.WIDE_BYTES;
    }
}
