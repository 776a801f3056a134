package io.offspan.bench.codec;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;

/** Adds up every field of a stored span and every byte of its texts, keys by their index, so that nothing is left unread. */
public final class SpanSum {
    private long sum;

    public long of(SpanView span) {
        StringHeap strings = span.strings();
        sum = span.traceIdHigh() + span.traceIdLow() + span.spanId() + span.parentId();
        sum += span.startNanos() + span.durationNanos() + span.kind() + span.statusCode() + span.flags();
        sum += span.resourceIndex() + span.scopeIndex() + (span.hasParent() ? 1 : 0);
        string(strings, span.nameIndex());
        attributes(span.attributes());
        if (span.hasEvents()) {
            for (EventCursor event = span.events(); event.next(); ) {
                sum += event.timeNanos() + event.droppedAttributes();
                string(strings, event.nameIndex());
                attributes(event.attributes());
            }
        }
        if (span.hasLinks()) {
            for (LinkCursor link = span.links(); link.next(); ) {
                attributes(link.attributes());
            }
        }
        if (span.hasStatusMessage()) {
            string(strings, span.statusMessageIndex());
        }
        if (span.hasTraceState()) {
            string(strings, span.traceStateIndex());
        }
        if (span.hasDropped()) {
            sum += span.droppedAttributes() + span.droppedEvents() + span.droppedLinks();
        }
        return sum;
    }

    private void attributes(AttributeCursor attribute) {
        while (attribute.next()) {
            sum += attribute.keyIndex();
            switch (attribute.type()) {
                case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64, ValueType.BOOL ->
                    sum += attribute.longValue();
                case ValueType.DOUBLE -> sum += attribute.doubleBits();
                case ValueType.EMPTY, ValueType.ABSENT -> sum++;
                default -> bytes(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
            }
        }
    }

    private void string(StringHeap strings, int index) {
        bytes(strings.memory(), strings.offset(index), strings.length(index));
    }

    private void bytes(Memory memory, long offset, int length) {
        long total = 0;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            total += memory.getLong(offset + i);
        }
        if (i < length && length >= 8) {
            total += memory.getLong(offset + length - 8);
        } else {
            for (; i < length; i++) {
                total += memory.getByte(offset + i);
            }
        }
        sum += total;
    }
}
