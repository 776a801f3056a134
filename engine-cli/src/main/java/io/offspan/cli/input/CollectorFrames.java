package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Requests as the file exporter of the OpenTelemetry Collector writes them, each behind its length in four bytes, the highest first: binary,
 * and with its compression also in a zstd frame each.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> one request.
 */
final class CollectorFrames {
    private static final int LENGTH_BYTES = 4;
    private static final int HEAD_BYTES = LENGTH_BYTES + 4;
    private static final byte RESOURCE_SPANS = 0x0a;

    private final InputStream in;
    private final int maxRequestBytes;

    CollectorFrames(InputStream in, int maxRequestBytes) {
        this.in = in;
        this.maxRequestBytes = maxRequestBytes;
    }

    /** Tells whether such requests start like this, rather than requests behind varints, of which the first ones may be empty. */
    static boolean starts(HeadStream in) {
        in.await(HEAD_BYTES);
        byte[] head = in.head();
        if (head.length < HEAD_BYTES || length(head) <= 0) {
            return false;
        }
        boolean packed = ZstdFrames.startsAt(head, LENGTH_BYTES) || head[LENGTH_BYTES] == '{';
        boolean emptyFirst = head[0] == 0 && head[1] > 0 && head[2] == RESOURCE_SPANS && head[3] + 2 <= head[1];
        boolean delimited = head[1] == RESOURCE_SPANS || emptyFirst;
        return packed && !delimited || head[LENGTH_BYTES] == RESOURCE_SPANS && !delimited && head[0] < RESOURCE_SPANS;
    }

    private static int length(byte[] head) {
        return head[0] << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | head[3] & 0xff;
    }

    /** Returns the next request, unpacked, or null behind the last. */
    byte @Nullable [] next() throws IOException {
        byte[] head = in.readNBytes(LENGTH_BYTES);
        if (head.length == 0) {
            return null;
        }
        if (head.length < LENGTH_BYTES) {
            throw new FormatException(Reason.TRUNCATED, "The stream ends inside the length of a request");
        }
        int length = length(head);
        if (length < 0 || length > maxRequestBytes) {
            throw new FormatException(
                    Reason.TOO_LARGE,
                    "A request of " + (length & 0xffff_ffffL) + " bytes; " + maxRequestBytes + " are allowed");
        }
        byte[] request = in.readNBytes(length);
        if (request.length < length) {
            throw new FormatException(
                    Reason.TRUNCATED, "A request of " + length + " bytes of which the stream has " + request.length);
        }
        return ZstdFrames.startsAt(request, 0) ? unpacked(request) : request;
    }

    private byte[] unpacked(byte[] request) throws IOException {
        try (UnpackedStream zstd = ZstdFrames.open(
                new ByteArrayInputStream(request),
                "put it on the class path, or let the collector write without compression")) {
            byte[] content = zstd.readNBytes(maxRequestBytes + 1);
            InputException problem = zstd.problem();
            if (problem != null) {
                throw problem;
            }
            if (content.length > maxRequestBytes) {
                throw new FormatException(
                        Reason.TOO_LARGE, "A request of more than the " + maxRequestBytes + " bytes allowed, unpacked");
            }
            return content;
        }
    }
}
