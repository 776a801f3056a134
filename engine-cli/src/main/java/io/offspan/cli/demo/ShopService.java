package io.offspan.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One service of the shop: an HTTP server and a client on loopback, with a tracer and a resource of its own.
 *
 * <p>Trace context travels in the W3C headers of real requests, as between processes.
 *
 * <p><b>Threads.</b> Requests are handled on the threads of its own pool. <b>Owns</b> server, pool and tracer provider.
 */
final class ShopService implements AutoCloseable {
    /** What a route does. */
    interface Handler {
        /** Answers a request with a status code; throws to answer 500. */
        int handle(Visit visit, Span span);
    }

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> RESPONSE_STATUS = AttributeKey.longKey("http.response.status_code");
    private static final String VISIT_HEADER = "x-demo-visit";
    private static final int POOL_SIZE = 16;
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;
    private static final int NO_BODY = -1;

    private static final TextMapGetter<HttpExchange> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpExchange carrier) {
            return carrier.getRequestHeaders().keySet();
        }

        @Override
        public @Nullable String get(@Nullable HttpExchange carrier, String key) {
            return carrier == null ? null : carrier.getRequestHeaders().getFirst(key);
        }
    };

    private final String name;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final HttpServer server;
    private final HttpClient client;
    private final ExecutorService pool;

    ShopService(String name, String version, SpanProcessor processor, HttpClient client) throws IOException {
        this.name = name;
        this.client = client;
        provider = SdkTracerProvider.builder()
                .setResource(Resource.create(
                        Attributes.builder()
                                .put("service.name", name)
                                .put("service.version", version)
                                .put("service.instance.id", name + "-0")
                                .put("deployment.environment.name", "demo")
                                .put("process.pid", ProcessHandle.current().pid())
                                .build(),
                        "https://opentelemetry.io/schemas/1.37.0"))
                .addSpanProcessor(processor)
                .build();
        tracer = provider.tracerBuilder("io.offspan.demo." + name)
                .setInstrumentationVersion("1.0.0")
                .build();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pool = Executors.newFixedThreadPool(POOL_SIZE, task -> {
            Thread thread = new Thread(task, "demo-" + name);
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(pool);
        server.start();
    }

    Tracer tracer() {
        return tracer;
    }

    /** Answers requests for a route, each in a server span that continues the caller's trace. */
    void route(String method, String route, Handler handler) {
        server.createContext(route, exchange -> {
            Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), exchange, HEADERS);
            Span span = tracer.spanBuilder(method + " " + route)
                    .setParent(parent)
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute(METHOD, method)
                    .setAttribute("http.route", route)
                    .setAttribute("url.path", exchange.getRequestURI().getPath())
                    .setAttribute("url.scheme", "http")
                    .setAttribute("server.port", server.getAddress().getPort())
                    .setAttribute("network.protocol.version", "1.1")
                    .startSpan();
            int status = SERVER_ERROR;
            try (Scope scope = span.makeCurrent()) {
                Visit visit = Visit.ofHeader(exchange.getRequestHeaders().getFirst(VISIT_HEADER));
                status = handler.handle(visit, span);
            } catch (RuntimeException e) {
                span.recordException(e);
                span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
            } finally {
                span.setAttribute(RESPONSE_STATUS, status);
                span.end();
            }
            answer(exchange, status);
        });
    }

    /** Calls a route of another service in a client span of the current trace; returns the status code. */
    int call(ShopService other, String method, String route, Visit visit) {
        URI uri = URI.create("http://127.0.0.1:" + other.server.getAddress().getPort() + route);
        Span span = tracer.spanBuilder(method)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(METHOD, method)
                .setAttribute("url.full", uri.toString())
                .setAttribute("server.address", other.name)
                .setAttribute("server.port", uri.getPort())
                .startSpan();
        try (Scope scope = span.makeCurrent()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .header(VISIT_HEADER, visit.header());
            W3CTraceContextPropagator.getInstance()
                    .inject(Context.current(), request, (carrier, key, value) -> carrier.header(key, value));
            int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            span.setAttribute(RESPONSE_STATUS, status);
            if (status >= CLIENT_ERROR) {
                span.setStatus(StatusCode.ERROR);
            }
            return status;
        } catch (IOException e) {
            span.recordException(e);
            span.setStatus(StatusCode.ERROR, "no answer");
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The demo was interrupted", e);
        } finally {
            span.end();
        }
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, NO_BODY);
        }
    }

    /** Stops the server after the requests it is at, then the tracer provider. */
    @Override
    public void close() {
        server.stop(0);
        pool.shutdown();
        try {
            pool.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        provider.close();
    }
}
