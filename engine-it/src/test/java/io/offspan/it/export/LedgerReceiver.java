package io.offspan.it.export;

import io.offspan.it.gate.StampedSpan;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of OTLP over HTTP on a real socket, read by the official messages, that answers as it is told and keeps the ledger.
 *
 * <p><b>Threads.</b> Every connection has a daemon of its own; the methods are for any.
 */
final class LedgerReceiver implements AutoCloseable {
    private static final int NANOS_A_MILLI = 1_000_000;
    /** The exporter takes its waits from other clocks than ours. */
    private static final long SLACK_NANOS = 20L * NANOS_A_MILLI;

    private final SpanLedger ledger;
    private final int writer;
    private final int port;
    private final ServerSocket elsewhere;
    private final AtomicInteger visitorsElsewhere = new AtomicInteger();
    private final AtomicInteger withoutCredentials = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private final ConcurrentLinkedDeque<Fault.Reply> script = new ConcurrentLinkedDeque<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket server;
    private volatile Fault.@Nullable Reply usual;
    private volatile Runnable beforeAnswer = () -> {};
    private volatile long silentUntil = System.nanoTime();
    private volatile Map<String, String> expected = Map.of();

    LedgerReceiver(SpanLedger ledger, int writer) throws IOException {
        this.ledger = ledger;
        this.writer = writer;
        ServerSocket first = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = first.getLocalPort();
        elsewhere = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("elsewhere", () -> {
            while (true) {
                elsewhere.accept().close();
                visitorsElsewhere.incrementAndGet();
            }
        });
        listen(first);
    }

    int port() {
        return port;
    }

    /** Returns an address of this machine where the exporter has no business. */
    String elsewhere() {
        return "http://localhost:" + elsewhere.getLocalPort() + "/v1/traces";
    }

    int visitorsElsewhere() {
        return visitorsElsewhere.get();
    }

    /** Sets the headers without which no request may come. */
    void expectHeaders(Map<String, String> headers) {
        expected = headers;
    }

    int withoutCredentials() {
        return withoutCredentials.get();
    }

    /** Sets what is done with the whole of every request before it is answered. */
    void beforeAnswer(Runnable check) {
        beforeAnswer = check;
    }

    /** Plans the answer to the next request. */
    void then(Fault.Reply reply) {
        script.add(reply);
    }

    /** Sets what is asked first for every request that has no answer planned; null from there means yes. */
    void usually(Fault.@Nullable Reply reply) {
        usual = reply;
    }

    /** Returns how many planned answers are still to be given. */
    int planned() {
        return script.size();
    }

    /** Complains about every request that comes within that time. */
    void expectNothingFor(long millis) {
        silentUntil = System.nanoTime() + millis * NANOS_A_MILLI;
    }

    /** Closes the port and every connection. */
    void stop() throws IOException {
        synchronized (ledger) {
            ServerSocket open = server;
            server = null;
            if (open != null) {
                open.close();
            }
            dropConnections();
        }
    }

    /** Opens the same port again. */
    void start() throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        listen(socket);
    }

    /** Ends every connection, and waits until nobody works on a request. */
    void settle() throws IOException {
        dropConnections();
        while (working.get() > 0) {
            Thread.onSpinWait();
        }
    }

    private void dropConnections() throws IOException {
        for (Socket socket : connections) {
            socket.close();
        }
    }

    private void listen(ServerSocket socket) {
        server = socket;
        daemon("receiver", () -> {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                daemon("receiver-connection", () -> serve(connection));
            }
        });
    }

    private void serve(Socket socket) throws IOException {
        SpanLedger.@Nullable Entry last = null;
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            boolean open = true;
            while (open) {
                Map<String, String> head = readHead(in);
                last = null;
                working.incrementAndGet();
                try {
                    Exchange exchange = answerTo(head, in, socket);
                    open = exchange != null;
                    last = exchange == null ? null : exchange.answered();
                } finally {
                    working.decrementAndGet();
                }
            }
        } finally {
            connections.remove(socket);
            if (last != null) {
                ledger.abandon(last);
            }
        }
    }

    /** Returns the exchange if the connection goes on. */
    private @Nullable Exchange answerTo(Map<String, String> head, InputStream in, Socket socket) throws IOException {
        if (silentUntil - System.nanoTime() > SLACK_NANOS) {
            ledger.complain("a request came " + (silentUntil - System.nanoTime()) / NANOS_A_MILLI
                    + " ms before it was welcome");
        }
        if (!head.entrySet().containsAll(expected.entrySet())) {
            withoutCredentials.incrementAndGet();
        }
        Fault.Reply reply = script.poll();
        String credentials = String.join(", ", expected.values());
        if (reply == Fault.RESET_BEFORE_THE_BODY.reply()) {
            reply.to(new Exchange(this, ledger, socket, new int[0], credentials));
            return null;
        }
        byte[] body = in.readNBytes(Integer.parseInt(head.getOrDefault("content-length", "0")));
        Exchange exchange = new Exchange(this, ledger, socket, numbers(head, body), credentials);
        beforeAnswer.run();
        Fault.Reply chosen = reply == null ? usual : reply;
        boolean open = chosen == null ? exchange.accept() : chosen.to(exchange);
        return open ? exchange : null;
    }

    private int[] numbers(Map<String, String> head, byte[] body) throws IOException {
        InputStream plain = new ByteArrayInputStream(body);
        if ("gzip".equals(head.get("content-encoding"))) {
            plain = new GZIPInputStream(plain, 1 << 14);
        }
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(plain);
        int spans = 0;
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                spans += scope.getSpansCount();
            }
        }
        int[] numbers = new int[spans];
        int at = 0;
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    numbers[at++] = number(span);
                }
            }
        }
        return numbers;
    }

    private int number(Span span) {
        long number = -1;
        for (KeyValue attribute : span.getAttributesList()) {
            if (attribute.getKey().equals("stamp.counter")) {
                number = attribute.getValue().getIntValue();
            }
        }
        long id = span.getSpanId().asReadOnlyByteBuffer().getLong();
        if (number < 1 || id != StampedSpan.spanId(writer, number)) {
            ledger.complain("a span came that nobody has written: " + span);
            return 0;
        }
        return (int) number;
    }

    private static Map<String, String> readHead(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        headers.put("", line(in));
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        int c = in.read();
        while (c != '\n') {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                text.append((char) c);
            }
            c = in.read();
        }
        return text.toString();
    }

    static byte[] head(int code, int length, String... headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " X\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        text.append("Content-Length: ").append(length).append("\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException gone) {
                        // The other side has gone, or the test wanted it so.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        stop();
        elsewhere.close();
    }
}
