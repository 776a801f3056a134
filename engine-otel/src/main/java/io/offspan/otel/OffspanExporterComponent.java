package io.offspan.otel;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Answers to an {@code exporter: offspan} of another span processor in a configuration file, the SDK's batch processor for instance: what
 * that hands on is stored.
 *
 * <p><b>Threads.</b> One, that which configures the SDK.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanExporterComponent implements ComponentProvider, AutoConfigureListener {
    private final DeclaredStores stores = new DeclaredStores();

    /** Called by the SDK's service loader. */
    public OffspanExporterComponent() {}

    @Override
    public Class<SpanExporter> getType() {
        return SpanExporter.class;
    }

    @Override
    public String getName() {
        return OffspanAutoConfiguration.NAME;
    }

    @Override
    public SpanExporter create(DeclarativeConfigProperties entry) {
        HostStore store = stores.open(entry);
        return new OffspanSpanExporter(store.recorder(), store);
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        stores.showMeters(sdk);
    }
}
