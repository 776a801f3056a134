package io.offspan.codec.otlp;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Requests one after another in a stream: each is preceded by its length as a varint, as protobuf's {@code writeDelimitedTo}
 * does it.
 *
 * <p>{@link #next} reads such a stream and also one that is a single request without length. It tells them apart by the first
 * frame: the stream is delimited when its first varint is a length that the stream has, and so many bytes are whole protobuf
 * fields of which the first has the tag of a ResourceSpans, {@code 0x0A}; or when it is 0. Otherwise the whole stream is one
 * request. A single request cannot pass for a delimited one: its own first tag would announce a frame of ten bytes, which would
 * start at the length of the first ResourceSpans. That length would have to be {@code 0x0A}, ten, and the first tag inside would
 * then be taken for a length of at least ten, which the frame does not have.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> a buffer for one request, not the stream.
 *
 * <p><b>Fails</b> with {@link FormatException} for a stream that ends inside a frame or has a frame larger than allowed.
 */
public final class OtlpFrames {
    /** The largest request that can be allowed. */
    public static final int MAX_REQUEST_BYTES = 1 << 29;

    private static final int END = -1;
    private static final byte RESOURCE_SPANS = 1 << 3 | ProtoInput.LENGTH;

    private final InputStream stream;
    private final int maxRequestBytes;
    private final ProtoInput fields = new ProtoInput();
    private byte[] buffer = new byte[64 * 1024];
    private int filled;
    private int start;
    private int length;
    private boolean ended;
    private boolean delimited;
    private boolean decided;

    /**
     * Reads requests from a stream.
     *
     * @param maxRequestBytes the largest request to accept, up to {@value #MAX_REQUEST_BYTES}
     * @throws IllegalArgumentException when that is larger or not positive
     */
    public OtlpFrames(InputStream stream, int maxRequestBytes) {
        if (maxRequestBytes < 1 || maxRequestBytes > MAX_REQUEST_BYTES) {
            throw new IllegalArgumentException(
                    "maxRequestBytes is " + maxRequestBytes + ", allowed is 1 to " + MAX_REQUEST_BYTES);
        }
        this.stream = stream;
        this.maxRequestBytes = maxRequestBytes;
    }

    /** Writes a request behind its length. */
    public static void write(OutputStream stream, ProtoOutput request) throws IOException {
        int rest = request.length();
        while (rest > 0x7f) {
            stream.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        stream.write(rest);
        stream.write(request.bytes(), 0, request.length());
    }

    /** Goes to the next request, or returns false behind the last. */
    public boolean next() throws IOException {
        start += length;
        length = 0;
        if (!fill(1)) {
            return false;
        }
        if (!decided) {
            decided = true;
            delimited = startsWithFrame();
        }
        if (!delimited) {
            return wholeStream();
        }
        length = (int) frameLength();
        return true;
    }

    /** Returns the array that {@link #offset} points into; the request in it is valid until the next call of {@link #next}. */
    public byte[] bytes() {
        return buffer;
    }

    /** Returns where the request starts. */
    public int offset() {
        return start;
    }

    /** Returns how many bytes the request has. */
    public int length() {
        return length;
    }

    /** Tells whether the stream consists of frames; known after the first call of {@link #next}. */
    public boolean delimited() {
        return delimited;
    }

    private boolean startsWithFrame() throws IOException {
        int back = start;
        try {
            long bytes = frameLength();
            if (bytes > 0 && buffer[start] != RESOURCE_SPANS) {
                return false;
            }
            fields.wrap(buffer, start);
            int end = start + (int) bytes;
            while (fields.position() < end) {
                fields.skip(fields.tag(end), end);
            }
            return true;
        } catch (FormatException notAFrame) {
            return false;
        } finally {
            start = back;
        }
    }

    /** Reads the length at the start, makes sure that the frame is in the buffer, and sets the start behind the length. */
    private long frameLength() throws IOException {
        long bytes = 0;
        for (int i = 0; ; i++) {
            if (!fill(i + 1)) {
                throw new FormatException(Reason.TRUNCATED, "The stream ends inside the length of a request");
            }
            byte b = buffer[start + i];
            bytes |= (b & 0x7fL) << 7 * i;
            if (bytes > maxRequestBytes || i == 4 && b < 0) {
                throw new FormatException(
                        Reason.TOO_LARGE,
                        "A request of at least " + bytes + " bytes; " + maxRequestBytes + " are allowed");
            }
            if (b >= 0) {
                if (!fill(i + 1 + (int) bytes)) {
                    throw new FormatException(
                            Reason.TRUNCATED,
                            "A request of " + bytes + " bytes of which the stream has " + (filled - start - i - 1));
                }
                start += i + 1;
                return bytes;
            }
        }
    }

    private boolean wholeStream() throws IOException {
        while (!ended) {
            if (filled - start > maxRequestBytes) {
                throw new FormatException(
                        Reason.TOO_LARGE, "A single request of more than the " + maxRequestBytes + " bytes allowed");
            }
            fill(filled - start + 1);
        }
        length = filled - start;
        return length > 0;
    }

    /** Makes sure that {@code count} bytes from the start on are in the buffer, or returns false at the end of the stream. */
    private boolean fill(int count) throws IOException {
        if (filled - start >= count) {
            return true;
        }
        if (buffer.length - start < count) {
            byte[] target =
                    buffer.length < count ? new byte[Math.max(count, (int) Math.min(2L * count, 1 << 30))] : buffer;
            System.arraycopy(buffer, start, target, 0, filled - start);
            buffer = target;
            filled -= start;
            start = 0;
        }
        while (filled - start < count && !ended) {
            int read = stream.read(buffer, filled, buffer.length - filled);
            ended = read == END;
            filled += Math.max(read, 0);
        }
        return filled - start >= count;
    }
}
