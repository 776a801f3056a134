package io.offspan.codec.span;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Writes the line and the values of one draft after another into the slab under construction.
 *
 * <p>Allocates nothing after construction but for shapes of more than 64 attributes seen for the first time.
 *
 * <p><b>Threads.</b> One writer. <b>Fails</b> with {@link BlockFullException}; whoever catches it, or anything else thrown
 * here, rewinds the area to the last mark and calls {@link #forget}.
 */
public final class SpanEncoder {
    private static final int ENVELOPES = 64;
    private static final int MAX_INLINE_BYTES = 0xffff;

    private final SlabArea area;
    private final Memory memory;
    private final StringDictionary strings;
    private final ShapeTable shapes;
    private final KeyStatistics keys = new KeyStatistics();
    private final @Nullable Envelope[] envelopes = new Envelope[ENVELOPES];
    private final long[] envelopeStamps = new long[ENVELOPES];
    private final int[] envelopeIndexes = new int[ENVELOPES];

    /** Makes an encoder that writes into an area, wherever that points. */
    public SpanEncoder(SlabArea area) {
        this.area = area;
        memory = area.memory;
        strings = new StringDictionary(area);
        shapes = new ShapeTable(area);
        forget();
    }

    /** Starts with an empty slab. */
    public void nextSlab() {
        keys.nextSlab();
        forget();
    }

    /** Drops what is known of the slab's strings and shapes: they may name what was taken back. */
    public void forget() {
        strings.clear();
        shapes.clear();
        java.util.Arrays.fill(envelopes, null);
    }

    /**
     * Writes the values of a draft at the area's position, and its line at {@code line}.
     *
     * @return the sum of the line as {@link Memory#fold} gives it, made before the line is written: to read it back at once would
     *     wait for the stores
     */
    public long encode(SpanDraft draft, long line, long seed) {
        int values = area.valuesBytes();
        int resource = envelope(draft.resource);
        int scope = envelope(draft.scope);
        int name = text(draft, draft.nameText, draft.nameRange);
        int shape = attributes(draft, 0, draft.spanAttributes, ShapeTable.SPAN, name);
        int bits = draft.hasParent ? LineLayout.HAS_PARENT : 0;
        if (draft.events.count > 0) {
            bits |= LineLayout.HAS_EVENTS;
            events(draft);
        }
        if (draft.links.count > 0) {
            bits |= LineLayout.HAS_LINKS;
            links(draft);
        }
        bits |= trailer(draft);
        long references = resource | (long) scope << 16 | (long) name << 32 | (long) shape << 48;
        long kindStatus = kindNibble(draft.kind) | statusNibble(draft) << 4;
        long rest = kindStatus | (long) bits << 8 | (draft.flags & 0xffffL) << 16 | (long) values << 32;
        return putLine(draft, line, references, rest, seed);
    }

    private long putLine(SpanDraft draft, long line, long references, long rest, long seed) {
        long traceIdHigh = Long.reverseBytes(draft.traceIdHigh);
        long traceIdLow = Long.reverseBytes(draft.traceIdLow);
        long spanId = Long.reverseBytes(draft.spanId);
        long parentId = Long.reverseBytes(draft.parentId);
        long start = draft.start;
        long duration = draft.end - start;
        Memory to = memory;
        to.putLong(line + LineLayout.TRACE_ID, traceIdHigh);
        to.putLong(line + LineLayout.TRACE_ID + 8, traceIdLow);
        to.putLong(line + LineLayout.SPAN_ID, spanId);
        to.putLong(line + LineLayout.PARENT_ID, parentId);
        to.putLong(line + LineLayout.START, start);
        to.putLong(line + LineLayout.DURATION, duration);
        to.putLong(line + LineLayout.RESOURCE, references);
        to.putLong(line + LineLayout.KIND_STATUS, rest);
        return HeapBytes.fold(seed, traceIdHigh, traceIdLow, spanId, parentId, start, duration, references, rest);
    }

    private static int kindNibble(int kind) {
        return kind >= 0 && kind <= SpanView.MAX_KIND ? kind : SpanView.WIDE;
    }

    private static int statusNibble(SpanDraft draft) {
        if (!draft.hasStatus) {
            return LineLayout.STATUS_ABSENT;
        }
        int status = draft.status;
        return status >= 0 && status <= SpanView.MAX_STATUS ? status + 1 : SpanView.WIDE;
    }

    private int envelope(Envelope envelope) {
        int slot = envelope.number() & ENVELOPES - 1;
        if (envelopes[slot] == envelope && envelopeStamps[slot] == envelope.stamp()) {
            return envelopeIndexes[slot];
        }
        int index = strings.intern(envelope.bytes(), 0, envelope.length());
        envelopes[slot] = envelope;
        envelopeStamps[slot] = envelope.stamp();
        envelopeIndexes[slot] = index;
        return index;
    }

    private int text(SpanDraft draft, @Nullable String text, long range) {
        return text != null ? strings.intern(text) : strings.intern(draft.source, (int) (range >>> 32), (int) range);
    }

    private int attributes(SpanDraft draft, int first, int end, int kind, int name) {
        int n = end - first;
        int guess = shapes.guess(kind, name);
        int from = guess < 0 ? 0 : shapes.first(guess);
        int size = guess < 0 ? 0 : shapes.size(guess);
        int i = 0;
        int common = Math.min(n, size);
        while (i < common && keyMatches(draft, first + i, from + i)) {
            if (!writeAsGuessed(draft, first + i, from + i)) {
                break;
            }
            i++;
        }
        if (guess >= 0 && i == n && i == size) {
            return shapes.confirm(kind, name, guess);
        }
        shapes.start(from, i);
        for (; i < n; i++) {
            int a = first + i;
            String text = draft.attributes.keyText[a];
            long range = draft.attributes.keyRange[a];
            int slot = KeyStatistics.slot(
                    text != null ? text.hashCode() : HeapBytes.hash(draft.source, (int) (range >>> 32), (int) range));
            int key = text(draft, text, range);
            shapes.add(key, text, chosen(draft, a, slot), slot);
        }
        return shapes.finish(kind, name);
    }

    private boolean keyMatches(SpanDraft draft, int attribute, int entry) {
        String text = draft.attributes.keyText[attribute];
        if (text != null) {
            String expected = shapes.keyText[entry];
            return text == expected || text.equals(expected);
        }
        long range = draft.attributes.keyRange[attribute];
        return area.equalString(shapes.key[entry], draft.source, (int) (range >>> 32), (int) range);
    }

    /** Writes a value as the type of a guessed entry, or returns false, having written nothing, when it is of another. */
    private boolean writeAsGuessed(SpanDraft draft, int attribute, int entry) {
        return write(draft, attribute, shapes.type[entry], shapes.statistic[entry]);
    }

    /** Writes a value as the type that suits it best, and returns that type. */
    private int chosen(SpanDraft draft, int a, int slot) {
        int type = draft.attributes.type[a];
        if (type == SpanDraft.LONG) {
            type = keys.integerType(slot, draft.attributes.bits[a]);
        } else if (type == SpanDraft.STRING && keys.inline(slot)) {
            type = ValueType.INLINE_STRING;
        }
        if (!write(draft, a, type, slot)) {
            type = ValueType.STRING;
            write(draft, a, type, slot);
        }
        return type;
    }

    /** Writes a value as a given type, or returns false, having written nothing, when it is of another. */
    private boolean write(SpanDraft draft, int a, int type, int slot) {
        int kind = draft.attributes.type[a];
        switch (type) {
            case ValueType.STRING:
                return kind == SpanDraft.STRING && writeReference(draft, a, slot);
            case ValueType.INLINE_STRING:
                return kind == SpanDraft.STRING && writeInline(draft, a);
            case ValueType.INT8:
            case ValueType.INT16:
            case ValueType.INT32:
            case ValueType.INT64:
                return kind == SpanDraft.LONG && writeInteger(type, draft.attributes.bits[a]);
            case ValueType.BOOL:
                if (kind != SpanDraft.BOOL) {
                    return false;
                }
                area.need(1);
                memory.putByte(area.position++, (int) draft.attributes.bits[a]);
                return true;
            case ValueType.DOUBLE:
                return kind == SpanDraft.DOUBLE && writeLong(draft.attributes.bits[a]);
            case ValueType.EMPTY:
            case ValueType.ABSENT:
                return kind == type;
            default:
                return kind == type && writeBytes(draft, a);
        }
    }

    private boolean writeReference(SpanDraft draft, int a, int slot) {
        area.need(2);
        int before = strings.misses();
        int index = text(draft, (String) draft.attributes.object[a], draft.attributes.bits[a]);
        keys.count(slot, strings.misses() - before);
        area.need(2);
        memory.putShort(area.position, index);
        area.position += 2;
        return true;
    }

    private boolean writeInline(SpanDraft draft, int a) {
        String text = (String) draft.attributes.object[a];
        if (text != null) {
            return writeInline(text);
        }
        long range = draft.attributes.bits[a];
        int bytes = (int) range;
        if (bytes > MAX_INLINE_BYTES) {
            return false;
        }
        area.need(2 + bytes);
        int at = area.position;
        memory.putShort(at, bytes);
        memory.putBytes(at + 2, draft.source, (int) (range >>> 32), bytes);
        area.position = at + 2 + bytes;
        return true;
    }

    private boolean writeInline(String text) {
        int bytes = text.length();
        if (bytes > MAX_INLINE_BYTES) {
            return false;
        }
        area.need(2 + bytes);
        int at = area.position;
        if (!Utf8.putAscii(memory, at + 2, text)) {
            bytes = Utf8.length(text);
            if (bytes > MAX_INLINE_BYTES) {
                return false;
            }
            area.need(2 + bytes);
            Utf8.put(memory, at + 2, text, bytes);
        }
        memory.putShort(at, bytes);
        area.position = at + 2 + bytes;
        return true;
    }

    private boolean writeInteger(int type, long value) {
        int at = area.position;
        area.need(8);
        if (ValueType.narrowest(value) > type) {
            return false;
        }
        memory.putLong(at, value);
        area.position = at + ValueType.bytes(type);
        return true;
    }

    private boolean writeLong(long value) {
        area.need(8);
        memory.putLong(area.position, value);
        area.position += 8;
        return true;
    }

    private boolean writeBytes(SpanDraft draft, int a) {
        byte[] object = (byte[]) draft.attributes.object[a];
        long range = draft.attributes.bits[a];
        int bytes = object != null ? object.length : (int) range;
        if (bytes > Integer.MAX_VALUE - 4) {
            throw BlockFullException.FULL;
        }
        area.need(4 + bytes);
        int at = area.position;
        memory.putInt(at, bytes);
        memory.putBytes(
                at + 4, object != null ? object : draft.source, object != null ? 0 : (int) (range >>> 32), bytes);
        area.position = at + 4 + bytes;
        return true;
    }

    private void events(SpanDraft draft) {
        putShort(draft.events.count);
        for (int e = 0; e < draft.events.count; e++) {
            int name = text(draft, draft.events.nameText[e], draft.events.nameRange[e]);
            area.need(LineLayout.EVENT_BYTES);
            int at = area.position;
            area.position += LineLayout.EVENT_BYTES;
            int shape = attributes(draft, draft.events.first[e], draft.events.end[e], ShapeTable.EVENT, name);
            memory.putLong(at + LineLayout.EVENT_TIME, draft.events.time[e]);
            memory.putShort(at + LineLayout.EVENT_NAME, name);
            memory.putShort(at + LineLayout.EVENT_SHAPE, shape);
            memory.putInt(at + LineLayout.EVENT_DROPPED, draft.events.dropped[e]);
        }
    }

    private void links(SpanDraft draft) {
        putShort(draft.links.count);
        for (int l = 0; l < draft.links.count; l++) {
            int state = text(draft, draft.links.stateText[l], draft.links.stateRange[l]);
            area.need(LineLayout.LINK_BYTES);
            int at = area.position;
            area.position += LineLayout.LINK_BYTES;
            int shape = attributes(draft, draft.links.first[l], draft.links.end[l], ShapeTable.LINK, 0);
            memory.putLong(at + LineLayout.LINK_TRACE_ID, Long.reverseBytes(draft.links.traceIdHigh[l]));
            memory.putLong(at + LineLayout.LINK_TRACE_ID + 8, Long.reverseBytes(draft.links.traceIdLow[l]));
            memory.putLong(at + LineLayout.LINK_SPAN_ID, Long.reverseBytes(draft.links.spanId[l]));
            memory.putInt(at + LineLayout.LINK_FLAGS, draft.links.flags[l]);
            memory.putInt(at + LineLayout.LINK_DROPPED, draft.links.dropped[l]);
            memory.putShort(at + LineLayout.LINK_TRACE_STATE, state);
            memory.putShort(at + LineLayout.LINK_SHAPE, shape);
            memory.putByte(at + LineLayout.LINK_BITS, draft.links.bits[l]);
        }
    }

    /** Writes what few spans have, and returns the bits that say what it was. */
    private int trailer(SpanDraft draft) {
        int bits = 0;
        if (draft.messageText != null ? !draft.messageText.isEmpty() : (int) draft.messageRange != 0) {
            bits |= LineLayout.HAS_STATUS_MESSAGE;
            putShort(text(draft, draft.messageText, draft.messageRange));
        }
        if (draft.traceStateText != null ? !draft.traceStateText.isEmpty() : (int) draft.traceStateRange != 0) {
            bits |= LineLayout.HAS_TRACE_STATE;
            putShort(text(draft, draft.traceStateText, draft.traceStateRange));
        }
        if ((draft.droppedAttributes | draft.droppedEvents | draft.droppedLinks) != 0) {
            bits |= LineLayout.HAS_DROPPED;
            putInt(draft.droppedAttributes);
            putInt(draft.droppedEvents);
            putInt(draft.droppedLinks);
        }
        if (draft.flags >>> 16 != 0
                || kindNibble(draft.kind) == SpanView.WIDE
                || statusNibble(draft) == SpanView.WIDE) {
            bits |= LineLayout.WIDE;
            putInt(draft.flags);
            putInt(draft.kind);
            putInt(draft.status);
        }
        return bits;
    }

    private void putShort(int value) {
        area.need(2);
        memory.putShort(area.position, value);
        area.position += 2;
    }

    private void putInt(int value) {
        area.need(4);
        memory.putInt(area.position, value);
        area.position += 4;
    }
}
