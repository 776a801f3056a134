package io.offspan.it.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;

/**
 * A service that makes a number of spans through an SDK configured from system properties, prints what the meters say, and waits
 * for the end of its standard input.
 *
 * <p>Properties: those of the SDK, {@code spans}, how many to make, {@code payload}, the bytes of an attribute, and {@code
 * untilDropped}, to stop at the first span that is not stored.
 */
final class SdkHost {
    private SdkHost() {}

    public static void main(String[] arguments) throws IOException {
        // Before the logging takes hold of it, so that its lines stand among the others.
        System.setErr(System.out);
        if (System.in.read() < 0) {
            return;
        }
        Meters meters = new Meters();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addMeterProviderCustomizer((builder, config) -> builder.registerMetricReader(meters))
                .setResultAsGlobal()
                .build()
                .getOpenTelemetrySdk();
        Tracer tracer = sdk.getTracer("host");
        int spans = Integer.getInteger("spans", 500);
        boolean untilDropped = Boolean.getBoolean("untilDropped");
        String payload = "x".repeat(Integer.getInteger("payload", 1));
        for (int i = 0; i < spans && !(untilDropped && meters.dropped() > 0); i++) {
            tracer.spanBuilder("work")
                    .setAttribute("payload", i + payload)
                    .setAttribute(SdkService.THREAD, 0L)
                    .setAttribute(SdkService.NUMBER, (long) i)
                    .startSpan()
                    .end();
        }
        meters.print();
        System.out.println("served");
        System.out.flush();
        while (System.in.read() >= 0) {
            continue;
        }
    }

    private static final class Meters implements MetricReader {
        private volatile CollectionRegistration source = CollectionRegistration.noop();

        long dropped() {
            return source.collectAllMetrics().stream()
                    .filter(metric -> metric.getName().equals("offspan.store.spans.dropped"))
                    .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                    .mapToLong(LongPointData::getValue)
                    .sum();
        }

        void print() {
            for (MetricData metric : source.collectAllMetrics()) {
                if (metric.getName().startsWith("offspan.store.spans.")) {
                    for (LongPointData point : metric.getLongSumData().getPoints()) {
                        String reason = point.getAttributes().get(AttributeKey.stringKey("reason"));
                        System.out.println(
                                metric.getName() + (reason == null ? "" : " " + reason) + " = " + point.getValue());
                    }
                }
            }
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
