package io.offspan.otel.agent;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * The exporter inside the Java agent: hands everything to the one that {@link EngineLoader} loads.
 *
 * <p><b>Threads.</b> One, that which configures the agent.
 */
public final class AgentExporterProvider implements ConfigurableSpanExporterProvider, AutoConfigureListener {
    private final ConfigurableSpanExporterProvider inside =
            EngineLoader.make(ConfigurableSpanExporterProvider.class, "io.offspan.otel.OffspanSpanExporterProvider");

    /** Called by the agent's service loader. */
    public AgentExporterProvider() {}

    @Override
    public String getName() {
        return inside.getName();
    }

    @Override
    public SpanExporter createExporter(ConfigProperties properties) {
        return inside.createExporter(properties);
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        ((AutoConfigureListener) inside).afterAutoConfigure(sdk);
    }
}
