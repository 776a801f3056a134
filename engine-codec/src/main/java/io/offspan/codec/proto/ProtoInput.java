package io.offspan.codec.proto;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.HeapBytes;
import java.nio.charset.StandardCharsets;

/**
 * Reads protobuf primitives from a byte array, each checked against the end of the message that it stands in.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link FormatException}; positions in its messages count from
 * the start of the input.
 */
public final class ProtoInput {
    /** Wire types; the low three bits of a tag. */
    public static final int VARINT = 0;

    public static final int FIXED64 = 1;
    public static final int LENGTH = 2;
    public static final int FIXED32 = 5;

    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes = {};
    private int position;
    private int base;

    /** Starts to read at {@code offset}. */
    public ProtoInput wrap(byte[] input, int offset) {
        bytes = input;
        base = offset;
        position = offset;
        return this;
    }

    /** Returns the array that is read. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns where in the array the next read happens. */
    public int position() {
        return position;
    }

    /** Goes to another place in the array. */
    public void position(int position) {
        this.position = position;
    }

    /** Returns how many bytes have been read. */
    public int read() {
        return position - base;
    }

    /** Reads a field number, in the high bits, and its wire type. */
    public int tag(int end) {
        int at = position;
        if (at < end && bytes[at] > 0) {
            position = at + 1;
            return bytes[at];
        }
        return longerTag(end);
    }

    private int longerTag(int end) {
        long tag = varint(end);
        if (tag < 8 || tag > 0xffff_ffffL) {
            throw damage(Reason.MALFORMED, "A field tag of " + tag);
        }
        return (int) tag;
    }

    /** Reads a varint of up to ten bytes. */
    public long varint(int end) {
        int at = position;
        if (at < end && bytes[at] >= 0) {
            position = at + 1;
            return bytes[at];
        }
        if (end - at > 1 && bytes[at + 1] >= 0) {
            position = at + 2;
            return bytes[at] & 0x7f | bytes[at + 1] << 7;
        }
        return longerVarint(at, end);
    }

    private long longerVarint(int at, int end) {
        long value = 0;
        int limit = Math.min(end - at, MAX_VARINT_BYTES);
        for (int i = 0; i < limit; i++) {
            byte b = bytes[at + i];
            value |= (b & 0x7fL) << 7 * i;
            if (b >= 0) {
                position = at + i + 1;
                return value;
            }
        }
        throw limit < MAX_VARINT_BYTES
                ? damage(Reason.TRUNCATED, "A varint that its message cuts off")
                : damage(Reason.MALFORMED, "A varint of more than " + MAX_VARINT_BYTES + " bytes");
    }

    /** Reads eight bytes, little-endian. */
    public long fixed64(int end) {
        int at = skipBytes(8, end);
        return HeapBytes.getLong(bytes, at);
    }

    /** Reads four bytes, little-endian. */
    public int fixed32(int end) {
        int at = skipBytes(4, end);
        return HeapBytes.getInt(bytes, at);
    }

    /** Reads the length of a field and makes sure that so much is there. */
    public int length(int end) {
        long length = varint(end);
        if (length < 0 || length > end - position) {
            throw damage(
                    Reason.TRUNCATED,
                    "A field of " + Long.toUnsignedString(length) + " bytes where " + (end - position) + " remain");
        }
        return (int) length;
    }

    /** Reads a text, its length first; bytes that are no UTF-8 become U+FFFD. */
    public String text(int end) {
        int length = length(end);
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    /** Reads the length of a field and goes behind the field. */
    public void skipLength(int end) {
        int length = length(end);
        position += length;
    }

    /** Goes behind a field of any number. */
    public void skip(int tag, int end) {
        if (tag >>> 3 == 0) {
            throw damage(Reason.MALFORMED, "A field with the number 0");
        }
        switch (tag & 7) {
            case VARINT -> varint(end);
            case FIXED64 -> skipBytes(8, end);
            case LENGTH -> skipLength(end);
            case FIXED32 -> skipBytes(4, end);
            default -> throw damage(Reason.MALFORMED, "A field of wire type " + (tag & 7) + ", allowed are 0, 1, 2, 5");
        }
    }

    private int skipBytes(int count, int end) {
        int at = position;
        if (end - at < count) {
            throw damage(Reason.TRUNCATED, "A number of " + count + " bytes where " + (end - at) + " remain");
        }
        position = at + count;
        return at;
    }

    /** Makes an exception that says where the input stands. */
    public FormatException damage(Reason reason, String what) {
        return FormatException.ofInput(reason, what + ", at byte " + read());
    }
}
