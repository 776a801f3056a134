package io.offspan.server.otlp;

import io.offspan.server.http.BodyTaker;
import io.offspan.server.http.Bytes;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.otlp.Outcome.Kind;
import java.nio.ByteBuffer;

/**
 * Takes spans by OTLP over gRPC: one message behind a byte that says whether it is packed, and four with its length.
 *
 * <p><b>Threads.</b> Any number at once.
 */
public final class OtlpGrpc implements Endpoint {
    /** Where the only call that there is goes. */
    public static final String PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    private static final int PREFIX_BYTES = 5;
    private static final int UNIMPLEMENTED = 12;
    private static final byte[] NOTHING = {};

    private final Intake intake;

    public OtlpGrpc(Intake intake) {
        this.intake = intake;
    }

    /** Tells whether a request is a call of gRPC. */
    public static boolean isCall(Exchange exchange) {
        String type = exchange.header("Content-Type");
        return type != null && (type.equals("application/grpc") || type.startsWith("application/grpc+"));
    }

    /** Answers a call that there is not. */
    public static void unknown(Exchange exchange) {
        requireCall(exchange);
        exchange.sendGrpc(
                UNIMPLEMENTED, "There is no call " + exchange.path() + "; there is " + PATH, NOTHING, NOTHING);
    }

    private static void requireCall(Exchange exchange) {
        if (!isCall(exchange) || !exchange.isHttp2()) {
            throw new Refused(415, exchange.path() + " is for calls of gRPC, which come by HTTP/2 as application/grpc");
        }
    }

    @Override
    public void answer(Exchange exchange) {
        requireCall(exchange);
        exchange.body(OtlpHttp.MAX_BYTES + PREFIX_BYTES, new Taker(exchange));
    }

    private final class Taker implements BodyTaker {
        private final Exchange exchange;

        Taker(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void take(Bytes bytes) {
            ByteBuffer prefix = ByteBuffer.wrap(bytes.array(), 0, bytes.length());
            int packed = prefix.remaining() < PREFIX_BYTES ? -1 : prefix.get();
            if (packed < 0 || packed > 1 || prefix.getInt() != prefix.remaining()) {
                answer(Outcome.refused(
                        Kind.MALFORMED,
                        "The call has " + bytes.length()
                                + " bytes that are not one message behind its length; it takes exactly one"));
                return;
            }
            answer(
                    packed == 0
                            ? intake.store(bytes.array(), PREFIX_BYTES, prefix.remaining())
                            : unpacked(bytes.array(), prefix.remaining()));
        }

        private Outcome unpacked(byte[] call, int length) {
            String encoding = exchange.header("grpc-encoding");
            if (!"gzip".equals(encoding)) {
                return Outcome.refused(
                        Kind.MALFORMED, "The message is packed by '" + encoding + "'; allowed are gzip and identity");
            }
            Bytes message = exchange.unpack(call, PREFIX_BYTES, length, OtlpHttp.MAX_BYTES);
            try {
                return intake.store(message.array(), 0, message.length());
            } finally {
                message.release();
            }
        }

        @Override
        public void refused(Refused refusal) {
            answer(Outcome.of(refusal));
        }

        private void answer(Outcome outcome) {
            exchange.set("grpc-accept-encoding", "gzip, identity");
            if (outcome.kind() != Kind.STORED) {
                // Without details a refusal for its size is one for good.
                byte[] details = outcome.kind() == Kind.BUSY ? outcome.status() : NOTHING;
                exchange.sendGrpc(outcome.kind().grpc(), outcome.message(), details, NOTHING);
                return;
            }
            byte[] response = outcome.response();
            ByteBuffer frame = ByteBuffer.allocate(PREFIX_BYTES + response.length);
            exchange.sendGrpc(
                    0,
                    "",
                    NOTHING,
                    frame.put((byte) 0).putInt(response.length).put(response).array());
        }
    }
}
