package io.offspan.codec.span;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the spans of one ResourceSpans or ScopeSpans message share: the resource or the instrumentation scope, as the bytes
 * of its OTLP message, and the schema URL.
 *
 * <p>Byte layout, also as it stands in a block: u8 present (1 when the message exists, which keeps an absent resource apart
 * from an empty one), u8 length of the optional parts in units of four bytes, two zero bytes, u32 length of the schema URL, the
 * optional parts, the schema URL in UTF-8, the message. This release writes no optional parts, and steps over those it finds.
 *
 * <p><b>Threads.</b> Reusable by its one owner; {@link #stamp()} changes with the content, so that an encoder recognises an
 * envelope it has stored already by two comparisons.
 */
public final class Envelope {
    /** Bytes before the optional parts and the schema URL. */
    public static final int HEADER_BYTES = 8;

    private static final int PARTS = 1;
    private static final int PART_UNIT = 4;

    private static final byte[] NONE = new byte[0];

    private static final AtomicInteger MADE = new AtomicInteger();

    private final int number = MADE.getAndIncrement();
    private byte[] bytes = new byte[256];
    private int length;
    private long stamp;

    /** Makes an absent envelope without schema URL. */
    public Envelope() {
        setAbsent(NONE, 0, 0);
    }

    /** Takes over an existing message and schema URL, both copied. */
    public Envelope set(byte[] message, int offset, int bytes, byte[] schema, int schemaOffset, int schemaBytes) {
        return put(1, message, offset, bytes, schema, schemaOffset, schemaBytes);
    }

    /** Says that there is no message, only the schema URL. */
    public Envelope setAbsent(byte[] schema, int schemaOffset, int schemaBytes) {
        return put(0, NONE, 0, 0, schema, schemaOffset, schemaBytes);
    }

    private Envelope put(
            int present, byte[] message, int offset, int size, byte[] schema, int schemaOffset, int schemaBytes) {
        int needed = Math.addExact(HEADER_BYTES + schemaBytes, size);
        if (bytes.length < needed) {
            bytes = new byte[Math.max(needed, bytes.length * 2)];
        }
        HeapBytes.putInt(bytes, 0, present);
        HeapBytes.putInt(bytes, 4, schemaBytes);
        System.arraycopy(schema, schemaOffset, bytes, HEADER_BYTES, schemaBytes);
        System.arraycopy(message, offset, bytes, HEADER_BYTES + schemaBytes, size);
        length = needed;
        stamp++;
        return this;
    }

    /** Adds bytes to the message: concatenated messages are merged by whoever decodes them. */
    public Envelope append(byte[] message, int offset, int size) {
        int needed = Math.addExact(length, size);
        if (bytes.length < needed) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        System.arraycopy(message, offset, bytes, length, size);
        length = needed;
        stamp++;
        return this;
    }

    /**
     * Takes over an envelope as it stands in a block.
     *
     * @throws IndexOutOfBoundsException when the string of that index is not an envelope
     */
    public Envelope copyFrom(StringHeap strings, int index) {
        int size = strings.length(index);
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, bytes.length * 2)];
        }
        stamp++;
        strings.memory().getBytes(strings.offset(index), bytes, 0, size);
        length = size;
        if (size < HEADER_BYTES || schemaBytes() < 0 || schemaBytes() > size - schemaOffset()) {
            setAbsent(NONE, 0, 0);
            throw new IndexOutOfBoundsException("String " + index + " is not a resource or scope");
        }
        return this;
    }

    /** Tells whether the string of that index is this envelope. */
    public boolean equalTo(StringHeap strings, int index) {
        return strings.length(index) == length && strings.memory().equalBytes(strings.offset(index), bytes, 0, length);
    }

    /** Returns the array that starts with the envelope; only {@link #length()} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the length of the envelope in bytes. */
    public int length() {
        return length;
    }

    /** Returns a number that is different after each change. */
    public long stamp() {
        return stamp;
    }

    /** Returns a number that few other envelopes have, by which a cache finds its place for this one. */
    int number() {
        return number;
    }

    /** Tells whether the message exists. */
    public boolean present() {
        return bytes[0] != 0;
    }

    /** Returns where the schema URL starts. */
    public int schemaOffset() {
        return (int) schemaOffset(bytes[PARTS] & 0xff);
    }

    /** Returns where the schema URL starts in a stored envelope, which begins at {@code start}. */
    public static long schemaOffset(Memory source, long start) {
        return schemaOffset(source.getUnsignedByte(start + PARTS));
    }

    private static long schemaOffset(int parts) {
        return HEADER_BYTES + (long) PART_UNIT * parts;
    }

    /** Returns how many bytes the schema URL has. */
    public int schemaBytes() {
        return HeapBytes.getInt(bytes, 4);
    }

    /** Returns where the schema URL ends and the message starts. */
    public int messageOffset() {
        return schemaOffset() + schemaBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that && Arrays.equals(bytes, 0, length, that.bytes, 0, that.length);
    }

    @Override
    public int hashCode() {
        return HeapBytes.hash(bytes, 0, length);
    }
}
