package io.offspan.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose first bytes can be looked at before they are read.
 *
 * <p>It waits for no more than it is asked for, and asks no stream how much is {@code available()}: pipes answer 0 between two writes, and
 * on JDK 17 named ones not at all.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> where the stream does, but only behind the bytes that it gave before.
 */
final class HeadStream extends InputStream {
    /** How many bytes can be looked at. */
    static final int HEAD_BYTES = 64 << 10;

    private final InputStream in;
    private final byte[] head = new byte[HEAD_BYTES];
    private int at;
    private int filled;
    private boolean ended;
    private @Nullable IOException failure;

    HeadStream(InputStream in) {
        this.in = in;
    }

    /** Waits for the next bytes and adds them to the head; false at the end of the stream and when the head is full. */
    boolean more() {
        if (ended || filled == head.length) {
            return false;
        }
        int count = -1;
        try {
            count = in.read(head, filled, head.length - filled);
        } catch (IOException e) {
            failure = e;
        }
        ended = count < 0;
        filled += Math.max(count, 0);
        return !ended;
    }

    /** Waits until the head has so many bytes, or the stream ends. */
    void await(int count) {
        while (filled - at < count && more()) {
            // Every round has read something.
        }
    }

    /** Returns a copy of the bytes that were looked at and are not read yet. */
    byte[] head() {
        return Arrays.copyOfRange(head, at, filled);
    }

    /** Goes behind so many bytes of the head. */
    void pass(int count) {
        at += Objects.checkIndex(count, filled - at + 1);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (at < filled) {
            int count = Math.min(length, filled - at);
            System.arraycopy(head, at, bytes, offset, count);
            at += count;
            return count;
        }
        if (failure != null) {
            throw failure;
        }
        return ended ? -1 : in.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
