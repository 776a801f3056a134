package io.offspan.export.send;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came back for a call.
 *
 * @param httpStatus the status of HTTP/2, 200 unless something between us and the receiver has answered
 * @param headers those before and behind the message, by their names in small letters
 * @param bytes the message with the five bytes before it, as much as was kept
 * @param cut whether there was more
 */
@SuppressWarnings("ArrayRecordComponent")
public record GrpcAnswer(int httpStatus, Map<String, String> headers, byte[] bytes, boolean cut) {
    private static final int PREFIX_BYTES = 5;

    /** Returns the message, or null when it is not whole or is compressed, which nobody asked for. */
    byte @Nullable [] message() {
        if (cut || bytes.length < PREFIX_BYTES || bytes[0] != 0) {
            return null;
        }
        int length = bytes[1] << 24 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 8 | bytes[4] & 0xff;
        return length == bytes.length - PREFIX_BYTES ? Arrays.copyOfRange(bytes, PREFIX_BYTES, bytes.length) : null;
    }
}
