package io.offspan.cli.input;

import java.nio.charset.StandardCharsets;

/**
 * Turns bytes that should be UTF-8 into such that are: each character whole, and U+FFFD in the place of what is none.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Utf8Mender {
    private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);
    /** A replacement and a character behind it. */
    private static final int MOST_QUEUED = 8;

    /** A character of which {@link #missing} bytes have not come yet. */
    private final byte[] character = new byte[4];

    private int length;
    private int missing;
    private final byte[] queue = new byte[MOST_QUEUED];
    private int queueLength;
    private int queued;

    /** Forgets what has come. */
    void clear() {
        missing = 0;
        queued = 0;
    }

    /** Tells whether no character is open. */
    boolean isWhole() {
        return missing == 0;
    }

    boolean hasNext() {
        return queued > 0;
    }

    /** Returns the next byte, once there is one. */
    byte next() {
        return queue[queueLength - queued--];
    }

    /** Takes a byte; what it completes comes next. */
    void give(byte b) {
        if (missing > 0 && (b & 0xc0) == 0x80) {
            character[length++] = b;
            if (--missing == 0) {
                enqueue(character, length);
            }
            return;
        }
        if (missing > 0) {
            missing = 0;
            enqueue(REPLACEMENT, REPLACEMENT.length);
        }
        character[0] = b;
        length = 1;
        if (b >= 0) {
            enqueue(character, 1);
            return;
        }
        missing = (b & 0xe0) == 0xc0 ? 1 : (b & 0xf0) == 0xe0 ? 2 : (b & 0xf8) == 0xf0 ? 3 : 0;
        if (missing == 0) {
            enqueue(REPLACEMENT, REPLACEMENT.length);
        }
    }

    private void enqueue(byte[] bytes, int count) {
        int kept = queued;
        System.arraycopy(queue, queueLength - queued, queue, 0, kept);
        System.arraycopy(bytes, 0, queue, kept, count);
        queued = kept + count;
        queueLength = queued;
    }
}
