package io.offspan.export;

import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/**
 * A receiver of OTLP over HTTP on a real socket, whose answers are scripted: right ones, wrong ones, and none.
 *
 * <p>What it has read is parsed by the official messages. Every connection has a thread of its own, a daemon.
 */
public final class OtlpReceiver implements AutoCloseable {
    private final ServerSocket server;
    private final boolean tls;
    private final ConcurrentLinkedDeque<Reply> script = new ConcurrentLinkedDeque<>();
    private final CopyOnWriteArrayList<Received> received = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Socket> connections = new CopyOnWriteArrayList<>();
    private volatile Reply usual = ok();

    /** A request as it was read. */
    public record Received(
            String method, String path, Map<String, String> headers, int bodyBytes, ExportTraceServiceRequest message) {
        public List<Span> spans() {
            List<Span> spans = new ArrayList<>();
            message.getResourceSpansList()
                    .forEach(resource ->
                            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
            return spans;
        }

        /** Returns the span ids as the numbers that tests give them. */
        public List<Long> ids() {
            return spans().stream()
                    .map(span -> ByteBuffer.wrap(span.getSpanId().toByteArray()).getLong())
                    .toList();
        }
    }

    /** What becomes of one request. */
    public interface Reply {
        /** Answers on the connection, or misbehaves; the connection goes on if this returns true. */
        boolean reply(Received request, Socket socket) throws IOException;
    }

    private OtlpReceiver(ServerSocket server, boolean tls) {
        this.server = server;
        this.tls = tls;
        daemon("receiver", this::accept);
    }

    /** Starts a receiver on a free port of this machine. */
    public static OtlpReceiver start() throws IOException {
        return new OtlpReceiver(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), false);
    }

    /** Starts one on a given port, as a receiver that comes back. */
    public static OtlpReceiver start(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        return new OtlpReceiver(socket, false);
    }

    /** Starts one behind TLS. */
    public static OtlpReceiver start(SSLContext context, boolean clientMustIdentify) throws IOException {
        var socket = (javax.net.ssl.SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(clientMustIdentify);
        return new OtlpReceiver(socket, true);
    }

    public int port() {
        return server.getLocalPort();
    }

    public URI endpoint() {
        return URI.create((tls ? "https" : "http") + "://localhost:" + port() + "/v1/traces");
    }

    /** Plans the answers to the next requests; after them come the usual ones. */
    public OtlpReceiver then(Reply... replies) {
        script.addAll(Arrays.asList(replies));
        return this;
    }

    /** Sets the usual answer. */
    public OtlpReceiver usually(Reply reply) {
        usual = reply;
        return this;
    }

    public List<Received> received() {
        return received;
    }

    /** Returns the ids of all spans in the order in which they came, of requests that were answered with anything or nothing. */
    public List<Long> ids() {
        return received.stream().flatMap(each -> each.ids().stream()).toList();
    }

    /** Accepts. */
    public static Reply ok() {
        return answer(200, ExportTraceServiceResponse.getDefaultInstance().toByteArray());
    }

    /** Accepts, and rejects some of the spans for good. */
    public static Reply partial(long rejected, String message) {
        return answer(
                200,
                ExportTraceServiceResponse.newBuilder()
                        .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                .setRejectedSpans(rejected)
                                .setErrorMessage(message))
                        .build()
                        .toByteArray());
    }

    /** Answers with a code, a body, and headers as name, value, name, value. */
    public static Reply answer(int code, byte[] body, String... headers) {
        return (request, socket) -> {
            OutputStream out = socket.getOutputStream();
            out.write(head(code, body.length, headers));
            out.write(body);
            out.flush();
            return true;
        };
    }

    public static Reply answer(int code, String... headers) {
        return answer(code, new byte[0], headers);
    }

    /** Drops the connection without an answer, with a reset. */
    public static Reply reset() {
        return (request, socket) -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return false;
        };
    }

    /** Announces a body and ends in the middle of it. */
    public static Reply half() {
        return (request, socket) -> {
            socket.getOutputStream().write(head(200, 1000));
            socket.getOutputStream().write(new byte[10]);
            socket.getOutputStream().flush();
            return false;
        };
    }

    /** Answers with a head, then says nothing more until the client goes. */
    public static Reply silentBody() {
        return (request, socket) -> {
            socket.getOutputStream().write(head(200, 1000));
            socket.getOutputStream().flush();
            return socket.getInputStream().read() >= 0 && false;
        };
    }

    /** Never answers. */
    public static Reply silence() {
        return (request, socket) -> socket.getInputStream().read() >= 0 && false;
    }

    /** Sends a body without end, as fast as it is taken. */
    public static Reply endless(int code) {
        return (request, socket) -> {
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 " + code + " X\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = new byte[64 * 1024];
            while (true) {
                out.write(chunk);
            }
        };
    }

    /** Returns a reply that looks at the request first. */
    public static Reply choose(java.util.function.Function<Received, Reply> choice) {
        return (request, socket) -> choice.apply(request).reply(request, socket);
    }

    private static byte[] head(int code, int length, String... headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " X\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        text.append("Content-Length: ").append(length).append("\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.add(socket);
                daemon("receiver-connection", () -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean open = true;
            while (open) {
                Received request = read(in);
                Reply reply = script.poll();
                received.add(request);
                open = (reply == null ? usual : reply).reply(request, socket);
            }
        } catch (IOException gone) {
            // The client has gone, or the script wanted it so.
        } finally {
            connections.remove(socket);
        }
    }

    private static Received read(InputStream in) throws IOException {
        String[] first = line(in).split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        InputStream plain = new ByteArrayInputStream(body);
        if ("gzip".equals(headers.get("content-encoding"))) {
            plain = new GZIPInputStream(plain);
        }
        return new Received(
                first[0], first[1], headers, body.length, ExportTraceServiceRequest.parseFrom(plain.readAllBytes()));
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

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}
