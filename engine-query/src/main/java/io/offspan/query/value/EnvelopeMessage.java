package io.offspan.query.value;

import io.offspan.codec.proto.ProtoFields;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.wire.Memory;

/**
 * Finds an attribute or a text in the message of a resource or instrumentation scope, where it lies.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
public final class EnvelopeMessage {
    public static final int RESOURCE_ATTRIBUTES = 1;
    public static final int SCOPE_NAME = 1;
    public static final int SCOPE_VERSION = 2;
    public static final int SCOPE_ATTRIBUTES = 3;

    private static final int KEY_VALUE_KEY = 1;

    private final ProtoFields message = new ProtoFields();
    private final ProtoFields keyValue = new ProtoFields();
    private Memory memory = Memory.NONE;
    private long keyOffset;
    private int keyLength;
    private long offset;
    private int length;

    /** Points at the message of an envelope. */
    public EnvelopeMessage wrap(Memory source, long start, int bytes) {
        source.check(start, Math.max(bytes, Envelope.HEADER_BYTES));
        long header = Envelope.schemaOffset(source, start) + source.getUnsignedInt(start + 4);
        message.wrap(source, start + header, bytes - header);
        memory = source;
        return this;
    }

    /** Goes to the KeyValue message with a key, the first of several. */
    boolean seekAttribute(int field, byte[] key) {
        while (message.next()) {
            if (message.is(field, ProtoInput.LENGTH) && hasKey(key)) {
                offset = message.offset();
                length = message.length();
                return true;
            }
        }
        return false;
    }

    private boolean hasKey(byte[] wanted) {
        readKey();
        return keyLength == wanted.length && memory.equalBytes(keyOffset, wanted, 0, wanted.length);
    }

    private void readKey() {
        keyOffset = message.offset();
        keyLength = 0;
        keyValue.wrap(memory, message.offset(), message.length());
        while (keyValue.next()) {
            if (keyValue.is(KEY_VALUE_KEY, ProtoInput.LENGTH)) {
                keyOffset = keyValue.offset();
                keyLength = keyValue.length();
            }
        }
    }

    /** Goes to the next KeyValue message and reads its key, or returns false behind the last. */
    public boolean nextAttribute(int field) {
        while (message.next()) {
            if (message.is(field, ProtoInput.LENGTH)) {
                readKey();
                offset = message.offset();
                length = message.length();
                return true;
            }
        }
        return false;
    }

    /** Returns where the key of the KeyValue message starts that was reached by {@link #nextAttribute}. */
    public long keyOffset() {
        return keyOffset;
    }

    public int keyLength() {
        return keyLength;
    }

    /** Goes to a text that is not empty, the last of several. */
    public boolean seekText(int field) {
        offset = 0;
        length = 0;
        while (message.next()) {
            if (message.is(field, ProtoInput.LENGTH)) {
                offset = message.offset();
                length = message.length();
            }
        }
        return length > 0;
    }

    /** Returns where the KeyValue message or text starts. */
    public long offset() {
        return offset;
    }

    public int length() {
        return length;
    }
}
