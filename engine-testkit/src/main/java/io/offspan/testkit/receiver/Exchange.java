package io.offspan.testkit.receiver;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection, from the moment when its head was read, and what can be written to the connection.
 *
 * <p><b>Threads.</b> That of the connection.
 */
public final class Exchange {
    private final Socket socket;
    private final InputStream in;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final Consumer<Received> received;
    private final Consumer<Received> accepted;
    private @Nullable Received request;

    private Exchange(
            Socket socket,
            InputStream in,
            String[] first,
            Map<String, String> headers,
            Consumer<Received> received,
            Consumer<Received> accepted) {
        this.socket = socket;
        this.in = in;
        method = first[0];
        path = first[1];
        this.headers = headers;
        this.received = received;
        this.accepted = accepted;
    }

    /** Reads a head. */
    static Exchange read(Socket socket, InputStream in, Consumer<Received> received, Consumer<Received> accepted)
            throws IOException {
        String[] first = line(in).split(" ");
        if (first.length != 3) {
            throw new IOException("Not the first line of a request: " + String.join(" ", first));
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Exchange(socket, in, first, headers, received, accepted);
    }

    /** Returns the headers by their names in small letters. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Returns the connection, for whatever a test wants to do to it. */
    public Socket socket() {
        return socket;
    }

    /** Reads the rest of the request, once, and returns all of it. */
    public Received request() throws IOException {
        Received whole = request;
        if (whole == null) {
            byte[] body = body();
            InputStream plain = Unpacked.of(headers.getOrDefault("content-encoding", "identity"), body);
            whole = new Received(method, path, headers, body.length, ExportTraceServiceRequest.parseFrom(plain));
            request = whole;
            received.accept(whole);
        }
        return whole;
    }

    /** Answers with a code, a body, and headers as name, value, name, value. */
    public void answer(int code, byte[] body, String... named) throws IOException {
        if (code / 100 == 2) {
            // Before the answer, so that whoever has that finds the request among the accepted ones.
            accepted.accept(request());
        }
        byte[] head = head(code, body.length, named);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        write(all);
    }

    /** Writes bytes to the connection as they are. */
    public void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Waits until the client goes, and ignores what it sends. */
    public void awaitEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    static byte[] head(int code, int length, String... named) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " X\r\n");
        for (int i = 0; i < named.length; i += 2) {
            text.append(named[i]).append(": ").append(named[i + 1]).append("\r\n");
        }
        text.append("Content-Length: ").append(length).append("\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] body() throws IOException {
        if (!"chunked".equals(headers.get("transfer-encoding"))) {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException();
            }
            return body;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = chunk(); length > 0; length = chunk()) {
            body.write(in.readNBytes(length));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(in).split(";")[0].strip(), 16);
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
}
