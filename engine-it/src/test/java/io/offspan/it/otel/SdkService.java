package io.offspan.it.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that makes spans on several threads through an SDK configured from system properties, until it is killed.
 *
 * <p>Arguments: the ledger. Each span has a number, counted by its thread; the ledger knows which of them have ended.
 */
final class SdkService {
    static final int THREADS = 3;
    static final AttributeKey<Long> THREAD = AttributeKey.longKey("service.thread");
    static final AttributeKey<Long> NUMBER = AttributeKey.longKey("service.number");

    private static final int FAILED = 5;
    private static final int BURST = 200;
    private static final long PAUSE_NANOS = 1_000_000;

    private final EndLedger ledger;
    private final Tracer tracer;

    private SdkService(EndLedger ledger, Tracer tracer) {
        this.ledger = ledger;
        this.tracer = tracer;
    }

    public static void main(String[] arguments) throws IOException {
        EndLedger ledger = EndLedger.open(Path.of(arguments[0]));
        if (System.in.read() < 0) {
            return;
        }
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        SdkService service = new SdkService(ledger, sdk.getTracer("service", "1.0"));
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            new Thread(() -> service.serve(thread)).start();
        }
        while (System.in.read() >= 0) {
            continue;
        }
        // The parent is gone.
        Runtime.getRuntime().halt(0);
    }

    private void serve(int thread) {
        try {
            long number = ledger.begun(thread);
            while (true) {
                number = request(thread, number);
                if (number % BURST < 2) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (Throwable failed) {
            failed.printStackTrace();
            Runtime.getRuntime().halt(FAILED);
        }
    }

    /** Makes a span with a child, which ends first. */
    private long request(int thread, long last) {
        Span parent =
                span("GET /cart", thread, last + 2).setSpanKind(SpanKind.SERVER).startSpan();
        try (Scope scope = parent.makeCurrent()) {
            Span child = span("SELECT carts", thread, last + 1)
                    .setSpanKind(SpanKind.CLIENT)
                    .startSpan();
            child.addEvent("row", Attributes.of(NUMBER, last));
            end(child, thread, last + 1);
        }
        end(parent, thread, last + 2);
        return last + 2;
    }

    private SpanBuilder span(String name, int thread, long number) {
        return tracer.spanBuilder(name)
                .setAttribute(THREAD, (long) thread)
                .setAttribute(NUMBER, number)
                .setAttribute("http.route", "/cart/{id}")
                .setAttribute("user.id", "user-" + number % 1000);
    }

    private void end(Span span, int thread, long number) {
        ledger.begun(thread, number);
        span.end();
        ledger.returned(thread, number);
    }
}
