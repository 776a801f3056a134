package com.example.orders;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;

/** A service that knows nothing of Offspan. */
final class Orders {
    private final Tracer tracer;

    Orders(OpenTelemetry openTelemetry) {
        tracer = openTelemetry.getTracer("com.example.orders");
    }

    void order(String item) {
        Span order = tracer.spanBuilder("order").setAttribute("item", item).startSpan();
        try (Scope within = order.makeCurrent()) {
            tracer.spanBuilder("GET /cart").startSpan().end();
            tracer.spanBuilder("charge card").startSpan().end();
        } finally {
            order.end();
        }
    }

    void pack() {
        new Thread(() -> tracer.spanBuilder("pack").startSpan().end()).start();
    }
}
