package io.offspan.otel;

import io.opentelemetry.api.impl.InstrumentationUtil;

/**
 * Runs code whose own requests the OpenTelemetry instrumentation shall not see.
 *
 * <p>What sends spans of a store to a backend from the process that writes the store needs it: where the HTTP client is
 * instrumented, each request would otherwise make a span, which would be stored and sent by the next request, for ever.
 *
 * <p><b>Threads.</b> Any; holds for the calling thread until the code returns, and for what the instrumentation carries from it to
 * other threads.
 */
public final class Uninstrumented {
    private Uninstrumented() {}

    /** Runs a task; its exceptions pass through. */
    public static void run(Runnable task) {
        InstrumentationUtil.suppressInstrumentation(task);
    }
}
