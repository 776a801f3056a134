package io.offspan.it.space;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A service with two threads that end spans, through an SDK configured from system properties, until a byte comes; fifty
 * times a second it says what was stored, and at the end what went wrong in its own threads and how long the longest end took.
 */
final class TroubledHost {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String PAYLOAD = "x".repeat(2_000);

    private final Tracer tracer;
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong thrown = new AtomicLong();
    private volatile boolean ending;

    private TroubledHost(Tracer tracer) {
        this.tracer = tracer;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setErr(System.out);
        Meters meters = new Meters();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addMeterProviderCustomizer((builder, config) -> builder.registerMetricReader(meters))
                .build()
                .getOpenTelemetrySdk();
        TroubledHost host = new TroubledHost(sdk.getTracer("host"));
        Thread[] threads = {new Thread(host::serve), new Thread(host::serve)};
        for (Thread thread : threads) {
            thread.start();
        }
        Thread reporter = new Thread(() -> host.report(meters));
        reporter.start();
        int told = System.in.read();
        host.ending = true;
        reporter.join();
        for (Thread thread : threads) {
            thread.join();
        }
        sdk.getSdkTracerProvider().forceFlush().join(30, TimeUnit.SECONDS);
        long accepted = meters.sum("offspan.store.spans.accepted");
        sdk.close();
        System.out.println((told < 0 ? "alone" : "end") + " accepted=" + accepted + " thrown=" + host.thrown
                + " longest=" + TimeUnit.NANOSECONDS.toMillis(host.longest.get()));
    }

    private void serve() {
        for (long number = 0; !ending; number++) {
            try {
                long from = System.nanoTime();
                tracer.spanBuilder("work")
                        .setAttribute("payload", number + PAYLOAD)
                        .startSpan()
                        .end();
                longest.accumulateAndGet(System.nanoTime() - from, Math::max);
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (Throwable notOurs) {
                thrown.incrementAndGet();
                notOurs.printStackTrace();
            }
        }
    }

    private void report(Meters meters) {
        while (!ending) {
            System.out.println("at=" + System.currentTimeMillis() + " accepted="
                    + meters.sum("offspan.store.spans.accepted") + " written="
                    + meters.sum("offspan.store.log.written"));
            System.out.flush();
            LockSupport.parkNanos(REPORT_NANOS);
        }
    }

    private static final class Meters implements MetricReader {
        private volatile CollectionRegistration source = CollectionRegistration.noop();

        long sum(String meter) {
            return source.collectAllMetrics().stream()
                    .filter(metric -> metric.getName().equals(meter))
                    .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                    .mapToLong(LongPointData::getValue)
                    .sum();
        }

        @Override
        public void register(CollectionRegistration registration) {
            source = registration;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }
    }
}
