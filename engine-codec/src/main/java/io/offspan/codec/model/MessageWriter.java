package io.offspan.codec.model;

import io.offspan.codec.proto.ProtoOutput;

/** Writes the OTLP messages that stand for values, resources and scopes. */
final class MessageWriter {
    private final ProtoOutput out = new ProtoOutput(256);

    byte[] toByteArray() {
        return out.toByteArray();
    }

    void text(int field, String text) {
        if (!text.isEmpty()) {
            out.text(field, text);
        }
    }

    void number(int field, long value) {
        if (value != 0) {
            out.varint(field, value);
        }
    }

    void attributes(int field, Attributes attributes) {
        for (Attribute attribute : attributes) {
            int start = out.open(field);
            text(1, attribute.key());
            int value = out.open(2);
            anyValue(attribute.value());
            out.close(value);
            out.close(start);
        }
    }

    void anyValue(Value value) {
        if (value instanceof Value.StringValue text) {
            out.text(1, text.value());
        } else if (value instanceof Value.BoolValue bool) {
            out.varint(2, bool.value() ? 1 : 0);
        } else if (value instanceof Value.LongValue number) {
            out.varint(3, number.value());
        } else if (value instanceof Value.DoubleValue number) {
            out.fixed64(4, Double.doubleToRawLongBits(number.value()));
        } else if (value instanceof Value.ArrayValue array) {
            int start = out.open(5);
            for (Value element : array.values()) {
                int inner = out.open(1);
                anyValue(element);
                out.close(inner);
            }
            out.close(start);
        } else if (value instanceof Value.MapValue map) {
            int start = out.open(6);
            attributes(1, map.entries());
            out.close(start);
        } else if (value instanceof Value.BytesValue bytes) {
            out.bytes(7, bytes.value());
        }
    }
}
