package io.offspan.codec.otlp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds protobuf bytes field by field, legal or not. */
final class Wire {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Wire message() {
        return new Wire();
    }

    /** A request with one resource and one scope around these spans. */
    static byte[] request(Wire... spans) {
        Wire scope = message();
        for (Wire span : spans) {
            scope.field(2, span);
        }
        return message().field(1, message().field(2, scope)).bytes();
    }

    /** A span with ids and this name. */
    static Wire span(String name) {
        return message().field(1, new byte[16]).field(2, new byte[8]).field(5, name.getBytes(StandardCharsets.UTF_8));
    }

    Wire field(int number, byte[] content) {
        varint((long) number << 3 | 2);
        varint(content.length);
        out.writeBytes(content);
        return this;
    }

    Wire field(int number, Wire content) {
        return field(number, content.bytes());
    }

    Wire number(int number, long value) {
        varint((long) number << 3);
        return varint(value);
    }

    Wire varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) rest | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    Wire raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
