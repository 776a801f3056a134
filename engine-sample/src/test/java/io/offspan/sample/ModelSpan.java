package io.offspan.sample;

import io.offspan.codec.model.Resource;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A span as plain objects.
 *
 * @param trace the low half of its trace id
 * @param attributes texts, whole numbers from 0 to 127, fractions, truths and lists of those by their keys
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

    /** Returns what the span or its resource has for a key, of a list its elements. */
    List<Object> values(String key) {
        List<Object> values = new ArrayList<>();
        if (attributes.get(key) instanceof List<?> elements) {
            values.addAll(elements);
        } else if (attributes.containsKey(key)) {
            values.add(attributes.get(key));
        }
        if (key.equals("service.name")) {
            values.add(service);
        }
        return values;
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
            } else if (value instanceof List<?> elements) {
                draft.attributeAnyValue(key, message(elements));
            } else {
                draft.attribute(key, (Boolean) value);
            }
        });
    }

    /** Returns a list as an AnyValue of OTLP. */
    private static byte[] message(List<?> elements) {
        ByteBuffer array = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        for (Object element : elements) {
            ByteBuffer one = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
            if (element instanceof String text) {
                one.put((byte) 0x0a).put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
            } else if (element instanceof Long whole) {
                one.put((byte) 0x18).put(whole.byteValue());
            } else if (element instanceof Double fraction) {
                one.put((byte) 0x21).putDouble(fraction);
            } else {
                one.put((byte) 0x10).put((byte) ((Boolean) element ? 1 : 0));
            }
            array.put((byte) 0x0a).put((byte) one.position()).put(one.flip());
        }
        byte[] message = new byte[2 + array.position()];
        message[0] = 0x2a;
        message[1] = (byte) array.position();
        array.flip().get(message, 2, array.limit());
        return message;
    }
}
