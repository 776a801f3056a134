package io.offspan.cli.metrics;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Readings in the text form that a scraper accepts: that of Prometheus, or OpenMetrics. */
final class MetricsPage {
    private final ExpositionFormatWriter writer;

    /** @param accepted what the scraper says that it accepts; null when it does not say */
    MetricsPage(@Nullable String accepted) {
        writer = ExpositionFormats.init().findWriter(accepted);
    }

    String contentType() {
        return writer.getContentType();
    }

    void write(List<Reading> readings, OutputStream out) throws IOException {
        Map<Metric, List<Reading>> byMetric = new LinkedHashMap<>();
        readings.forEach(each -> byMetric.computeIfAbsent(each.metric(), metric -> new ArrayList<>())
                .add(each));
        List<MetricSnapshot> families = new ArrayList<>();
        byMetric.forEach((metric, all) -> families.add(family(metric, all)));
        writer.write(out, new MetricSnapshots(families));
    }

    private static MetricSnapshot family(Metric metric, List<Reading> readings) {
        PrometheusName name = PrometheusName.of(metric);
        if (metric.kind() == Kind.COUNTER) {
            CounterSnapshot.Builder counter = CounterSnapshot.builder();
            readings.forEach(each -> counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(each))
                    .value(each.value())
                    .build()));
            return described(counter, metric, name).build();
        }
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder();
        readings.forEach(each -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(labels(each))
                .value(each.value())
                .build()));
        return described(gauge, metric, name).build();
    }

    private static <B extends MetricSnapshot.Builder<B>> B described(B family, Metric metric, PrometheusName name) {
        B described = family.name(name.family()).help(metric.description());
        return name.unit().isEmpty() ? described : described.unit(new Unit(name.unit()));
    }

    private static Labels labels(Reading reading) {
        Labels.Builder labels = Labels.builder();
        new TreeMap<>(reading.attributes()).forEach((name, value) -> labels.label(PrometheusName.word(name), value));
        return labels.build();
    }
}
