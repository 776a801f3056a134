package io.offspan.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.offspan.codec.FormatException;
import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.span.SpanDraft;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * An OTLP receiver on loopback that counts the spans it is sent and forgets them.
 *
 * <p><b>Owns</b> its server until {@link #close}.
 */
final class CountingReceiver implements AutoCloseable {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final AtomicLong spans = new AtomicLong();

    CountingReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    /** Returns how many spans have arrived. */
    long spans() {
        return spans.get();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            byte[] request = body.readNBytes(OtlpFrames.MAX_REQUEST_BYTES);
            int status = OK;
            try {
                spans.addAndGet(count(request));
            } catch (FormatException malformed) {
                status = BAD_REQUEST;
            }
            exchange.sendResponseHeaders(status, NO_BODY);
        }
    }

    private static long count(byte[] request) {
        OtlpReader reader = new OtlpReader();
        SpanDraft draft = new SpanDraft();
        reader.wrap(request, 0, request.length);
        long count = 0;
        while (reader.nextSpan(draft)) {
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
