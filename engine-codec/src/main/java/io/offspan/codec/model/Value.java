package io.offspan.codec.model;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The value of an attribute.
 *
 * <p>Immutable; equal when type and content are equal. {@link Object#toString} gives the content for people to read: a string as it
 * is, bytes in hexadecimal, arrays in brackets, maps in braces.
 */
public sealed interface Value {
    /** The value that has no content, also standing for one that is missing. */
    Value EMPTY = new EmptyValue();

    /** Text; bytes that were not UTF-8 read as U+FFFD. */
    record StringValue(String value) implements Value {
        @Override
        public String toString() {
            return value;
        }
    }

    record LongValue(long value) implements Value {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    record DoubleValue(double value) implements Value {
        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    record BoolValue(boolean value) implements Value {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** Bytes; {@link #value} gives a copy. */
    final class BytesValue implements Value {
        private final byte[] bytes;

        private BytesValue(byte[] bytes) {
            this.bytes = bytes;
        }

        public byte[] value() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof BytesValue that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** Values in order. */
    record ArrayValue(List<Value> values) implements Value {
        public ArrayValue {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }

    /** Keys and values in order. */
    record MapValue(Attributes entries) implements Value {
        @Override
        public String toString() {
            return entries.toString();
        }
    }

    /** No content. */
    record EmptyValue() implements Value {
        @Override
        public String toString() {
            return "";
        }
    }

    static Value of(String value) {
        return new StringValue(value);
    }

    static Value of(long value) {
        return new LongValue(value);
    }

    static Value of(double value) {
        return new DoubleValue(value);
    }

    static Value of(boolean value) {
        return new BoolValue(value);
    }

    /** Makes a value of a copy of the bytes. */
    static Value of(byte[] value) {
        return new BytesValue(value.clone());
    }

    static Value of(List<Value> values) {
        return new ArrayValue(values);
    }

    static Value of(Attributes entries) {
        return new MapValue(entries);
    }

    /**
     * Reads an encoded OTLP AnyValue message, such as the draft and the cursors carry for arrays and maps.
     *
     * @throws io.offspan.codec.FormatException when the bytes are not such a message
     */
    static Value decode(byte[] message) {
        return new MessageReader(message).anyValue(message.length, 0);
    }

    /** Returns this value as an encoded OTLP AnyValue message. */
    default byte[] encode() {
        MessageWriter writer = new MessageWriter();
        writer.anyValue(this);
        return writer.toByteArray();
    }
}
