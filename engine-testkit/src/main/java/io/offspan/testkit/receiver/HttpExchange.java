package io.offspan.testkit.receiver;

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

/** A request over HTTP/1.1. */
final class HttpExchange extends Exchange {
    private final InputStream in;
    private boolean dripping;

    private HttpExchange(
            Socket socket, InputStream in, String[] first, Map<String, String> headers, Listener listener) {
        super(socket, first[0], first[1], headers, listener);
        this.in = in;
    }

    /** Reads a head. */
    static HttpExchange read(Socket socket, InputStream in, Listener listener) throws IOException {
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
        return new HttpExchange(socket, in, first, headers, listener);
    }

    @Override
    public boolean isGrpc() {
        return false;
    }

    @Override
    String encoding() {
        return headers().getOrDefault("content-encoding", "identity");
    }

    @Override
    void writeAnswer(int code, byte[] body, String... named) throws IOException {
        byte[] head = head(code, body.length, named);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        write(all);
    }

    @Override
    void begin(int code, int length) throws IOException {
        write(
                length < 0
                        ? ("HTTP/1.1 " + code + " X\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII)
                        : head(code, length));
    }

    @Override
    void part(byte[] bytes) throws IOException {
        write(bytes);
    }

    /** The head itself has no end. */
    @Override
    void drip() throws IOException {
        write((dripping ? "s" : "HTTP/1.1 200 OK\r\nX-Slow: ").getBytes(StandardCharsets.US_ASCII));
        dripping = true;
    }

    @Override
    public void awaitEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static byte[] head(int code, int length, String... named) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " X\r\n");
        for (int i = 0; i < named.length; i += 2) {
            text.append(named[i]).append(": ").append(named[i + 1]).append("\r\n");
        }
        text.append("Content-Length: ").append(length).append("\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    byte[] body() throws IOException {
        if (!"chunked".equals(headers().get("transfer-encoding"))) {
            int length = Integer.parseInt(headers().getOrDefault("content-length", "0"));
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
