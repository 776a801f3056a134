package io.offspan.codec.model;

import io.offspan.codec.otlp.OtlpBuffer;
import io.offspan.codec.otlp.ProtoInput;
import java.nio.charset.StandardCharsets;

/** Writes the OTLP messages that stand for values, resources and scopes. */
final class MessageWriter {
    private final OtlpBuffer out = new OtlpBuffer(256);

    byte[] toByteArray() {
        return out.toByteArray();
    }

    void text(int field, String text) {
        if (!text.isEmpty()) {
            bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void number(int field, long value) {
        if (value != 0) {
            varint(field, value);
        }
    }

    void attributes(int field, Attributes attributes) {
        for (Attribute attribute : attributes) {
            int start = out.open(field << 3 | ProtoInput.LENGTH, 1);
            text(1, attribute.key());
            int value = out.open(2 << 3 | ProtoInput.LENGTH, 1);
            anyValue(attribute.value());
            out.close(value, 1);
            out.close(start, 1);
        }
    }

    void anyValue(Value value) {
        if (value instanceof Value.StringValue text) {
            bytes(1, text.value().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Value.BoolValue bool) {
            varint(2, bool.value() ? 1 : 0);
        } else if (value instanceof Value.LongValue number) {
            varint(3, number.value());
        } else if (value instanceof Value.DoubleValue number) {
            out.ensure(9);
            out.putByte(4 << 3 | ProtoInput.FIXED64);
            out.putLong(Double.doubleToRawLongBits(number.value()));
        } else if (value instanceof Value.ArrayValue array) {
            int start = out.open(5 << 3 | ProtoInput.LENGTH, 1);
            for (Value element : array.values()) {
                int inner = out.open(1 << 3 | ProtoInput.LENGTH, 1);
                anyValue(element);
                out.close(inner, 1);
            }
            out.close(start, 1);
        } else if (value instanceof Value.MapValue map) {
            int start = out.open(6 << 3 | ProtoInput.LENGTH, 1);
            attributes(1, map.entries());
            out.close(start, 1);
        } else if (value instanceof Value.BytesValue bytes) {
            bytes(7, bytes.value());
        }
    }

    private void varint(int field, long value) {
        out.ensure(11);
        out.putByte(field << 3 | ProtoInput.VARINT);
        out.putVarint(value);
    }

    private void bytes(int field, byte[] bytes) {
        out.putField(field << 3 | ProtoInput.LENGTH, bytes, 0, bytes.length);
    }
}
