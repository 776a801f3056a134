package io.offspan.otel;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Metrics of Offspan as meters of an OpenTelemetry SDK, read when the host's metrics are collected. Those of a store come by {@link
 * StoreMeters}; an exporter that the host has started says its own:
 *
 * <pre>{@code
 * Meters.register(provider, ExportMetrics.all(), () -> ExportMetrics.of(config, agent.status()));
 * }</pre>
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> the callback, which {@link #close} takes back.
 */
public final class Meters implements AutoCloseable {
    private static final String SCOPE = "io.offspan.otel";

    private final Map<Metric, ObservableLongMeasurement> instruments = new HashMap<>();
    private final BatchCallback callback;

    private Meters(MeterProvider provider, List<Metric> metrics, Supplier<List<Reading>> readings) {
        Meter meter = provider.get(SCOPE);
        metrics.forEach(metric -> instruments.put(metric, instrument(meter, metric)));
        ObservableMeasurement[] all = instruments.values().toArray(ObservableMeasurement[]::new);
        callback = meter.batchCallback(() -> readings.get().forEach(this::record), all[0], all);
    }

    /**
     * Shows metrics in the meters of a provider until the result is closed.
     *
     * @param metrics all that may be read, at least one
     * @param readings what they are now; a metric without a reading is left out of that collection
     */
    public static Meters register(MeterProvider provider, List<Metric> metrics, Supplier<List<Reading>> readings) {
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("No metrics to show; name at least one");
        }
        return new Meters(provider, metrics, readings);
    }

    private static ObservableLongMeasurement instrument(Meter meter, Metric metric) {
        if (metric.kind() == Kind.COUNTER) {
            return meter.counterBuilder(metric.name())
                    .setUnit(metric.unit())
                    .setDescription(metric.description())
                    .buildObserver();
        }
        return metric.kind() == Kind.LEVEL
                ? meter.upDownCounterBuilder(metric.name())
                        .setUnit(metric.unit())
                        .setDescription(metric.description())
                        .buildObserver()
                : meter.gaugeBuilder(metric.name())
                        .ofLongs()
                        .setUnit(metric.unit())
                        .setDescription(metric.description())
                        .buildObserver();
    }

    private void record(Reading reading) {
        ObservableLongMeasurement instrument = instruments.get(reading.metric());
        if (instrument == null) {
            throw new IllegalArgumentException(
                    "A reading of " + reading.metric().name() + ", which is none of the metrics that were named");
        }
        AttributesBuilder attributes = Attributes.builder();
        reading.attributes().forEach(attributes::put);
        instrument.record(reading.value(), attributes.build());
    }

    @Override
    public void close() {
        callback.close();
    }
}
