package io.offspan.codec.otlp;

import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;

/**
 * Writes a span as the content of an OTLP Span message.
 *
 * <p>Fields come in the order of their numbers, defaults are left out, what was present though empty is written as such.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once the buffer has grown.
 */
final class SpanWriter {
    /** Trace id, span id, parent id, kind, times, with their tags and lengths. */
    private static final int FIXED_PART_BYTES = 18 + 10 + 10 + 11 + 9 + 9;

    private final ProtoOutput out;
    private final SampledState states = new SampledState();
    private int eventWidth = 1;
    private int linkWidth = 1;
    private int statusWidth = 1;

    SpanWriter(ProtoOutput out) {
        this.out = out;
    }

    /** @param threshold of consistent sampling, which the trace state is to carry; 0 for none */
    void write(SpanView span, long threshold) {
        StringHeap strings = span.strings();
        out.ensure(FIXED_PART_BYTES);
        out.putByte(1 << 3 | ProtoInput.LENGTH);
        out.putByte(16);
        out.putLong(Long.reverseBytes(span.traceIdHigh()));
        out.putLong(Long.reverseBytes(span.traceIdLow()));
        out.putByte(2 << 3 | ProtoInput.LENGTH);
        out.putByte(8);
        out.putLong(Long.reverseBytes(span.spanId()));
        if (threshold > 0) {
            byte[] state = states.with(span.hasTraceState() ? span.traceState() : "", threshold);
            out.putField(3 << 3 | ProtoInput.LENGTH, state, 0, state.length);
            out.ensure(FIXED_PART_BYTES);
        } else if (span.hasTraceState()) {
            text(3 << 3 | ProtoInput.LENGTH, strings, span.traceStateIndex());
            out.ensure(FIXED_PART_BYTES);
        }
        if (span.hasParent()) {
            out.putByte(4 << 3 | ProtoInput.LENGTH);
            out.putByte(8);
            out.putLong(Long.reverseBytes(span.parentId()));
        }
        text(5 << 3 | ProtoInput.LENGTH, strings, span.nameIndex());
        out.putUnlessZero(6 << 3 | ProtoInput.VARINT, span.kind());
        time(7 << 3 | ProtoInput.FIXED64, span.startNanos());
        time(8 << 3 | ProtoInput.FIXED64, span.endNanos());
        attributes(9 << 3 | ProtoInput.LENGTH, span.attributes(), strings);
        boolean dropped = span.hasDropped();
        out.putUnlessZero(10 << 3 | ProtoInput.VARINT, dropped ? unsigned(span.droppedAttributes()) : 0);
        if (span.hasEvents()) {
            events(span.events(), strings);
        }
        out.putUnlessZero(12 << 3 | ProtoInput.VARINT, dropped ? unsigned(span.droppedEvents()) : 0);
        if (span.hasLinks()) {
            links(span.links(), strings);
        }
        out.putUnlessZero(14 << 3 | ProtoInput.VARINT, dropped ? unsigned(span.droppedLinks()) : 0);
        if (span.hasStatus()) {
            status(span, strings);
        }
        int flags = span.flags();
        if (flags != 0) {
            out.ensure(6);
            out.putVarint(16 << 3 | ProtoInput.FIXED32);
            out.putInt(flags);
        }
    }

    private void time(int tag, long nanos) {
        if (nanos != 0) {
            out.ensure(9);
            out.putByte(tag);
            out.putLong(nanos);
        }
    }

    private void text(int tag, StringHeap strings, int index) {
        int bytes = strings.length(index);
        if (bytes > 0) {
            out.putField(tag, strings.memory(), strings.offset(index), bytes);
        }
    }

    private void status(SpanView span, StringHeap strings) {
        int start = out.open(15 << 3 | ProtoInput.LENGTH, statusWidth);
        if (span.hasStatusMessage()) {
            text(2 << 3 | ProtoInput.LENGTH, strings, span.statusMessageIndex());
        }
        out.putUnlessZero(3 << 3 | ProtoInput.VARINT, span.statusCode());
        statusWidth = out.close(start, statusWidth);
    }

    private void events(EventCursor event, StringHeap strings) {
        while (event.next()) {
            int start = out.open(11 << 3 | ProtoInput.LENGTH, eventWidth);
            time(1 << 3 | ProtoInput.FIXED64, event.timeNanos());
            text(2 << 3 | ProtoInput.LENGTH, strings, event.nameIndex());
            attributes(3 << 3 | ProtoInput.LENGTH, event.attributes(), strings);
            out.putUnlessZero(4 << 3 | ProtoInput.VARINT, unsigned(event.droppedAttributes()));
            eventWidth = out.close(start, eventWidth);
        }
    }

    private void links(LinkCursor link, StringHeap strings) {
        while (link.next()) {
            int start = out.open(13 << 3 | ProtoInput.LENGTH, linkWidth);
            out.ensure(28);
            if (link.hasTraceId()) {
                out.putByte(1 << 3 | ProtoInput.LENGTH);
                out.putByte(16);
                out.putLong(Long.reverseBytes(link.traceIdHigh()));
                out.putLong(Long.reverseBytes(link.traceIdLow()));
            }
            if (link.hasSpanId()) {
                out.putByte(2 << 3 | ProtoInput.LENGTH);
                out.putByte(8);
                out.putLong(Long.reverseBytes(link.spanId()));
            }
            text(3 << 3 | ProtoInput.LENGTH, strings, link.traceStateIndex());
            attributes(4 << 3 | ProtoInput.LENGTH, link.attributes(), strings);
            out.putUnlessZero(5 << 3 | ProtoInput.VARINT, unsigned(link.droppedAttributes()));
            int flags = link.flags();
            if (flags != 0) {
                out.ensure(5);
                out.putByte(6 << 3 | ProtoInput.FIXED32);
                out.putInt(flags);
            }
            linkWidth = out.close(start, linkWidth);
        }
    }

    private void attributes(int tag, AttributeCursor attribute, StringHeap strings) {
        while (attribute.next()) {
            int type = attribute.type();
            if (type == ValueType.KEY_VALUE) {
                out.putField(tag, attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            } else {
                keyValue(tag, type, attribute, strings);
            }
        }
    }

    private void keyValue(int tag, int type, AttributeCursor attribute, StringHeap strings) {
        int key = attribute.keyIndex();
        int keyBytes = strings.length(key);
        int keyField = keyBytes == 0 ? 0 : 1 + ProtoOutput.varintBytes(keyBytes) + keyBytes;
        int bytes = hasBytes(type) ? attribute.bytesLength() : 0;
        int value = valueBytes(type, bytes, attribute);
        int valueField = type == ValueType.ABSENT ? 0 : 1 + ProtoOutput.varintBytes(value) + value;
        out.ensure(Math.addExact(Math.addExact(keyField, valueField), 1 + ProtoOutput.MAX_VARINT_BYTES));
        out.putByte(tag);
        out.putVarint(keyField + valueField);
        if (keyBytes > 0) {
            out.putByte(ValueParser.KEY);
            out.putVarint(keyBytes);
            out.putBytes(strings.memory(), strings.offset(key), keyBytes);
        }
        if (type != ValueType.ABSENT) {
            out.putByte(ValueParser.VALUE);
            out.putVarint(value);
            value(type, bytes, attribute);
        }
    }

    private static boolean hasBytes(int type) {
        return switch (type) {
            case ValueType.STRING, ValueType.INLINE_STRING, ValueType.BYTES, ValueType.ANY_VALUE -> true;
            default -> false;
        };
    }

    private static int valueBytes(int type, int bytes, AttributeCursor attribute) {
        return switch (type) {
            case ValueType.EMPTY, ValueType.ABSENT -> 0;
            case ValueType.BOOL -> 2;
            case ValueType.DOUBLE -> 9;
            case ValueType.ANY_VALUE -> bytes;
            case ValueType.STRING, ValueType.INLINE_STRING, ValueType.BYTES ->
                1 + ProtoOutput.varintBytes(bytes) + bytes;
            default -> 1 + ProtoOutput.varintBytes(attribute.longValue());
        };
    }

    private void value(int type, int bytes, AttributeCursor attribute) {
        switch (type) {
            case ValueType.EMPTY -> {}
            case ValueType.BOOL -> {
                out.putByte(ValueParser.BOOL_VALUE);
                out.putByte(attribute.booleanValue() ? 1 : 0);
            }
            case ValueType.DOUBLE -> {
                out.putByte(ValueParser.DOUBLE_VALUE);
                out.putLong(attribute.doubleBits());
            }
            case ValueType.ANY_VALUE -> out.putBytes(attribute.bytesMemory(), attribute.bytesOffset(), bytes);
            case ValueType.STRING, ValueType.INLINE_STRING, ValueType.BYTES -> {
                out.putByte(type == ValueType.BYTES ? ValueParser.BYTES_VALUE : ValueParser.STRING_VALUE);
                out.putVarint(bytes);
                out.putBytes(attribute.bytesMemory(), attribute.bytesOffset(), bytes);
            }
            default -> {
                out.putByte(ValueParser.INT_VALUE);
                out.putVarint(attribute.longValue());
            }
        }
    }

    private static long unsigned(int count) {
        return count & 0xffff_ffffL;
    }
}
