package com.example.checkout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Sells carts: {@code GET /checkout?cart=42} charges a card and orders a parcel.
 *
 * <p><b>Threads.</b> Requests are served by a pool of its own. <b>Owns</b> server and pool, not the SDK.
 */
public final class CheckoutService implements AutoCloseable {
    private static final int OK = 200;
    private static final int PAYMENT_REQUIRED = 402;
    private static final int THREADS = 8;
    private static final int SECONDS_TO_END = 5;
    private static final String UNLUCKY_CART = "13";

    private final Tracer tracer;
    private final HttpServer server;
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    /** Starts the service on a port of this machine; 0 for any that is free. */
    public CheckoutService(OpenTelemetry telemetry, int port) throws IOException {
        tracer = telemetry.getTracer("com.example.checkout", "1.0");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/checkout", this::checkout);
        server.setExecutor(pool);
        server.start();
    }

    /** Takes the port as argument; everything about telemetry is in the environment. */
    public static void main(String[] arguments) throws IOException {
        OpenTelemetry telemetry = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        int port = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        CheckoutService service = new CheckoutService(telemetry, port);
        System.out.println("Selling at http://127.0.0.1:" + service.port() + "/checkout?cart=42");
    }

    /** Returns the port on which it serves. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void checkout(HttpExchange exchange) throws IOException {
        Span span = tracer.spanBuilder("GET /checkout")
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", exchange.getRequestMethod())
                .setAttribute("http.route", "/checkout")
                .startSpan();
        int status = OK;
        try (exchange;
                Scope scope = span.makeCurrent()) {
            String cart = cart(exchange);
            span.setAttribute("app.cart.id", cart);
            if (charge(cart)) {
                ship(cart);
            } else {
                status = PAYMENT_REQUIRED;
            }
            byte[] answer = (status == OK ? "sold\n" : "declined\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
        } finally {
            span.setAttribute("http.response.status_code", status);
            span.end();
        }
    }

    private static String cart(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query != null && query.startsWith("cart=") ? query.substring("cart=".length()) : "unknown";
    }

    private boolean charge(String cart) {
        Span span = tracer.spanBuilder("charge card")
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("app.cart.id", cart)
                .startSpan();
        try {
            boolean accepted = !UNLUCKY_CART.equals(cart);
            if (!accepted) {
                span.addEvent("declined");
                span.setStatus(StatusCode.ERROR, "card declined");
            }
            return accepted;
        } finally {
            span.end();
        }
    }

    private void ship(String cart) {
        tracer.spanBuilder("order parcel")
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("app.cart.id", cart)
                .startSpan()
                .end();
    }

    /** Stops serving, and waits for the requests that are under way. */
    @Override
    public void close() {
        server.stop(0);
        pool.shutdown();
        try {
            pool.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
