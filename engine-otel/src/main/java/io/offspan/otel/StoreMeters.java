package io.offspan.otel;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreMetrics;
import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import io.offspan.core.value.StoreCounters.Counter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a store as meters: read when the host's metrics are collected, so that storing a span costs nothing for them.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> the callback, which {@link #close} takes back.
 */
public final class StoreMeters implements AutoCloseable {
    static final String DROPPED = StoreMetrics.DROPPED.name();

    private static final Metric FAILED_OPENINGS = new Metric(
            "offspan.store.openings.failed", Kind.COUNTER, "{opening}", "Times that the store could not be opened");
    private static final Map<String, String> NOT_OPEN = Map.of(StoreMetrics.REASON, "notOpen");
    private static final Map<String, String> UNFIT = Map.of(StoreMetrics.REASON, "unfit");

    private final Supplier<@Nullable SpanStore> open;
    private final @Nullable HostStore host;
    private final ToLongFunction<Counter> counts;
    private final Meters meters;

    private StoreMeters(
            MeterProvider provider,
            Supplier<@Nullable SpanStore> open,
            ToLongFunction<Counter> counts,
            @Nullable HostStore host) {
        this.open = open;
        this.counts = counts;
        this.host = host;
        meters = Meters.register(provider, metrics(), this::read);
    }

    /** Returns all metrics that are shown, those of a host's store included. */
    public static List<Metric> metrics() {
        List<Metric> all = new ArrayList<>(StoreMetrics.all());
        all.add(FAILED_OPENINGS);
        return List.copyOf(all);
    }

    /** Shows a store's counters in the meters of a provider until the result is closed. */
    public static StoreMeters register(MeterProvider meters, SpanStore store) {
        return new StoreMeters(meters, () -> store, store.counters()::get, null);
    }

    /** Shows what became of the spans of a host, also where no store is open. */
    static StoreMeters register(MeterProvider meters, HostStore host) {
        return new StoreMeters(meters, host::store, host::count, host);
    }

    private List<Reading> read() {
        List<Reading> readings = StoreMetrics.counted(counts);
        if (host != null) {
            readings.add(new Reading(StoreMetrics.DROPPED, NOT_OPEN, host.notOpen()));
            readings.add(
                    new Reading(StoreMetrics.DROPPED, UNFIT, host.recorder().unfit()));
            readings.add(new Reading(FAILED_OPENINGS, host.failedOpenings()));
        }
        SpanStore store = open.get();
        if (store != null) {
            readings.addAll(StoreMetrics.held(store));
        }
        return readings;
    }

    @Override
    public void close() {
        meters.close();
    }
}
