package io.offspan.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code otel.traces.exporter=offspan} record each span when it ends, instead of behind the SDK's batch processor.
 *
 * <p>The SDK puts every exporter it is named, ours among others, behind one batch processor, and offers no way to say that one of
 * them wants none. So a processor of ours is added to the provider, the exporter that {@link OffspanSpanExporterProvider} has
 * given for our name stands aside, and a batch processor that has nothing but that exporter behind it is taken away. With {@code
 * otel.exporter.offspan.processor=batch} the exporter records, and there is no processor of ours.
 *
 * <p>What is set is read once the SDK has its whole configuration: a host may put sources of its own, Spring's for instance,
 * above what a customizer of properties sees or says.
 *
 * <p><b>Threads.</b> One, that which configures the SDK; the SDK makes one instance for each.
 *
 * <p><b>Fails</b> never: what is wrong is one line in the log, and the host starts.
 */
public final class OffspanAutoConfiguration implements AutoConfigurationCustomizerProvider, AutoConfigureListener {
    static final String NAME = "offspan";

    private static final String EXPORTERS = "otel.traces.exporter";
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    /** The providers that record, so that a second instance of this class, as a bean for instance, adds nothing to them. */
    private static final Set<SdkTracerProviderBuilder> RECORDING =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

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
        configuration.addResourceCustomizer(this::noteService);
        configuration.addTracerProviderCustomizer(this::record);
        try {
            configuration.addSpanProcessorCustomizer(OffspanAutoConfiguration::withoutIdle);
        } catch (NoSuchMethodError tooOld) {
            // Then the SDK is older than what is needed, which the first store to be opened says.
        }
    }

    private Resource noteService(Resource resource, ConfigProperties properties) {
        String name = resource.getAttribute(SERVICE);
        service = name == null ? "" : name;
        return resource;
    }

    /** Returns a processor as it is, or one that does nothing for a batch processor that would serve an idle exporter only. */
    private static SpanProcessor withoutIdle(SpanProcessor processor, ConfigProperties properties) {
        if (!OtelSettings.batches(properties)
                && processor instanceof BatchSpanProcessor batches
                && batches.getSpanExporter() instanceof StandbyExporter) {
            processor.shutdown();
            return SpanProcessor.composite();
        }
        return processor;
    }

    private SdkTracerProviderBuilder record(SdkTracerProviderBuilder provider, ConfigProperties properties) {
        List<StandbyExporter> exporters = StandbyExporter.take(properties);
        if (!properties.getList(EXPORTERS).contains(NAME) || !RECORDING.add(provider)) {
            return provider;
        }
        HostStore opened = HostStore.open(OtelSettings.read(properties, service));
        store = opened;
        if (exporters.isEmpty() || !OtelSettings.batches(properties)) {
            exporters.forEach(StandbyExporter::standAside);
            return provider.addSpanProcessor(OffspanSpanProcessor.owning(opened));
        }
        exporters.forEach(exporter -> exporter.record(opened));
        return provider;
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        HostStore opened = store;
        if (opened != null) {
            opened.meters(StoreMeters.register(sdk.getMeterProvider(), opened));
        }
    }
}
