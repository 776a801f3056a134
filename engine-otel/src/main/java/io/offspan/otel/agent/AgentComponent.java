package io.offspan.otel.agent;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;

/**
 * What a configuration file names inside the Java agent: hands everything to the component that {@link EngineLoader} loads.
 *
 * <p><b>Threads.</b> One, that which configures the agent.
 */
abstract class AgentComponent implements ComponentProvider, AutoConfigureListener {
    private final ComponentProvider inside;

    /** @param name of the class of the component */
    AgentComponent(String name) {
        inside = EngineLoader.make(ComponentProvider.class, name);
    }

    @Override
    public final Class<?> getType() {
        return inside.getType();
    }

    @Override
    public final String getName() {
        return inside.getName();
    }

    @Override
    public final Object create(DeclarativeConfigProperties entry) {
        return inside.create(entry);
    }

    @Override
    public final void afterAutoConfigure(OpenTelemetrySdk sdk) {
        ((AutoConfigureListener) inside).afterAutoConfigure(sdk);
    }
}
