package io.offspan.testkit.receiver;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection, from the moment when its head was read, and what can be written to the connection: over HTTP/1.1, or as a
 * call of gRPC over HTTP/2.
 *
 * <p><b>Threads.</b> That of the connection.
 */
public abstract class Exchange {
    private final Socket socket;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final Listener listener;
    private @Nullable Received request;

    /** Who keeps what was read. */
    record Listener(Consumer<Received> received, Consumer<Received> accepted) {}

    Exchange(Socket socket, String method, String path, Map<String, String> headers, Listener listener) {
        this.socket = socket;
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.listener = listener;
    }

    /** Returns the headers by their names in small letters. */
    public final Map<String, String> headers() {
        return headers;
    }

    /** Returns the connection, for whatever a test wants to do to it. */
    public final Socket socket() {
        return socket;
    }

    /** Tells whether this is a call of gRPC. */
    public abstract boolean isGrpc();

    /** Reads the rest of the request, once, and returns all of it. */
    public final Received request() throws IOException {
        Received whole = request;
        if (whole == null) {
            byte[] body = body();
            whole = new Received(
                    method,
                    path,
                    headers,
                    body.length,
                    ExportTraceServiceRequest.parseFrom(Unpacked.of(encoding(), body)));
            request = whole;
            listener.received.accept(whole);
        }
        return whole;
    }

    /**
     * Answers with a code of HTTP, a body, and headers as name, value, name, value. Over gRPC the code becomes the status that a
     * receiver means by it, the body of a refusal the message, and a {@code Retry-After} the {@code RetryInfo} of the details.
     */
    public final void answer(int code, byte[] body, String... named) throws IOException {
        if (code / 100 == 2) {
            // Before the answer, so that whoever has that finds the request among the accepted ones.
            listener.accepted.accept(request());
        }
        writeAnswer(code, body, named);
    }

    /** Writes bytes to the connection as they are. */
    public final void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Returns what was sent as the body, compressed as it came. */
    abstract byte[] body() throws IOException;

    /** Returns how the body is compressed. */
    abstract String encoding();

    abstract void writeAnswer(int code, byte[] body, String... named) throws IOException;

    /** Begins an answer of so many bytes, none of which it writes; -1 for one without end. */
    abstract void begin(int code, int length) throws IOException;

    /** Writes bytes of an answer that was begun. */
    abstract void part(byte[] bytes) throws IOException;

    /** Writes the next byte of an answer that never comes to its end. */
    abstract void drip() throws IOException;

    /** Waits until the client goes or wants no answer any more, and ignores what it sends. */
    public abstract void awaitEnd() throws IOException;
}
