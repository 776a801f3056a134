package io.offspan.query.value;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.wire.Memory;

/**
 * Finds an attribute or a text in the message of a resource or instrumentation scope, where it lies.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
final class EnvelopeMessage {
    static final int RESOURCE_ATTRIBUTES = 1;
    static final int SCOPE_NAME = 1;
    static final int SCOPE_VERSION = 2;
    static final int SCOPE_ATTRIBUTES = 3;

    private static final int KEY_VALUE_KEY = 1;

    private final ProtoReader message = new ProtoReader();
    private final ProtoReader keyValue = new ProtoReader();
    private Memory memory = Memory.NONE;
    private long offset;
    private int length;

    /** Points at the message of an envelope. */
    EnvelopeMessage wrap(Memory source, long start, int bytes) {
        source.check(start, Math.max(bytes, Envelope.HEADER_BYTES));
        long header = Envelope.HEADER_BYTES + source.getUnsignedInt(start + 4);
        message.wrap(source, start + header, bytes - header);
        memory = source;
        return this;
    }

    /** Goes to the KeyValue message with a key, the first of several. */
    boolean seekAttribute(int field, byte[] key) {
        while (message.next()) {
            if (message.is(field, ProtoReader.BYTES) && hasKey(key)) {
                offset = message.offset();
                length = message.length();
                return true;
            }
        }
        return false;
    }

    private boolean hasKey(byte[] wanted) {
        boolean same = wanted.length == 0;
        keyValue.wrap(memory, message.offset(), message.length());
        while (keyValue.next()) {
            if (keyValue.is(KEY_VALUE_KEY, ProtoReader.BYTES)) {
                same = keyValue.length() == wanted.length
                        && memory.equalBytes(keyValue.offset(), wanted, 0, wanted.length);
            }
        }
        return same;
    }

    /** Goes to a text that is not empty, the last of several. */
    boolean seekText(int field) {
        offset = 0;
        length = 0;
        while (message.next()) {
            if (message.is(field, ProtoReader.BYTES)) {
                offset = message.offset();
                length = message.length();
            }
        }
        return length > 0;
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
