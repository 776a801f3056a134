package io.offspan.it.otel;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.it.gate.StampedSpan;
import io.offspan.otel.Uninstrumented;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A service under the Java agent whose spans all end up in its own store, and whose exporter sends the store to a backend: the
 * circle in which a request of the exporter could beget the next.
 *
 * <p>Arguments: data directory, port on which to take the agent's spans, whether the exporter's requests are hidden from the agent.
 */
final class SelfObserver {
    private static final long WINDOW_NANOS = 2_000_000_000L;
    private static final long PATIENCE_NANOS = 90_000_000_000L;
    private static final long POLL_NANOS = 5_000_000;

    private SelfObserver() {}

    public static void main(String[] arguments) throws Exception {
        AtomicLong requests = new AtomicLong();
        try (SpanStore store = SpanStore.open(Path.of(arguments[0]))) {
            // What the agent exports is stored here.
            HttpServer collector = server(Integer.parseInt(arguments[1]), exchange -> {
                store.appendOtlp(exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            HttpServer backend = server(0, exchange -> {
                exchange.getRequestBody().readAllBytes();
                requests.incrementAndGet();
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            ExportConfig.Builder config = ExportConfig.builder()
                    .endpoint(URI.create(
                            "http://127.0.0.1:" + backend.getAddress().getPort() + "/v1/traces"))
                    .fromStart(true);
            if (Boolean.parseBoolean(arguments[2])) {
                config.requestScope(Uninstrumented::run);
            }
            try (ExportAgent agent = ExportAgent.start(store, config.build())) {
                observe(store, requests, backend);
            }
            collector.stop(0);
            backend.stop(0);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void observe(SpanStore store, AtomicLong requests, HttpServer backend) throws Exception {
        // A request of the service itself, to know that the agent sees the client.
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + backend.getAddress().getPort() + "/own"))
                                .build(),
                        BodyHandlers.discarding());
        await(() -> store.counters().get(Counter.ACCEPTED) >= 1);
        SpanDraft draft = new SpanDraft();
        new StampedSpan().small().fill(draft, 0, 1);
        store.append(draft);
        await(() -> requests.get() >= 2);
        long end = System.nanoTime() + WINDOW_NANOS;
        long before = store.counters().get(Counter.ACCEPTED);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        System.out.println("seen " + before);
        System.out.println("requests " + requests.get());
        System.out.println("grown " + (store.counters().get(Counter.ACCEPTED) - before));
        System.out.flush();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited in vain");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static HttpServer server(int port, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }
}
