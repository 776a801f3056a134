package io.offspan.sample;

import io.offspan.codec.model.Resource;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import java.util.Map;

/**
 * A span as plain objects.
 *
 * @param trace the low half of its trace id
 * @param attributes texts, whole numbers, fractions and truths by their keys
 * @param service an attribute {@code service.name} of the resource
 */
record ModelSpan(
        long trace,
        long start,
        long end,
        SpanStatus status,
        Map<String, Object> attributes,
        String service,
        String state) {
    /** Returns a span of a trace that says nothing else. */
    static ModelSpan of(long trace) {
        return new ModelSpan(trace, 1_000_000, 2_000_000, SpanStatus.UNSET, Map.of(), "any", "");
    }

    ModelSpan with(SpanStatus other) {
        return new ModelSpan(trace, start, end, other, attributes, service, state);
    }

    ModelSpan with(String key, Object value) {
        return new ModelSpan(trace, start, end, status, Map.of(key, value), service, state);
    }

    ModelSpan lasting(long from, long to) {
        return new ModelSpan(trace, from, to, status, attributes, service, state);
    }

    /** Returns what the span or its resource has for a key. */
    Object[] values(String key) {
        Object own = attributes.get(key);
        Object ofResource = key.equals("service.name") ? service : null;
        return new Object[] {own, ofResource};
    }

    void fill(SpanDraft draft, long spanId) {
        draft.clear()
                .resource(Resource.builder().put("service.name", service).build())
                .ids(0x1111, trace, spanId)
                .times(start, end)
                .name("any")
                .status(status);
        draft.flags(start / 1_000_000 % 2 == 0 ? 1 : 0);
        if (!state.isEmpty()) {
            draft.traceState(state);
        }
        attributes.forEach((key, value) -> {
            if (value instanceof String text) {
                draft.attribute(key, text);
            } else if (value instanceof Long whole) {
                draft.attribute(key, whole);
            } else if (value instanceof Double fraction) {
                draft.attribute(key, fraction);
            } else {
                draft.attribute(key, (Boolean) value);
            }
        });
    }
}
