package io.offspan.export.send;

import java.nio.charset.StandardCharsets;

/** Walks the fields of one message; throws IndexOutOfBoundsException where the bytes are none. */
final class ProtoFields {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int limit;
    private int at;
    int number;
    int type;
    long value;
    int start;
    int end;

    ProtoFields(byte[] bytes, int from, int limit) {
        this.bytes = bytes;
        this.limit = limit;
        at = from;
    }

    boolean next() {
        if (at == limit) {
            return false;
        }
        long tag = varint();
        number = (int) (tag >>> 3);
        type = (int) tag & 7;
        switch (type) {
            case VARINT -> value = varint();
            case FIXED64 -> skip(8);
            case FIXED32 -> skip(4);
            case BYTES -> {
                long length = varint();
                start = at;
                skip(length);
                end = at;
            }
            default -> throw new IndexOutOfBoundsException("wire type " + type);
        }
        if (number == 0 || tag >>> 32 != 0) {
            throw new IndexOutOfBoundsException("field " + number);
        }
        return true;
    }

    /** Returns the field at hand as text. */
    String text() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private void skip(long count) {
        if (count < 0 || count > limit - at) {
            throw new IndexOutOfBoundsException(count + " bytes");
        }
        at += (int) count;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == limit) {
                throw new IndexOutOfBoundsException("a varint is cut off");
            }
            byte b = bytes[at++];
            result |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return result;
            }
        }
        throw new IndexOutOfBoundsException("a varint is too long");
    }
}
