package io.offspan.export.send;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code ExportTraceServiceResponse} says: how many spans were rejected for good, and why.
 *
 * @param rejectedSpans how many
 * @param message the receiver's words, empty when it has none
 */
record PartialSuccess(long rejectedSpans, String message) {
    static final PartialSuccess NONE = new PartialSuccess(0, "");

    private static final int PARTIAL_SUCCESS = 1 << 3 | ProtoInput.LENGTH;
    private static final int REJECTED_SPANS = 1 << 3 | ProtoInput.VARINT;
    private static final int ERROR_MESSAGE = 2 << 3 | ProtoInput.LENGTH;

    /** Reads a response in JSON; null when it is not one. */
    static @Nullable PartialSuccess readJson(byte[] bytes) {
        Map<String, String> values = JsonValues.read(bytes);
        if (values == null) {
            return null;
        }
        String rejected = either(values, "partialSuccess.rejectedSpans", "partial_success.rejected_spans");
        String message = either(values, "partialSuccess.errorMessage", "partial_success.error_message");
        try {
            return new PartialSuccess(rejected.isEmpty() ? 0 : Math.max(0, Long.parseLong(rejected)), message);
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static String either(Map<String, String> values, String name, String snakeCase) {
        return values.getOrDefault(name, values.getOrDefault(snakeCase, ""));
    }

    /** Reads a response; null when the bytes are not one. */
    static @Nullable PartialSuccess read(byte[] bytes) {
        try {
            PartialSuccess found = NONE;
            ProtoInput in = new ProtoInput().wrap(bytes, 0);
            while (in.position() < bytes.length) {
                int tag = in.tag(bytes.length);
                if (tag == PARTIAL_SUCCESS) {
                    int length = in.length(bytes.length);
                    found = readMessage(in, in.position() + length);
                } else {
                    in.skip(tag, bytes.length);
                }
            }
            return found;
        } catch (FormatException malformed) {
            return null;
        }
    }

    private static PartialSuccess readMessage(ProtoInput in, int end) {
        long rejected = 0;
        String message = "";
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == REJECTED_SPANS) {
                rejected = Math.max(0, in.varint(end));
            } else if (tag == ERROR_MESSAGE) {
                message = in.text(end);
            } else {
                in.skip(tag, end);
            }
        }
        return new PartialSuccess(rejected, message);
    }
}
