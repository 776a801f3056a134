package io.offspan.it.export;

import io.offspan.testkit.receiver.Exchange;
import io.offspan.testkit.receiver.Reply;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request of which everything was read, and what can be done with it. An answer that keeps the connection returns true.
 *
 * <p><b>Threads.</b> That of the connection.
 */
final class LedgerExchange {
    private static final byte[] EMPTY = new byte[0];

    private final LedgerReceiver receiver;
    private final SpanLedger ledger;
    private final Exchange exchange;
    private final int[] numbers;
    private final String credentials;
    private SpanLedger.@Nullable Entry answered;

    LedgerExchange(LedgerReceiver receiver, SpanLedger ledger, Exchange exchange, int[] numbers, String credentials) {
        this.receiver = receiver;
        this.ledger = ledger;
        this.exchange = exchange;
        this.numbers = numbers;
        this.credentials = credentials;
    }

    /** Returns the numbers of the spans. */
    int[] numbers() {
        return numbers;
    }

    LedgerReceiver receiver() {
        return receiver;
    }

    SpanLedger ledger() {
        return ledger;
    }

    /** Returns the request as it was kept if it was answered with a plain yes. */
    SpanLedger.@Nullable Entry answered() {
        return answered;
    }

    /** Keeps the spans without saying so. */
    void keep() {
        ledger.keep(numbers);
    }

    boolean accept() throws IOException {
        return accept(EMPTY);
    }

    /** Keeps the spans and says so; whoever looks at the ledger sees both or neither. */
    boolean accept(byte[] body, String... headers) throws IOException {
        synchronized (ledger) {
            SpanLedger.Entry entry = ledger.keep(numbers);
            exchange.answer(200, body, headers);
            ledger.confirm(entry);
            answered = entry;
        }
        return true;
    }

    /** Keeps the spans and says so, and goes on talking; yes is yes. */
    boolean acceptWithoutEnd() throws IOException {
        SpanLedger.Entry entry = ledger.keep(numbers);
        // Over gRPC the yes would stand at the end, which never comes.
        if (!exchange.isGrpc()) {
            ledger.told(entry);
        }
        return flood(200);
    }

    /** Keeps the spans but for the last ones, which it rejects for good. */
    boolean acceptBut(int count) throws IOException {
        int some = Math.min(count, numbers.length);
        byte[] body = ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(some)
                        .setErrorMessage("not these of " + credentials))
                .build()
                .toByteArray();
        synchronized (ledger) {
            accept(body);
            if (answered != null) {
                ledger.reject(answered, numbers.length - some);
            }
        }
        return true;
    }

    /** Answers with a code; the body repeats the credentials, as a receiver might that explains itself. */
    boolean refuse(int code, String... headers) throws IOException {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "text/plain";
        exchange.answer(code, ("no, " + credentials).getBytes(StandardCharsets.US_ASCII), all);
        return true;
    }

    /** Refuses, and complains should the exporter come again before that time has passed. */
    boolean refuseFor(long millis, int code, String... headers) throws IOException {
        receiver.expectNothingFor(millis, numbers, exchange.socket());
        return refuse(code, headers);
    }

    /** Announces more than it sends. */
    boolean half() throws IOException {
        return Reply.half().to(exchange);
    }

    /** Drops the connection with a reset. */
    boolean reset() throws IOException {
        return Reply.resetBeforeTheBody().to(exchange);
    }

    /** Says nothing until the exporter goes. */
    boolean hang() throws IOException {
        return Reply.silence().to(exchange);
    }

    /** Sends its answer a byte at a time until the exporter goes. */
    boolean trickle() throws IOException {
        return Reply.trickle().to(exchange);
    }

    /** Sends a body without end, as fast as it is taken. */
    boolean flood(int code) throws IOException {
        return Reply.endless(code).to(exchange);
    }

    /** Sends what is no HTTP. */
    boolean babble() throws IOException {
        return Reply.babble("SSH-2.0-nothing").to(exchange);
    }
}
