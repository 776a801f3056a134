package io.offspan.it.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds protobuf bytes field by field, legal or not. */
final class ProtoBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static ProtoBytes message() {
        return new ProtoBytes();
    }

    /** A request with one resource and one scope around these spans. */
    static byte[] request(ProtoBytes... spans) {
        ProtoBytes scope = message();
        for (ProtoBytes span : spans) {
            scope.field(2, span);
        }
        return message().field(1, message().field(2, scope)).bytes();
    }

    /** A span with this number for its ids, a name and times. */
    static ProtoBytes span(long id) {
        return message()
                .field(1, id(16, id))
                .field(2, id(8, id))
                .text(5, "hostile")
                .fixed64(7, 1_000)
                .fixed64(8, 2_000);
    }

    /** An id of so many bytes that ends in a number. */
    static byte[] id(int bytes, long id) {
        byte[] all = new byte[bytes];
        for (int i = 0; i < Math.min(8, bytes); i++) {
            all[bytes - 1 - i] = (byte) (id >>> 8 * i);
        }
        return all;
    }

    /** A KeyValue with this AnyValue. */
    static ProtoBytes keyValue(String key, ProtoBytes value) {
        return message().text(1, key).field(2, value);
    }

    /** An AnyValue that holds this text. */
    static ProtoBytes textValue(String text) {
        return message().text(1, text);
    }

    ProtoBytes field(int number, byte[] content) {
        varint((long) number << 3 | 2);
        varint(content.length);
        out.writeBytes(content);
        return this;
    }

    ProtoBytes field(int number, ProtoBytes content) {
        return field(number, content.bytes());
    }

    ProtoBytes text(int number, String content) {
        return field(number, content.getBytes(StandardCharsets.UTF_8));
    }

    ProtoBytes number(int number, long value) {
        varint((long) number << 3);
        return varint(value);
    }

    ProtoBytes fixed64(int number, long value) {
        varint((long) number << 3 | 1);
        for (int i = 0; i < 8; i++) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    ProtoBytes fixed32(int number, int value) {
        varint((long) number << 3 | 5);
        for (int i = 0; i < 4; i++) {
            out.write(value >>> 8 * i);
        }
        return this;
    }

    ProtoBytes varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) rest | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    ProtoBytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    ProtoBytes append(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** An AnyValue under so many collections, each around the next: arrays, lists of key and value, or both in turn. */
    static byte[] nested(Nesting kind, int collections, byte[] innermost) {
        // Built from the inside, front to back, so that a depth of 10,000 costs no more than its bytes.
        byte[] target = new byte[innermost.length + 16 * collections];
        int start = target.length - innermost.length;
        System.arraycopy(innermost, 0, target, start, innermost.length);
        int end = target.length;
        for (int i = collections - 1; i >= 0; i--) {
            boolean array = kind == Nesting.ARRAYS || kind == Nesting.MIXED && i % 2 == 0;
            if (array) {
                start = prefix(target, start, end, 1);
                start = prefix(target, start, end, 5);
            } else {
                start = prefix(target, start, end, 2);
                start = prefix(target, start, end, 1);
                start = prefix(target, start, end, 6);
            }
        }
        return java.util.Arrays.copyOfRange(target, start, end);
    }

    /** What {@link #nested} nests. */
    enum Nesting {
        ARRAYS,
        KEY_VALUE_LISTS,
        MIXED
    }

    private static int prefix(byte[] target, int start, int end, int field) {
        byte[] header = message()
                .varint((long) field << 3 | 2)
                .varint((long) end - start)
                .bytes();
        System.arraycopy(header, 0, target, start - header.length, header.length);
        return start - header.length;
    }
}
