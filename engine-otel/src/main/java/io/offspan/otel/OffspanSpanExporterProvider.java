package io.offspan.otel;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;

/**
 * Answers to {@code otel.traces.exporter=offspan} with an exporter that records only where the SDK's batch processor is wanted
 * before the store, or where {@link OffspanAutoConfiguration} is not asked.
 *
 * <p><b>Threads.</b> One, that which configures the SDK.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanSpanExporterProvider implements ConfigurableSpanExporterProvider, AutoConfigureListener {
    private @Nullable StandbyExporter exporter;

    /** Called by the SDK's service loader. */
    public OffspanSpanExporterProvider() {}

    @Override
    public String getName() {
        return OffspanAutoConfiguration.NAME;
    }

    @Override
    public SpanExporter createExporter(ConfigProperties properties) {
        StandbyExporter created = StandbyExporter.waiting(properties);
        exporter = created;
        return created;
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        StandbyExporter created = exporter;
        exporter = null;
        HostStore opened = created == null ? null : created.recordUnlessTold();
        if (opened != null) {
            opened.meters(StoreMeters.register(sdk.getMeterProvider(), opened));
        }
    }
}
