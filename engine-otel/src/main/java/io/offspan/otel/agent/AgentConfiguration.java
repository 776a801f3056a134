package io.offspan.otel.agent;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;

/**
 * The autoconfiguration inside the Java agent: hands everything to the one that {@link EngineLoader} loads.
 *
 * <p><b>Threads.</b> One, that which configures the agent.
 */
public final class AgentConfiguration implements AutoConfigurationCustomizerProvider, AutoConfigureListener {
    private final AutoConfigurationCustomizerProvider inside =
            EngineLoader.make(AutoConfigurationCustomizerProvider.class, "io.offspan.otel.OffspanAutoConfiguration");

    /** Called by the agent's service loader. */
    public AgentConfiguration() {}

    @Override
    public int order() {
        return inside.order();
    }

    @Override
    public void customize(AutoConfigurationCustomizer configuration) {
        inside.customize(configuration);
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        ((AutoConfigureListener) inside).afterAutoConfigure(sdk);
    }
}
