package io.offspan.codec.otlp;

import com.google.protobuf.ByteString;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanDraft;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Says to a draft by calls what a protobuf message says. */
final class DraftCalls {
    private DraftCalls() {}

    static Envelope envelope(ResourceSpans spans) {
        return envelope(spans.hasResource(), spans.getResource().toByteArray(), spans.getSchemaUrl());
    }

    static Envelope envelope(ScopeSpans spans) {
        return envelope(spans.hasScope(), spans.getScope().toByteArray(), spans.getSchemaUrl());
    }

    private static Envelope envelope(boolean present, byte[] message, String schemaUrl) {
        byte[] schema = schemaUrl.getBytes(StandardCharsets.UTF_8);
        return present
                ? new Envelope().set(message, 0, message.length, schema, 0, schema.length)
                : new Envelope().setAbsent(schema, 0, schema.length);
    }

    static SpanDraft fill(SpanDraft draft, Span span) {
        draft.clear()
                .ids(number(span.getTraceId(), 0), number(span.getTraceId(), 8), number(span.getSpanId(), 0))
                .name(span.getName())
                .kind(span.getKindValue())
                .times(span.getStartTimeUnixNano(), span.getEndTimeUnixNano())
                .traceState(span.getTraceState())
                .flags(span.getFlags())
                .droppedAttributes(span.getDroppedAttributesCount())
                .droppedEvents(span.getDroppedEventsCount())
                .droppedLinks(span.getDroppedLinksCount());
        if (!span.getParentSpanId().isEmpty()) {
            draft.parent(number(span.getParentSpanId(), 0));
        }
        if (span.hasStatus()) {
            draft.status(span.getStatus().getCodeValue())
                    .statusMessage(span.getStatus().getMessage());
        }
        attributes(draft, span.getAttributesList());
        for (Span.Event event : span.getEventsList()) {
            draft.event(event.getTimeUnixNano(), event.getName());
            draft.eventDroppedAttributes(event.getDroppedAttributesCount());
            attributes(draft, event.getAttributesList());
        }
        for (Span.Link link : span.getLinksList()) {
            int bits = link.getTraceId().isEmpty() ? 0 : LineLayout.LINK_HAS_TRACE_ID;
            bits |= link.getSpanId().isEmpty() ? 0 : LineLayout.LINK_HAS_SPAN_ID;
            draft.link(number(link.getTraceId(), 0), number(link.getTraceId(), 8), number(link.getSpanId(), 0), bits)
                    .linkTraceState(link.getTraceState())
                    .linkFlags(link.getFlags())
                    .linkDroppedAttributes(link.getDroppedAttributesCount());
            attributes(draft, link.getAttributesList());
        }
        return draft;
    }

    private static void attributes(SpanDraft draft, List<KeyValue> attributes) {
        for (KeyValue attribute : attributes) {
            // A fresh string each time, as most hosts bring them.
            String key = new String(attribute.getKey().toCharArray());
            AnyValue value = attribute.getValue();
            switch (value.getValueCase()) {
                case STRING_VALUE -> draft.attribute(key, value.getStringValue());
                case BOOL_VALUE -> draft.attribute(key, value.getBoolValue());
                case INT_VALUE -> draft.attribute(key, value.getIntValue());
                case DOUBLE_VALUE -> draft.attribute(key, value.getDoubleValue());
                case BYTES_VALUE -> draft.attribute(key, value.getBytesValue().toByteArray());
                case VALUE_NOT_SET -> draft.attributeEmpty(key);
                default -> draft.attributeAnyValue(key, value.toByteArray());
            }
        }
    }

    private static long number(ByteString bytes, int offset) {
        return bytes.isEmpty() ? 0 : bytes.asReadOnlyByteBuffer().getLong(offset);
    }
}
