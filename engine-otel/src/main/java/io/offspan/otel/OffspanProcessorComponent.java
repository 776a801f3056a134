package io.offspan.otel;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Answers to an entry {@code offspan} among the span processors of a configuration file: each span is stored when it ends.
 *
 * <p><b>Threads.</b> One, that which configures the SDK.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanProcessorComponent implements ComponentProvider, AutoConfigureListener {
    private final DeclaredStores stores = new DeclaredStores();

    /** Called by the SDK's service loader. */
    public OffspanProcessorComponent() {}

    @Override
    public Class<SpanProcessor> getType() {
        return SpanProcessor.class;
    }

    @Override
    public String getName() {
        return OffspanAutoConfiguration.NAME;
    }

    @Override
    public SpanProcessor create(DeclarativeConfigProperties entry) {
        return OffspanSpanProcessor.owning(stores.open(entry));
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        stores.showMeters(sdk);
    }
}
