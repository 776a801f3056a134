package io.offspan.otel.agent;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;

/**
 * The span processor of a configuration file inside the Java agent: hands everything to the one that {@link EngineLoader} loads.
 *
 * <p><b>Threads.</b> One, that which configures the agent.
 */
public final class AgentProcessorComponent implements ComponentProvider, AutoConfigureListener {
    private final ComponentProvider inside =
            EngineLoader.make(ComponentProvider.class, "io.offspan.otel.OffspanProcessorComponent");

    /** Called by the agent's service loader. */
    public AgentProcessorComponent() {}

    @Override
    public Class<?> getType() {
        return inside.getType();
    }

    @Override
    public String getName() {
        return inside.getName();
    }

    @Override
    public Object create(DeclarativeConfigProperties entry) {
        return inside.create(entry);
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        ((AutoConfigureListener) inside).afterAutoConfigure(sdk);
    }
}
