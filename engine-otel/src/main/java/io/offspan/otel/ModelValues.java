package io.offspan.otel;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Value;
import io.offspan.codec.otlp.OtlpLimits;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.KeyValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns attribute values of the SDK into values of the model.
 *
 * <p><b>Fails</b> with {@link FormatException} ({@code TOO_DEEP}) for values nested so deep that no OTLP reader would take them.
 */
final class ModelValues {
    /** How many messages of a request the value of an attribute is in, itself included, at most: that of an event or link. */
    private static final int ATTRIBUTE_NESTING = 7;
    /** An array adds the ArrayValue and the AnyValue in it. */
    private static final int ARRAY_NESTING = 2;
    /** A map adds the KeyValueList, the KeyValue in it, and its AnyValue. */
    private static final int MAP_NESTING = 3;

    private ModelValues() {}

    static Attributes of(io.opentelemetry.api.common.Attributes attributes) {
        Attributes.Builder builder = Attributes.builder();
        attributes.forEach((key, value) -> builder.put(key.getKey(), of(key, value)));
        return builder.build();
    }

    static Value of(AttributeKey<?> key, Object value) {
        return switch (key.getType()) {
            case STRING, BOOLEAN, LONG, DOUBLE -> scalar(value);
            case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY ->
                Value.of(((List<?>) value).stream().map(ModelValues::scalar).toList());
            case VALUE -> of((io.opentelemetry.api.common.Value<?>) value, ATTRIBUTE_NESTING);
        };
    }

    private static Value scalar(Object value) {
        if (value instanceof String text) {
            return Value.of(text);
        }
        if (value instanceof Boolean flag) {
            return Value.of(flag);
        }
        return value instanceof Double number ? Value.of(number) : Value.of(((Number) value).longValue());
    }

    private static Value of(io.opentelemetry.api.common.Value<?> value, int nesting) {
        if (nesting > OtlpLimits.MAX_NESTING) {
            throw new FormatException(
                    Reason.TOO_DEEP, "An attribute nests messages deeper than " + OtlpLimits.MAX_NESTING);
        }
        Object content = value.getValue();
        return switch (value.getType()) {
            case STRING, BOOLEAN, LONG, DOUBLE -> scalar(content);
            case BYTES -> Value.of(bytes((ByteBuffer) content));
            case EMPTY -> Value.EMPTY;
            case ARRAY -> array((List<?>) content, nesting + ARRAY_NESTING);
            case KEY_VALUE_LIST -> map((List<?>) content, nesting + MAP_NESTING);
        };
    }

    private static Value array(List<?> elements, int nesting) {
        List<Value> values = new ArrayList<>(elements.size());
        for (Object element : elements) {
            values.add(of((io.opentelemetry.api.common.Value<?>) element, nesting));
        }
        return Value.of(values);
    }

    private static Value map(List<?> entries, int nesting) {
        Attributes.Builder map = Attributes.builder();
        for (Object entry : entries) {
            KeyValue pair = (KeyValue) entry;
            map.put(pair.getKey(), of(pair.getValue(), nesting));
        }
        return Value.of(map.build());
    }

    private static byte[] bytes(ByteBuffer content) {
        ByteBuffer all = content.duplicate();
        byte[] copy = new byte[all.remaining()];
        all.get(copy);
        return copy;
    }
}
