package io.offspan.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * One request and the answer to it, which is given once.
 *
 * <p><b>Threads.</b> One at a time.
 */
public final class Exchange {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final RequestMemory memory;
    private @Nullable Fields parameters;
    private boolean streaming;

    Exchange(Request request, Response response, Callback callback, RequestMemory memory) {
        this.memory = memory;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /** Returns the method, such as {@code GET}. */
    public String method() {
        return request.getMethod();
    }

    /** Returns the path as it was sent, percent signs included, without parameters. */
    public String path() {
        String path = request.getHttpURI().getPath();
        return path == null ? "" : path;
    }

    /** Returns a header of the request, or null. */
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Returns the first value of a parameter of the URL, or null. */
    public @Nullable String parameter(String name) {
        Fields known = parameters;
        if (known == null) {
            try {
                known = Request.extractQueryParameters(request);
            } catch (IllegalArgumentException | IllegalStateException malformed) {
                throw new Refused(400, "The parameters of the URL cannot be read: " + malformed.getMessage());
            }
            parameters = known;
        }
        return known.getValue(name);
    }

    /** Tells whether trailers can be sent, as calls of gRPC need. */
    public boolean isHttp2() {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
    }

    /**
     * Has the body taken when it is there; the endpoint returns meanwhile.
     *
     * @param limit the most bytes that it may have
     */
    public void body(int limit, BodyTaker taker) {
        new Body(request, limit, memory, taker).run();
    }

    /**
     * Unpacks what was sent by gzip.
     *
     * @param limit the most bytes that it may become
     * @return to be released
     */
    public Bytes unpack(byte[] packed, int offset, int length, int limit) {
        return Body.unpack(packed, offset, length, limit, memory);
    }

    /** Sets a header of the answer. */
    public Exchange set(String name, String value) {
        response.getHeaders().put(name, value);
        return this;
    }

    /** Answers with a body. */
    public void send(int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(new HttpField.LongValueHttpField(HttpHeader.CONTENT_LENGTH, body.length));
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /**
     * Answers a call of gRPC.
     *
     * @param status its code, 0 for success
     * @param message what is said of a failure
     * @param details a {@code google.rpc.Status} in protobuf, or nothing
     * @param frame the answer in its frame, or nothing
     */
    public void sendGrpc(int status, String message, byte[] details, byte[] frame) {
        HttpFields.Mutable trailers = HttpFields.build().put("grpc-status", Integer.toString(status));
        if (!message.isEmpty()) {
            trailers.put("grpc-message", percent(message));
        }
        if (details.length > 0) {
            trailers.put(
                    "grpc-status-details-bin",
                    Base64.getEncoder().withoutPadding().encodeToString(details));
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/grpc");
        response.setTrailersSupplier(() -> trailers);
        response.write(true, ByteBuffer.wrap(frame), callback);
    }

    /** Writes a text as gRPC has it in a header: what is not plain ASCII byte by byte behind percent signs. */
    private static String percent(String text) {
        StringBuilder plain = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                plain.append((char) each);
            } else {
                plain.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return plain.toString();
    }

    /**
     * Answers with whatever is written; to be closed by whoever has it. Writing waits for a reader who does not keep up, and fails when there is
     * none any more.
     */
    public AnswerStream stream(String type) {
        streaming = true;
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        return new AnswerStream(Content.Sink.asOutputStream(response), callback);
    }

    /** Answers with a sentence. */
    public void send(int status, String sentence) {
        send(status, TEXT, (sentence + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Answers a request that is not answered; where an answer has begun, the connection ends. */
    public void refuse(Refused refusal) {
        if (streaming) {
            // Its stream was closed, and told how that went.
            return;
        }
        if (response.isCommitted()) {
            callback.failed(refusal);
            return;
        }
        String methods = response.getHeaders().get(HttpHeader.ALLOW);
        response.reset();
        Door.protect(response);
        if (methods != null) {
            set("Allow", methods);
        }
        if (refusal.status() == 503) {
            set("Retry-After", "1");
        }
        send(refusal.status(), String.valueOf(refusal.getMessage()));
    }
}
