package io.offspan.server.otlp;

import io.offspan.codec.proto.ProtoOutput;
import io.offspan.server.http.Refused;

/**
 * What became of a request.
 *
 * @param kind what the sender should do about it
 * @param rejected how many spans were not stored
 * @param message what the sender is told, empty where all is well
 */
record Outcome(Kind kind, int rejected, String message) {
    /** How a request ended. */
    enum Kind {
        /** Every span that was not rejected is stored. */
        STORED(200, 0),
        /** The same request will do no better. */
        MALFORMED(400, 3),
        TOO_LARGE(413, 8),
        /** The same request may do better in a moment. */
        BUSY(503, 14);

        private final int http;
        private final int grpc;

        Kind(int http, int grpc) {
            this.http = http;
            this.grpc = grpc;
        }

        /** Returns the status of HTTP. */
        int http() {
            return http;
        }

        /** Returns the status of gRPC. */
        int grpc() {
            return grpc;
        }
    }

    /** When a sender that was refused may come again. */
    static final int RETRY_SECONDS = 1;

    private static final int PARTIAL_SUCCESS = 1;
    private static final int REJECTED_SPANS = 1;
    private static final int ERROR_MESSAGE = 2;
    private static final int CODE = 1;
    private static final int MESSAGE = 2;

    /** Returns what becomes of a request that was refused before anybody looked at its spans. */
    static Outcome of(Refused refusal) {
        // 408 is a body that stood still: the sender has it, and may send it again.
        Kind kind = refusal.status() >= 500 || refusal.status() == 408
                ? Kind.BUSY
                : refusal.status() == 413 ? Kind.TOO_LARGE : Kind.MALFORMED;
        return refused(kind, String.valueOf(refusal.getMessage()));
    }

    static Outcome refused(Kind kind, String message) {
        return new Outcome(kind, 0, message);
    }

    /** Returns the ExportTraceServiceResponse in protobuf; nothing, where all is well. */
    byte[] response() {
        if (message.isEmpty()) {
            return new byte[0];
        }
        ProtoOutput out = new ProtoOutput(message.length() + 32);
        int partial = out.open(PARTIAL_SUCCESS);
        if (rejected > 0) {
            out.varint(REJECTED_SPANS, rejected);
        }
        out.text(ERROR_MESSAGE, message);
        out.close(partial);
        return out.toByteArray();
    }

    /** Returns the {@code google.rpc.Status} of a refusal in protobuf. */
    byte[] status() {
        ProtoOutput out = new ProtoOutput(message.length() + 32);
        out.varint(CODE, kind.grpc());
        out.text(MESSAGE, message);
        if (kind == Kind.BUSY) {
            // A RetryInfo, with the delay in its first field, whose first field is seconds.
            int detail = out.open(3);
            out.text(1, "type.googleapis.com/google.rpc.RetryInfo");
            int info = out.open(2);
            int delay = out.open(1);
            out.varint(1, RETRY_SECONDS);
            out.close(delay);
            out.close(info);
            out.close(detail);
        }
        return out.toByteArray();
    }
}
