package io.offspan.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** An OTLP receiver on loopback that keeps what it accepts, and answers with the status it is told to. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<ExportTraceServiceRequest> accepted = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile long rejected;

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Answers with a status from now on. */
    Receiver status(int code) {
        status = code;
        return this;
    }

    /** Rejects so many spans of each request from now on. */
    Receiver rejecting(long spans) {
        rejected = spans;
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
            InputStream body = exchange.getRequestBody();
            ExportTraceServiceRequest request =
                    ExportTraceServiceRequest.parseFrom(gzip ? new GZIPInputStream(body) : body);
            if (status == 200) {
                accepted.add(request);
            }
            paths.add(exchange.getRequestURI().getPath());
            byte[] said = rejected == 0
                    ? new byte[0]
                    : ExportTraceServiceResponse.newBuilder()
                            .setPartialSuccess(
                                    ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected))
                            .build()
                            .toByteArray();
            exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
            exchange.getResponseBody().write(said);
        }
    }

    /** The address without a path. */
    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<ExportTraceServiceRequest> accepted() {
        return accepted;
    }

    List<String> paths() {
        return paths;
    }

    /** Returns how many spans were accepted, and forgets them. */
    int take() {
        int spans = spans();
        accepted.clear();
        return spans;
    }

    int spans() {
        return Requests.bag(accepted).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
