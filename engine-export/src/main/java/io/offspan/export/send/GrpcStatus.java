package io.offspan.export.send;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.export.send.SendOutcome.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status with which a call has ended, and what OTLP's specification makes of it.
 *
 * @param code its number, -1 when there was none
 * @param message the receiver's words
 * @param retryMillis how long the details of the status ask to wait, -1 when they have no such word
 */
record GrpcStatus(int code, String message, long retryMillis) {
    static final int DEADLINE_EXCEEDED = 4;
    static final int UNIMPLEMENTED = 12;

    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;
    private static final int UNKNOWN = 2;
    private static final List<String> NAMES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private static final int MILLIS = 1_000;
    private static final int NANOS_A_MILLI = 1_000_000;
    private static final int DETAILS = 3 << 3 | ProtoInput.LENGTH;
    private static final int TYPE = 1 << 3 | ProtoInput.LENGTH;
    private static final int VALUE = 2 << 3 | ProtoInput.LENGTH;
    private static final int DELAY = 1 << 3 | ProtoInput.LENGTH;
    private static final int SECONDS = 1 << 3 | ProtoInput.VARINT;
    private static final int NANOS = 2 << 3 | ProtoInput.VARINT;

    static GrpcStatus of(GrpcAnswer answer) {
        Map<String, String> headers = answer.headers();
        String said = headers.getOrDefault("grpc-status", "");
        if (said.matches("\\d{1,3}")) {
            return new GrpcStatus(
                    Integer.parseInt(said),
                    decoded(headers.getOrDefault("grpc-message", "")),
                    retryMillis(headers.get("grpc-status-details-bin")));
        }
        int http = answer.httpStatus();
        return new GrpcStatus(ofHttp(http), http == 200 ? "" : "HTTP status " + http, -1);
    }

    /** Returns what gRPC takes a status of HTTP for when something answers that does not speak gRPC. */
    private static int ofHttp(int status) {
        return switch (status) {
            case 200 -> -1;
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> status >= 300 && status < 400 ? UNIMPLEMENTED : UNKNOWN;
        };
    }

    /** Returns what it means for the spans. */
    Verdict verdict() {
        return switch (code) {
            case 0 -> Verdict.ACCEPTED;
            // Cancelled, deadline exceeded, aborted, out of range, unavailable, data loss; and an answer that just
            // ends.
            case -1, 1, DEADLINE_EXCEEDED, 10, 11, UNAVAILABLE, 15 -> Verdict.RETRY;
            case RESOURCE_EXHAUSTED -> retryMillis < 0 ? Verdict.REFUSED : Verdict.RETRY;
            case PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED -> Verdict.PAUSE;
            default -> Verdict.REFUSED;
        };
    }

    /** Returns it by name, for people. */
    String name() {
        return code < 0 ? "an answer without a status" : code < NAMES.size() ? NAMES.get(code) : "status " + code;
    }

    private static String decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            int high = b == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                b = (byte) (high << 4 | low);
                i += 2;
            }
            bytes[length++] = b;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Reads a google.rpc.Status and looks for a google.rpc.RetryInfo among its details. */
    static long retryMillis(@Nullable String details) {
        if (details == null) {
            return -1;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(details.strip());
            ProtoInput in = new ProtoInput().wrap(bytes, 0);
            long found = -1;
            while (in.position() < bytes.length) {
                int tag = in.tag(bytes.length);
                if (tag == DETAILS) {
                    int length = in.length(bytes.length);
                    found = Math.max(found, detail(in, in.position() + length));
                } else {
                    in.skip(tag, bytes.length);
                }
            }
            return found;
        } catch (FormatException | IllegalArgumentException unreadable) {
            return -1;
        }
    }

    private static long detail(ProtoInput in, int end) {
        boolean retryInfo = false;
        long millis = 0;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == TYPE) {
                retryInfo = in.text(end).endsWith("/google.rpc.RetryInfo");
            } else if (tag == VALUE && retryInfo) {
                int length = in.length(end);
                millis = delay(in, in.position() + length);
            } else {
                in.skip(tag, end);
            }
        }
        return retryInfo ? millis : -1;
    }

    private static long delay(ProtoInput in, int end) {
        long millis = 0;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == DELAY) {
                int length = in.length(end);
                millis = duration(in, in.position() + length);
            } else {
                in.skip(tag, end);
            }
        }
        return millis;
    }

    private static long duration(ProtoInput in, int end) {
        long seconds = 0;
        long nanos = 0;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == SECONDS) {
                seconds = in.varint(end);
            } else if (tag == NANOS) {
                nanos = in.varint(end);
            } else {
                in.skip(tag, end);
            }
        }
        // A wait too long to be counted is longer than any cap.
        return seconds < 0 || nanos < 0
                ? 0
                : seconds > Long.MAX_VALUE / MILLIS - 1 ? Long.MAX_VALUE : seconds * MILLIS + nanos / NANOS_A_MILLI;
    }
}
