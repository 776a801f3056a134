package io.offspan.testkit.receiver;

import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** What becomes of one request: an answer, a wrong one, or none. Those made here read the whole request first, but for one. */
@FunctionalInterface
public interface Reply {
    /** Answers, or misbehaves; returns whether the connection goes on. */
    boolean to(Exchange exchange) throws IOException;

    /** Accepts. */
    static Reply ok() {
        return answer(200, ExportTraceServiceResponse.getDefaultInstance().toByteArray());
    }

    /** Accepts, and rejects some of the spans for good. */
    static Reply partial(long rejected, String message) {
        return answer(
                200,
                ExportTraceServiceResponse.newBuilder()
                        .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                .setRejectedSpans(rejected)
                                .setErrorMessage(message))
                        .build()
                        .toByteArray());
    }

    /**
     * Answers with a code, a body, and headers as name, value, name, value.
     *
     * @param code one of HTTP, which {@link Exchange#answer} translates for gRPC, where one below 100 is a status as it is
     */
    static Reply answer(int code, byte[] body, String... headers) {
        return exchange -> {
            exchange.request();
            exchange.answer(code, body, headers);
            return true;
        };
    }

    /** Answers with a code, no body, and headers as name, value, name, value. */
    static Reply answer(int code, String... headers) {
        return answer(code, new byte[0], headers);
    }

    /** Looks at the request, then chooses. */
    static Reply choose(Function<Received, Reply> choice) {
        return exchange -> choice.apply(exchange.request()).to(exchange);
    }

    /** Drops the connection without an answer, with a reset. */
    static Reply reset() {
        return exchange -> {
            exchange.request();
            return resetBeforeTheBody().to(exchange);
        };
    }

    /** Drops the connection with a reset when only the head of the request was read. */
    static Reply resetBeforeTheBody() {
        return exchange -> {
            exchange.socket().setSoLinger(true, 0);
            exchange.socket().close();
            return false;
        };
    }

    /** Announces a body and ends in the middle of it. */
    static Reply half() {
        return exchange -> {
            exchange.request();
            exchange.begin(200, 1000);
            exchange.part(new byte[10]);
            return false;
        };
    }

    /** Answers with a head, then says nothing more until the client goes. */
    static Reply silentBody() {
        return exchange -> {
            exchange.request();
            exchange.begin(200, 1000);
            return silence().to(exchange);
        };
    }

    /** Says nothing until the client goes. */
    static Reply silence() {
        return exchange -> {
            exchange.request();
            exchange.awaitEnd();
            return false;
        };
    }

    /** Sends an answer without end, over HTTP in its head, a byte at a time, until the client goes. */
    static Reply trickle() {
        return exchange -> {
            exchange.request();
            while (true) {
                exchange.drip();
                LockSupport.parkNanos(20_000_000);
            }
        };
    }

    /** Sends a body without end, as fast as it is taken. */
    static Reply endless(int code) {
        return exchange -> {
            exchange.request();
            exchange.begin(code, -1);
            byte[] chunk = new byte[64 * 1024];
            while (true) {
                exchange.part(chunk);
            }
        };
    }

    /** Sends a line that is no HTTP. */
    static Reply babble(String line) {
        return exchange -> {
            exchange.request();
            exchange.write((line + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return false;
        };
    }
}
