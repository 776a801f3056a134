package io.offspan.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the SDK gets for our name in {@code otel.traces.exporter}: opens no store until it is known whether it shall record.
 *
 * <p>The SDK asks for exporters before it asks {@link OffspanAutoConfiguration}, through another object, and hands the same
 * configuration to both. By that the autoconfiguration finds the exporter of its SDK and tells it to record, or to {@link
 * #standAside} for the processor. Where there is nobody to tell it anything, at the end of the configuration or with the first
 * batch, it records: a host that knows exporters only loses nothing.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> the store that it records into.
 */
final class StandbyExporter implements SpanExporter {
    /** Those that have been told nothing; an entry goes with its exporter. */
    private static final List<WeakReference<StandbyExporter>> WAITING = new ArrayList<>();

    private final ConfigProperties configuration;
    private volatile boolean told;
    private volatile @Nullable OffspanSpanExporter recording;

    private StandbyExporter(ConfigProperties configuration) {
        this.configuration = configuration;
    }

    /** Returns a new exporter that waits for the autoconfiguration of its SDK. */
    static StandbyExporter waiting(ConfigProperties configuration) {
        StandbyExporter exporter = new StandbyExporter(configuration);
        synchronized (WAITING) {
            WAITING.add(new WeakReference<>(exporter));
        }
        return exporter;
    }

    /** Returns those that were made for a configuration and have been told nothing, and forgets them. */
    static List<StandbyExporter> take(ConfigProperties configuration) {
        List<StandbyExporter> found = new ArrayList<>();
        synchronized (WAITING) {
            for (Iterator<WeakReference<StandbyExporter>> each = WAITING.iterator(); each.hasNext(); ) {
                StandbyExporter exporter = each.next().get();
                if (exporter == null) {
                    each.remove();
                } else if (exporter.configuration == configuration) {
                    each.remove();
                    found.add(exporter);
                }
            }
        }
        return found;
    }

    /** Exports nothing from now on, since another records the spans. */
    synchronized void standAside() {
        told = true;
    }

    /** Records into a store from now on. */
    synchronized void record(HostStore store) {
        recording = new OffspanSpanExporter(store.recorder(), store);
        told = true;
    }

    /** Opens a store of its own, if nobody has told it what to do; returns that, or null. */
    synchronized @Nullable HostStore recordUnlessTold() {
        if (told) {
            return null;
        }
        take(configuration);
        HostStore store =
                HostStore.open(OtelSettings.read(configuration, configuration.getString("otel.service.name", "")));
        record(store);
        return store;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        if (!told) {
            recordUnlessTold();
        }
        OffspanSpanExporter target = recording;
        return target == null ? CompletableResultCode.ofSuccess() : target.export(spans);
    }

    @Override
    public CompletableResultCode flush() {
        OffspanSpanExporter target = recording;
        return target == null ? CompletableResultCode.ofSuccess() : target.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        standAside();
        OffspanSpanExporter target = recording;
        return target == null ? CompletableResultCode.ofSuccess() : target.shutdown();
    }
}
