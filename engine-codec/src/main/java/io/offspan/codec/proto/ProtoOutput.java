package io.offspan.codec.proto;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growable byte array that protobuf messages are written into, front to back: by field, or, where it is hot, piece by piece and with
 * tags of one byte, as fields up to 15 have.
 *
 * <p>The length of a nested message is not known when the message starts: {@link #open} leaves as many bytes as the last such
 * length took, and {@link #close} moves the message when that was wrong.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> its array, which only grows. <b>Fails</b> with {@link FormatException}
 * ({@code TOO_LARGE}) when an array cannot be that long.
 */
public final class ProtoOutput {
    /** What a number or a length takes at most. */
    public static final int MAX_VARINT_BYTES = 10;

    /** The bytes of the length of most messages in messages. */
    private static final int USUAL_WIDTH = 1;

    private static final int MAX_TAG_BYTES = 5;

    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int length;

    /** @param initialBytes room at the start */
    public ProtoOutput(int initialBytes) {
        bytes = new byte[Math.max(initialBytes, 64)];
    }

    /** Returns the array that starts with the content; another one after the buffer has grown. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes the content has. */
    public int length() {
        return length;
    }

    /** Returns a copy of the content. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Empties the buffer. */
    public void clear() {
        length = 0;
    }

    /**
     * Forgets what was written behind a length that the buffer had; messages opened before it stay open.
     *
     * @throws IndexOutOfBoundsException when the buffer is shorter
     */
    public void truncate(int to) {
        length = Objects.checkIndex(to, length + 1);
    }

    /** Makes room for {@code count} more bytes, which the {@code put} methods rely on. */
    public void ensure(int count) {
        if (bytes.length - length < count) {
            grow(count);
        }
    }

    private void grow(int count) {
        if (count > MAX_BYTES - length) {
            throw new FormatException(
                    Reason.TOO_LARGE, "A request of more than " + MAX_BYTES + " bytes; write fewer spans at once");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(2L * bytes.length, (long) length + count)));
    }

    /** Writes one byte where {@link #ensure} made room. */
    public void putByte(int value) {
        bytes[length++] = (byte) value;
    }

    /** Writes eight bytes, little-endian, where {@link #ensure} made room. */
    public void putLong(long value) {
        HeapBytes.putLong(bytes, length, value);
        length += 8;
    }

    /** Writes four bytes, little-endian, where {@link #ensure} made room. */
    public void putInt(int value) {
        HeapBytes.putInt(bytes, length, value);
        length += 4;
    }

    /** Writes a varint where {@link #ensure} made room for up to ten bytes. */
    public void putVarint(long value) {
        length = putVarint(length, value);
    }

    private int putVarint(int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }

    /** Writes bytes where {@link #ensure} made room. */
    public void putBytes(Memory source, long offset, int count) {
        source.getBytes(offset, bytes, length, count);
        length += count;
    }

    /** Writes tag, length and bytes, room included; the tag has one byte. */
    public void putField(int tag, Memory source, long offset, int count) {
        ensure(Math.addExact(count, 1 + MAX_VARINT_BYTES));
        putByte(tag);
        putVarint(count);
        putBytes(source, offset, count);
    }

    /** Writes tag, length and bytes of the heap, room included; the tag has one byte. */
    public void putField(int tag, byte[] source, int offset, int count) {
        ensure(Math.addExact(count, 1 + MAX_VARINT_BYTES));
        putByte(tag);
        putVarint(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Writes a numeric field, unless it is 0, room included. */
    public void putUnlessZero(int tag, long value) {
        if (value != 0) {
            ensure(1 + MAX_VARINT_BYTES);
            putByte(tag);
            putVarint(value);
        }
    }

    /** Starts a nested message behind its tag, room included, and returns its handle: where it starts. */
    public int open(int tag, int guessedWidth) {
        ensure(1 + MAX_VARINT_BYTES);
        putByte(tag);
        length += guessedWidth;
        return length;
    }

    /** Ends the nested message that {@link #open} started with the same guess; returns the right guess. */
    public int close(int start, int guessedWidth) {
        int count = length - start;
        int width = varintBytes(count);
        int lengthAt = start - guessedWidth;
        if (width != guessedWidth) {
            ensure(MAX_VARINT_BYTES);
            System.arraycopy(bytes, start, bytes, lengthAt + width, count);
            length = lengthAt + width + count;
        }
        putVarint(lengthAt, count);
        return width;
    }

    private void putTag(int field, int type) {
        putVarint(Integer.toUnsignedLong(field << 3 | type));
    }

    /** Starts a nested message as a field, and returns its handle for {@link #close(int)}. */
    public int open(int field) {
        ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES);
        putTag(field, ProtoInput.LENGTH);
        length += USUAL_WIDTH;
        return length;
    }

    /** Ends the nested message that {@link #open(int)} started. */
    public void close(int start) {
        close(start, USUAL_WIDTH);
    }

    /** Writes a text as a field. */
    public void text(int field, String text) {
        bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes as a field. */
    public void bytes(int field, byte[] source) {
        ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES);
        putTag(field, ProtoInput.LENGTH);
        putVarint(source.length);
        fields(source);
    }

    /** Writes whole fields as they are. */
    public void fields(byte[] source) {
        fields(source, 0, source.length);
    }

    /** Writes whole fields out of an array as they are. */
    public void fields(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Writes a varint as a field. */
    public void varint(int field, long value) {
        ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES);
        putTag(field, ProtoInput.VARINT);
        putVarint(value);
    }

    /** Writes eight bytes as a field. */
    public void fixed64(int field, long value) {
        ensure(MAX_TAG_BYTES + Long.BYTES);
        putTag(field, ProtoInput.FIXED64);
        putLong(value);
    }

    /** Writes four bytes as a field. */
    public void fixed32(int field, int value) {
        ensure(MAX_TAG_BYTES + Integer.BYTES);
        putTag(field, ProtoInput.FIXED32);
        putInt(value);
    }

    /** Returns how many bytes a varint takes. */
    public static int varintBytes(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }
}
