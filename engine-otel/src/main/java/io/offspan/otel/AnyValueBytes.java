package io.offspan.otel;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.otlp.OtlpLimits;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes OTLP AnyValue messages, and lists of attributes, for what a draft takes as encoded bytes.
 *
 * <p>A message is written behind room for the longest length that it can have, and moved down when its length is known.
 *
 * <p><b>Threads.</b> Belongs to one thread at a time; reuses its buffer.
 *
 * <p><b>Fails</b> with {@link FormatException} ({@code TOO_DEEP}) on values that no OTLP reader would take.
 */
final class AnyValueBytes {
    private static final int STRING_VALUE = 1;
    private static final int BOOL_VALUE = 2;
    private static final int INT_VALUE = 3;
    private static final int DOUBLE_VALUE = 4;
    private static final int ARRAY_VALUE = 5;
    private static final int LIST_VALUE = 6;
    private static final int BYTES_VALUE = 7;
    private static final int ENTRIES = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    /** How many messages of a request the value of an attribute is in, itself included, at most: that of an event or link. */
    private static final int ATTRIBUTE_NESTING = 7;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int MAX_LENGTH_BYTES = 5;

    private byte[] buffer = new byte[256];
    private int end;
    private int depth;

    /** Starts anew, inside so many messages of a request. */
    void clear(int nesting) {
        depth = nesting;
        end = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, end);
    }

    /** Returns the AnyValue message of an array attribute. */
    byte[] ofList(List<?> elements) {
        clear(ATTRIBUTE_NESTING);
        list(elements);
        return toBytes();
    }

    /** Returns the AnyValue message of a value. */
    byte[] of(Value<?> value) {
        clear(ATTRIBUTE_NESTING);
        value(value);
        return toBytes();
    }

    /** Returns a copy of the bytes of a bytes value. */
    static byte[] copyOf(Value<?> value) {
        ByteBuffer content = ((ByteBuffer) value.getValue()).duplicate();
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return copy;
    }

    /** Writes attributes as KeyValue messages, each in a field of this number. */
    void attributes(int field, Attributes attributes) {
        attributes.forEach((key, value) -> attribute(field, key, value));
    }

    /** Writes a text field; an empty text is the default and is left out. */
    void text(int field, String text) {
        if (!text.isEmpty()) {
            bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void attribute(int field, AttributeKey<?> key, Object content) {
        int entry = open(field);
        text(KEY, key.getKey());
        int value = open(VALUE);
        switch (key.getType()) {
            case STRING, BOOLEAN, LONG, DOUBLE -> scalar(content);
            case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> list((List<?>) content);
            case VALUE -> value((Value<?>) content);
        }
        close(value);
        close(entry);
    }

    private void list(List<?> elements) {
        int array = open(ARRAY_VALUE);
        for (Object element : elements) {
            int entry = open(ENTRIES);
            scalar(element);
            close(entry);
        }
        close(array);
    }

    private void value(Value<?> value) {
        if (value.getType() == ValueType.ARRAY) {
            int array = open(ARRAY_VALUE);
            for (Object element : (List<?>) value.getValue()) {
                int entry = open(ENTRIES);
                value((Value<?>) element);
                close(entry);
            }
            close(array);
        } else if (value.getType() == ValueType.KEY_VALUE_LIST) {
            int list = open(LIST_VALUE);
            for (Object element : (List<?>) value.getValue()) {
                KeyValue pair = (KeyValue) element;
                int entry = open(ENTRIES);
                text(KEY, pair.getKey());
                int content = open(VALUE);
                value(pair.getValue());
                close(content);
                close(entry);
            }
            close(list);
        } else if (value.getType() == ValueType.BYTES) {
            bytes(BYTES_VALUE, copyOf(value));
        } else if (value.getType() != ValueType.EMPTY) {
            scalar(value.getValue());
        }
    }

    private void scalar(Object value) {
        if (value instanceof String text) {
            bytes(STRING_VALUE, text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Boolean flag) {
            tag(BOOL_VALUE, VARINT);
            varint(flag ? 1 : 0);
        } else if (value instanceof Double number) {
            tag(DOUBLE_VALUE, FIXED64);
            fixed64(Double.doubleToRawLongBits(number));
        } else {
            tag(INT_VALUE, VARINT);
            varint(((Number) value).longValue());
        }
    }

    /** Starts a message field; returns where its content starts. */
    private int open(int field) {
        if (++depth > OtlpLimits.MAX_NESTING) {
            throw new FormatException(
                    Reason.TOO_DEEP, "An attribute nests messages deeper than " + OtlpLimits.MAX_NESTING);
        }
        tag(field, LENGTH_DELIMITED);
        reserve(MAX_LENGTH_BYTES);
        end += MAX_LENGTH_BYTES;
        return end;
    }

    /** Ends the message field whose content starts here. */
    private void close(int start) {
        depth--;
        int length = end - start;
        end = start - MAX_LENGTH_BYTES;
        varint(length);
        System.arraycopy(buffer, start, buffer, end, length);
        end += length;
    }

    private void bytes(int field, byte[] content) {
        tag(field, LENGTH_DELIMITED);
        varint(content.length);
        reserve(content.length);
        System.arraycopy(content, 0, buffer, end, content.length);
        end += content.length;
    }

    private void tag(int field, int wireType) {
        varint(field << 3 | wireType);
    }

    private void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[end++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[end++] = (byte) rest;
    }

    private void fixed64(long value) {
        reserve(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            buffer[end++] = (byte) (value >>> 8 * i);
        }
    }

    private void reserve(int bytes) {
        if (end + bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(end + bytes, buffer.length * 2));
        }
    }
}
