package io.offspan.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code otel.traces.exporter=offspan} record each span when it ends, instead of behind the SDK's batch processor.
 *
 * <p>The SDK puts every exporter it is named, ours among others, behind one batch processor, and offers no way to say that one of
 * them wants none. So our name is taken out of the list before the SDK reads it, and a processor of ours is added to the provider:
 * the other exporters keep theirs as if we were not there. With {@code otel.exporter.offspan.processor=batch} the list stays as it
 * is, and {@link OffspanSpanExporterProvider} answers to the name.
 *
 * <p><b>Threads.</b> One, that which configures the SDK; the SDK makes one instance for each.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanAutoConfiguration implements AutoConfigurationCustomizerProvider, AutoConfigureListener {
    static final String NAME = "offspan";

    private static final String EXPORTERS = "otel.traces.exporter";
    private static final String NO_EXPORTER = "none";
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

    private boolean immediate;
    private String service = "";
    private @Nullable HostStore store;

    /** Called by the SDK's service loader. */
    public OffspanAutoConfiguration() {}

    /** Comes behind the customizers of the host, so that it sees what they have decided. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void customize(AutoConfigurationCustomizer configuration) {
        configuration.addPropertiesCustomizer(this::takeOver);
        configuration.addResourceCustomizer(this::noteService);
        configuration.addTracerProviderCustomizer(this::record);
    }

    private Map<String, String> takeOver(ConfigProperties properties) {
        List<String> exporters = new ArrayList<>(properties.getList(EXPORTERS));
        immediate = exporters.contains(NAME) && !OtelSettings.batches(properties);
        if (!immediate) {
            return Map.of();
        }
        exporters.removeIf(NAME::equals);
        return Map.of(EXPORTERS, exporters.isEmpty() ? NO_EXPORTER : String.join(",", exporters));
    }

    private Resource noteService(Resource resource, ConfigProperties properties) {
        String name = resource.getAttribute(SERVICE);
        service = name == null ? "" : name;
        return resource;
    }

    private SdkTracerProviderBuilder record(SdkTracerProviderBuilder provider, ConfigProperties properties) {
        if (!immediate) {
            return provider;
        }
        HostStore opened = HostStore.open(OtelSettings.read(properties, service));
        store = opened;
        return provider.addSpanProcessor(OffspanSpanProcessor.owning(opened));
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        HostStore opened = store;
        if (opened != null) {
            opened.meters(StoreMeters.register(sdk.getMeterProvider(), opened));
        }
    }
}
