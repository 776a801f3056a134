package com.example.orders;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A service that makes its spans itself, through an OpenTelemetry SDK configured from the environment. */
public class Orders {
    public static void main(String[] arguments) throws IOException {
        Tracer tracer = AutoConfiguredOpenTelemetrySdk.initialize()
                .getOpenTelemetrySdk()
                .getTracer("com.example.orders");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/orders/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            Span span = tracer.spanBuilder("GET /orders")
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute("url.path", path)
                    .startSpan();
            span.end();
            try (exchange) {
                byte[] answer = ("order at " + path + "\n").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        System.out.println("port " + server.getAddress().getPort());
    }
}
