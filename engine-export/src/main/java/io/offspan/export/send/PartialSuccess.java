package io.offspan.export.send;

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

    private static final int PARTIAL_SUCCESS = 1;
    private static final int REJECTED_SPANS = 1;
    private static final int ERROR_MESSAGE = 2;

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
            ProtoFields response = new ProtoFields(bytes, 0, bytes.length);
            while (response.next()) {
                if (response.number == PARTIAL_SUCCESS && response.type == ProtoFields.BYTES) {
                    found = readMessage(new ProtoFields(bytes, response.start, response.end));
                }
            }
            return found;
        } catch (IndexOutOfBoundsException malformed) {
            return null;
        }
    }

    private static PartialSuccess readMessage(ProtoFields fields) {
        long rejected = 0;
        String message = "";
        while (fields.next()) {
            if (fields.number == REJECTED_SPANS && fields.type == ProtoFields.VARINT) {
                rejected = Math.max(0, fields.value);
            } else if (fields.number == ERROR_MESSAGE && fields.type == ProtoFields.BYTES) {
                message = fields.text();
            }
        }
        return new PartialSuccess(rejected, message);
    }
}
