package io.offspan.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.Map;
import java.util.TreeMap;

/** Reads metrics when asked, as a scraper does. */
final class Metrics implements MetricReader {
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

    private volatile CollectionRegistration source = CollectionRegistration.noop();

    /** Returns the values by name, with the reason behind it where there is one. */
    Map<String, Long> read() {
        Map<String, Long> values = new TreeMap<>();
        for (MetricData metric : source.collectAllMetrics()) {
            if (metric.getName().startsWith("offspan.")) {
                for (LongPointData point : metric.getLongSumData().getPoints()) {
                    String reason = point.getAttributes().get(REASON);
                    values.put(metric.getName() + (reason == null ? "" : " " + reason), point.getValue());
                }
            }
        }
        return values;
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
