package io.offspan.cli.input;

import io.offspan.codec.otlp.OtlpBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A protobuf message in the making.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class OtlpMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int LENGTH_BYTES = 2;
    private static final int MOST_FIELD_BYTES = 16;

    private final OtlpBuffer out = new OtlpBuffer(64 << 10);

    /** Starts a nested message and returns its handle for {@link #close}. */
    int open(int field) {
        return out.open(field << 3 | LENGTH, LENGTH_BYTES);
    }

    void close(int handle) {
        out.close(handle, LENGTH_BYTES);
    }

    void text(int field, String text) {
        bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int field, byte[] bytes) {
        out.putField(field << 3 | LENGTH, bytes, 0, bytes.length);
    }

    /** Writes whole fields as they are. */
    void raw(byte[] fields) {
        out.ensure(fields.length);
        for (byte b : fields) {
            out.putByte(b);
        }
    }

    void varint(int field, long value) {
        out.ensure(MOST_FIELD_BYTES);
        out.putVarint(field << 3 | VARINT);
        out.putVarint(value);
    }

    void fixed64(int field, long value) {
        out.ensure(MOST_FIELD_BYTES);
        out.putVarint(field << 3 | FIXED64);
        out.putLong(value);
    }

    void fixed32(int field, int value) {
        out.ensure(MOST_FIELD_BYTES);
        out.putVarint(field << 3 | FIXED32);
        out.putInt(value);
    }

    /** Returns how long the message is so far. */
    int length() {
        return out.length();
    }

    /** Forgets what was written behind a length. */
    void truncate(int length) {
        out.truncate(length);
    }

    byte[] bytes() {
        return out.bytes();
    }
}
