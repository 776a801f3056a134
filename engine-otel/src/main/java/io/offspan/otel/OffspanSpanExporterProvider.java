package io.offspan.otel;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;

/**
 * Answers to {@code otel.traces.exporter=offspan} where the SDK's batch processor is wanted before the store, or where {@link
 * OffspanAutoConfiguration} is not asked.
 *
 * <p><b>Threads.</b> One, that which configures the SDK.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanSpanExporterProvider implements ConfigurableSpanExporterProvider, AutoConfigureListener {
    private @Nullable HostStore store;

    /** Called by the SDK's service loader. */
    public OffspanSpanExporterProvider() {}

    @Override
    public String getName() {
        return OffspanAutoConfiguration.NAME;
    }

    @Override
    public SpanExporter createExporter(ConfigProperties properties) {
        String service = properties.getString("otel.service.name", "");
        HostStore opened = HostStore.open(OtelSettings.read(properties, service));
        store = opened;
        return new OffspanSpanExporter(opened.recorder(), opened);
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        HostStore opened = store;
        if (opened != null) {
            opened.meters(StoreMeters.register(sdk.getMeterProvider(), opened));
        }
    }
}
