package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Fills drafts with stored spans, every text byte for byte, so that a span is stored again without passing through OTLP.
 *
 * <p>The texts of a draft filled here lie in an array of the copier: the draft is good until the next {@link #copy}.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> an array and two envelopes, which grow to the largest span seen.
 *
 * <p><b>Fails</b> with {@link IndexOutOfBoundsException} when the bytes of the span name places outside their block.
 */
public final class SpanCopier {
    private final Envelope resource = new Envelope();
    private final Envelope scope = new Envelope();
    private byte[] texts = new byte[1024];
    private int used;

    /** Replaces all of a draft, resource, scope and source included, by a copy of a span. */
    public void copy(SpanView span, SpanDraft draft) {
        StringHeap strings = span.strings();
        used = 0;
        draft.clear()
                .resource(resource.copyFrom(strings, span.resourceIndex()))
                .scope(scope.copyFrom(strings, span.scopeIndex()))
                .ids(span.traceIdHigh(), span.traceIdLow(), span.spanId())
                .times(span.startNanos(), span.endNanos())
                .kind(span.kind())
                .flags(span.flags())
                .droppedAttributes(span.droppedAttributes())
                .droppedEvents(span.droppedEvents())
                .droppedLinks(span.droppedLinks());
        if (span.hasParent()) {
            draft.parent(span.parentId());
        }
        int name = text(strings, span.nameIndex());
        draft.name(name, used - name);
        attributes(span.attributes(), draft);
        if (span.hasStatus()) {
            draft.status(span.statusCode());
        }
        if (span.hasStatusMessage()) {
            int message = text(strings, span.statusMessageIndex());
            draft.statusMessage(message, used - message);
        }
        if (span.hasTraceState()) {
            int state = text(strings, span.traceStateIndex());
            draft.traceState(state, used - state);
        }
        for (EventCursor event = span.events(); event.next(); ) {
            int eventName = text(strings, event.nameIndex());
            draft.event(event.timeNanos(), eventName, used - eventName);
            draft.eventDroppedAttributes(event.droppedAttributes());
            attributes(event.attributes(), draft);
        }
        for (LinkCursor link = span.links(); link.next(); ) {
            int bits = (link.hasTraceId() ? LineLayout.LINK_HAS_TRACE_ID : 0)
                    | (link.hasSpanId() ? LineLayout.LINK_HAS_SPAN_ID : 0);
            draft.link(link.traceIdHigh(), link.traceIdLow(), link.spanId(), bits);
            int state = text(strings, link.traceStateIndex());
            draft.linkTraceState(state, used - state);
            draft.linkFlags(link.flags());
            draft.linkDroppedAttributes(link.droppedAttributes());
            attributes(link.attributes(), draft);
        }
        draft.source(texts);
    }

    private void attributes(AttributeCursor attribute, SpanDraft draft) {
        while (attribute.next()) {
            int key = text(attribute.strings(), attribute.keyIndex());
            int keyBytes = used - key;
            int type = attribute.type();
            switch (type) {
                case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 ->
                    draft.attribute(key, keyBytes, SpanDraft.LONG, attribute.longValue());
                case ValueType.BOOL -> draft.attribute(key, keyBytes, SpanDraft.BOOL, attribute.longValue());
                case ValueType.DOUBLE -> draft.attribute(key, keyBytes, SpanDraft.DOUBLE, attribute.doubleBits());
                case ValueType.EMPTY, ValueType.ABSENT -> draft.attribute(key, keyBytes, (byte) type, 0);
                default -> {
                    int value = take(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength());
                    byte kind = attribute.isString() ? SpanDraft.STRING : (byte) type;
                    draft.attribute(key, keyBytes, kind, SpanDraft.range(value, used - value));
                }
            }
        }
    }

    /** Copies a string behind those before it and returns where it starts; it ends at {@link #used}. */
    private int text(StringHeap strings, int index) {
        return take(strings.memory(), strings.offset(index), strings.length(index));
    }

    private int take(Memory memory, long offset, int bytes) {
        int start = used;
        int end = Math.addExact(start, bytes);
        if (end > texts.length) {
            texts = Arrays.copyOf(texts, (int) Math.max(end, Math.min(2L * texts.length, Integer.MAX_VALUE - 8)));
        }
        memory.getBytes(offset, texts, start, bytes);
        used = end;
        return start;
    }
}
