package io.offspan.it.export;

import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request of which everything was read, and what can be done with it. An answer that keeps the connection returns true.
 *
 * <p><b>Threads.</b> That of the connection.
 */
final class Exchange {
    private static final byte[] EMPTY = new byte[0];

    private final LedgerReceiver receiver;
    private final SpanLedger ledger;
    private final Socket socket;
    private final int[] numbers;
    private final String credentials;
    private SpanLedger.@Nullable Entry answered;

    Exchange(LedgerReceiver receiver, SpanLedger ledger, Socket socket, int[] numbers, String credentials) {
        this.receiver = receiver;
        this.ledger = ledger;
        this.socket = socket;
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
            answer(200, body, headers);
            ledger.confirm(entry);
            answered = entry;
        }
        return true;
    }

    /** Keeps the spans and says so, and goes on talking; yes is yes. */
    boolean acceptWithoutEnd() throws IOException {
        ledger.told(ledger.keep(numbers));
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
        answer(code, ("no, " + credentials).getBytes(StandardCharsets.US_ASCII), all);
        return true;
    }

    /** Refuses, and complains should the exporter come again before that time has passed. */
    boolean refuseFor(long millis, int code, String... headers) throws IOException {
        receiver.expectNothingFor(millis);
        return refuse(code, headers);
    }

    private void answer(int code, byte[] body, String... headers) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] head = LedgerReceiver.head(code, body.length, headers);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        out.write(all);
        out.flush();
    }

    /** Announces more than it sends. */
    boolean half() throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(LedgerReceiver.head(200, 1000));
        out.write(new byte[10]);
        out.flush();
        return false;
    }

    /** Drops the connection with a reset. */
    boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
    }

    /** Says nothing until the exporter goes. */
    boolean hang() throws IOException {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            continue;
        }
        return false;
    }

    /** Sends its answer a byte at a time until the exporter goes. */
    boolean trickle() throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
        while (true) {
            out.write('s');
            out.flush();
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Sends a body without end, as fast as it is taken. */
    boolean flood(int code) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("HTTP/1.1 " + code + " X\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = new byte[64 * 1024];
        while (true) {
            out.write(chunk);
        }
    }

    /** Sends what is no HTTP. */
    boolean babble() throws IOException {
        socket.getOutputStream().write("SSH-2.0-nothing\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return false;
    }
}
