package io.offspan.server.otlp;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.server.http.BodyTaker;
import io.offspan.server.http.Bytes;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.json.JsonRequest;
import io.offspan.server.otlp.Outcome.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Takes spans by OTLP over HTTP, as protobuf or JSON, as they are or by gzip.
 *
 * <p><b>Threads.</b> Any number at once.
 */
public final class OtlpHttp implements Endpoint {
    /** The most bytes of a request, packed and unpacked. */
    public static final int MAX_BYTES = 64 << 20;

    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final int BAD_REQUEST = 400;

    private final Intake intake;

    public OtlpHttp(Intake intake) {
        this.intake = intake;
    }

    @Override
    public void answer(Exchange exchange) {
        String given = exchange.header("Content-Type");
        String type = given == null ? "" : given.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
        if (!type.equals(PROTOBUF) && !type.equals(JSON)) {
            throw new Refused(
                    415, "The type of the request is '" + type + "'; allowed are " + PROTOBUF + " and " + JSON);
        }
        String encoding = exchange.header("Content-Encoding");
        boolean packed = "gzip".equalsIgnoreCase(encoding);
        if (encoding != null && !packed && !encoding.equalsIgnoreCase("identity")) {
            throw new Refused(415, "The request is packed by '" + encoding + "'; allowed are gzip and identity");
        }
        exchange.body(MAX_BYTES, new Taker(exchange, type.equals(JSON), packed));
    }

    private final class Taker implements BodyTaker {
        private final Exchange exchange;
        private final boolean json;
        private final boolean packed;

        Taker(Exchange exchange, boolean json, boolean packed) {
            this.exchange = exchange;
            this.json = json;
            this.packed = packed;
        }

        @Override
        public void take(Bytes bytes) {
            Outcome outcome;
            if (packed) {
                Bytes unpacked = exchange.unpack(bytes.array(), 0, bytes.length(), MAX_BYTES);
                try {
                    outcome = store(unpacked);
                } finally {
                    unpacked.release();
                }
            } else {
                outcome = store(bytes);
            }
            answer(outcome);
        }

        private Outcome store(Bytes bytes) {
            if (!json) {
                return intake.store(bytes.array(), 0, bytes.length());
            }
            ProtoOutput request;
            try {
                request = JsonRequest.toProtobuf(bytes.array(), bytes.length());
            } catch (IllegalArgumentException malformed) {
                return Outcome.refused(Kind.MALFORMED, String.valueOf(malformed.getMessage()));
            }
            return intake.store(request.bytes(), 0, request.length());
        }

        @Override
        public void refused(Refused refusal) {
            answer(Outcome.of(refusal));
        }

        private void answer(Outcome outcome) {
            int status = outcome.kind().http();
            if (outcome.kind() == Kind.BUSY) {
                exchange.set("Retry-After", Integer.toString(Outcome.RETRY_SECONDS));
            }
            if (json) {
                exchange.send(status, JSON, text(outcome).getBytes(StandardCharsets.UTF_8));
            } else {
                exchange.send(status, PROTOBUF, status < BAD_REQUEST ? outcome.response() : outcome.status());
            }
        }

        private static String text(Outcome outcome) {
            String message = "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(outcome.message())) + "\"";
            if (outcome.kind() != Kind.STORED) {
                return "{\"code\":" + outcome.kind().grpc() + ",\"message\":" + message + "}";
            }
            return outcome.message().isEmpty()
                    ? "{}"
                    : "{\"partialSuccess\":{\"rejectedSpans\":\"" + outcome.rejected() + "\",\"errorMessage\":"
                            + message + "}}";
        }
    }
}
