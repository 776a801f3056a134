package io.offspan.otel;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Hex;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Fills a draft from a span of the SDK, with the content that the SDK's own OTLP exporter would send.
 *
 * <p><b>Threads.</b> Belongs to one thread at a time. <b>Owns</b> the draft, which is overwritten by the next span, and the
 * envelopes of the resources and scopes seen so far.
 */
final class SpanDataMapper {
    /** Bits of OTLP flags: whether it is known that the parent is remote, and whether it is. */
    private static final int HAS_IS_REMOTE = 0x100;

    private static final int IS_REMOTE = 0x200;
    private static final int ID_DIGITS = 16;

    private final SpanDraft draft = new SpanDraft();
    private final EnvelopeCache envelopes = new EnvelopeCache();
    private final StringBuilder text = new StringBuilder();
    private final BiConsumer<AttributeKey<?>, Object> attribute = this::attribute;

    /** Returns the draft, filled; it is this mapper's own. */
    SpanDraft map(SpanData span) {
        draft.clear();
        draft.resource(envelopes.of(span.getResource()));
        draft.scope(envelopes.of(span.getInstrumentationScopeInfo()));
        SpanContext context = span.getSpanContext();
        String traceId = context.getTraceId();
        draft.ids(high(traceId), low(traceId), Hex.parse(context.getSpanId(), 0, ID_DIGITS));
        SpanContext parent = span.getParentSpanContext();
        if (parent.isValid()) {
            draft.parent(Hex.parse(parent.getSpanId(), 0, ID_DIGITS));
        }
        draft.flags(flags(context, parent.isRemote()));
        if (!context.getTraceState().isEmpty()) {
            draft.traceState(w3c(context.getTraceState()));
        }
        draft.name(span.getName());
        draft.kind(kind(span.getKind()));
        draft.times(span.getStartEpochNanos(), span.getEndEpochNanos());
        status(span.getStatus());
        attributes(span.getAttributes());
        draft.droppedAttributes(
                span.getTotalAttributeCount() - span.getAttributes().size());
        events(span.getEvents());
        draft.droppedEvents(span.getTotalRecordedEvents() - span.getEvents().size());
        links(span.getLinks());
        draft.droppedLinks(span.getTotalRecordedLinks() - span.getLinks().size());
        return draft;
    }

    private void status(StatusData status) {
        draft.status(
                switch (status.getStatusCode()) {
                    case UNSET -> 0;
                    case OK -> 1;
                    case ERROR -> 2;
                });
        String description = status.getDescription();
        if (!description.isEmpty()) {
            draft.statusMessage(description);
        }
    }

    private static int kind(SpanKind kind) {
        return switch (kind) {
            case INTERNAL -> 1;
            case SERVER -> 2;
            case CLIENT -> 3;
            case PRODUCER -> 4;
            case CONSUMER -> 5;
        };
    }

    private void events(List<EventData> events) {
        for (EventData event : events) {
            draft.event(event.getEpochNanos(), event.getName());
            attributes(event.getAttributes());
            draft.eventDroppedAttributes(event.getDroppedAttributesCount());
        }
    }

    private void links(List<LinkData> links) {
        for (LinkData link : links) {
            SpanContext target = link.getSpanContext();
            String traceId = target.getTraceId();
            draft.link(high(traceId), low(traceId), Hex.parse(target.getSpanId(), 0, ID_DIGITS));
            draft.linkFlags(flags(target, target.isRemote()));
            if (!target.getTraceState().isEmpty()) {
                draft.linkTraceState(w3c(target.getTraceState()));
            }
            attributes(link.getAttributes());
            draft.linkDroppedAttributes(
                    link.getTotalAttributeCount() - link.getAttributes().size());
        }
    }

    private void attributes(Attributes attributes) {
        attributes.forEach(attribute);
    }

    private void attribute(AttributeKey<?> key, Object value) {
        String name = key.getKey();
        switch (key.getType()) {
            case STRING -> draft.attribute(name, (String) value);
            case BOOLEAN -> draft.attribute(name, (boolean) value);
            case LONG -> draft.attribute(name, (long) value);
            case DOUBLE -> draft.attribute(name, (double) value);
            default -> attribute(name, ModelValues.of(key, value));
        }
    }

    /** Adds a value of the model as the plain type that it is, so that filters compare it as such. */
    private void attribute(String name, Value value) {
        if (value instanceof Value.StringValue text) {
            draft.attribute(name, text.value());
        } else if (value instanceof Value.LongValue number) {
            draft.attribute(name, number.value());
        } else if (value instanceof Value.DoubleValue number) {
            draft.attribute(name, number.value());
        } else if (value instanceof Value.BoolValue flag) {
            draft.attribute(name, flag.value());
        } else if (value instanceof Value.BytesValue bytes) {
            draft.attribute(name, bytes.value());
        } else if (value instanceof Value.EmptyValue) {
            draft.attributeEmpty(name);
        } else {
            draft.attributeAnyValue(name, value.encode());
        }
    }

    private static int flags(SpanContext context, boolean remote) {
        return context.getTraceFlags().asByte() & 0xff | HAS_IS_REMOTE | (remote ? IS_REMOTE : 0);
    }

    private static long high(String traceId) {
        return Hex.parse(traceId, 0, ID_DIGITS);
    }

    private static long low(String traceId) {
        return Hex.parse(traceId, ID_DIGITS, 2 * ID_DIGITS);
    }

    /** Writes a trace state as the W3C header does. */
    private String w3c(TraceState state) {
        text.setLength(0);
        state.forEach((key, value) -> text.append(text.length() == 0 ? "" : ",")
                .append(key)
                .append('=')
                .append(value));
        return text.toString();
    }
}
