package io.offspan.otel;

import io.offspan.core.SpanStore;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
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
    static final String DROPPED = "offspan.store.spans.dropped";

    private static final String SCOPE = "io.offspan.otel";
    private static final String SPAN = "{span}";
    private static final String BYTE = "By";
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
    private static final Attributes NOT_OPEN = Attributes.of(REASON, "notOpen");
    private static final Attributes UNFIT = Attributes.of(REASON, "unfit");
    private static final Map<Counter, Attributes> REASONS = reasons();

    private final Supplier<@Nullable SpanStore> open;
    private final @Nullable HostStore host;
    private final ToLongFunction<Counter> counts;
    private final ObservableLongMeasurement accepted;
    private final ObservableLongMeasurement dropped;
    private final ObservableLongMeasurement pending;
    private final ObservableLongMeasurement lost;
    private final ObservableLongMeasurement retired;
    private final ObservableLongMeasurement logBytes;
    private final ObservableLongMeasurement diskBytes;
    private final ObservableLongMeasurement heldBytes;
    private final ObservableLongMeasurement failedSyncs;
    private final ObservableLongMeasurement failedOpenings;
    private final BatchCallback callback;

    private StoreMeters(
            MeterProvider meters,
            Supplier<@Nullable SpanStore> open,
            ToLongFunction<Counter> counts,
            @Nullable HostStore host) {
        this.open = open;
        this.counts = counts;
        this.host = host;
        Meter meter = meters.get(SCOPE);
        accepted = counter(meter, "offspan.store.spans.accepted", SPAN, "Spans acknowledged: they survive a kill");
        dropped = counter(meter, DROPPED, SPAN, "Spans offered and not stored, by reason");
        pending = gauge(
                meter, "offspan.store.spans.pending", SPAN, "Spans stored in slabs that the log does not have yet");
        lost = counter(
                meter, "offspan.store.spans.lost", SPAN, "Spans in slabs that could not be trusted after a reboot");
        retired = counter(meter, "offspan.store.spans.retired", SPAN, "Spans deleted for the budget or their age");
        logBytes = counter(meter, "offspan.store.log.written", BYTE, "Bytes appended to the log");
        diskBytes = gauge(meter, "offspan.store.disk.size", BYTE, "Bytes of the store's files, reserves included");
        heldBytes = gauge(
                meter,
                "offspan.store.disk.held",
                BYTE,
                "Bytes of deleted segments that readers of the store still hold");
        failedSyncs = counter(meter, "offspan.store.syncs.failed", "{sync}", "Times that the disk refused to sync");
        failedOpenings = counter(
                meter, "offspan.store.openings.failed", "{opening}", "Times that the store could not be opened");
        callback = meter.batchCallback(
                this::observe,
                accepted,
                dropped,
                pending,
                lost,
                retired,
                logBytes,
                diskBytes,
                heldBytes,
                failedSyncs,
                failedOpenings);
    }

    /** Shows a store's counters in the meters of a provider until the result is closed. */
    public static StoreMeters register(MeterProvider meters, SpanStore store) {
        return new StoreMeters(meters, () -> store, store.counters()::get, null);
    }

    /** Shows what became of the spans of a host, also where no store is open. */
    static StoreMeters register(MeterProvider meters, HostStore host) {
        return new StoreMeters(meters, host::store, host::count, host);
    }

    private static Map<Counter, Attributes> reasons() {
        Map<Counter, Attributes> reasons = new EnumMap<>(Counter.class);
        for (Counter counter : new Counter[] {
            Counter.NO_SLAB,
            Counter.BUSY,
            Counter.TOO_LARGE,
            Counter.CLOSED,
            Counter.FAILED,
            Counter.BAD_ID,
            Counter.MALFORMED,
            Counter.TOO_DEEP
        }) {
            reasons.put(counter, Attributes.of(REASON, counter.label()));
        }
        return reasons;
    }

    private static ObservableLongMeasurement counter(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .buildObserver();
    }

    private static ObservableLongMeasurement gauge(Meter meter, String name, String unit, String description) {
        return meter.upDownCounterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .buildObserver();
    }

    private void observe() {
        if (host != null) {
            dropped.record(host.notOpen(), NOT_OPEN);
            dropped.record(host.recorder().unfit(), UNFIT);
            failedOpenings.record(host.failedOpenings());
        }
        accepted.record(counts.applyAsLong(Counter.ACCEPTED));
        REASONS.forEach((counter, reason) -> dropped.record(counts.applyAsLong(counter), reason));
        lost.record(counts.applyAsLong(Counter.LOST_SPANS));
        retired.record(counts.applyAsLong(Counter.RETIRED_SPANS));
        logBytes.record(counts.applyAsLong(Counter.LOGGED_BYTES));
        failedSyncs.record(counts.applyAsLong(Counter.FAILED_SYNCS));
        SpanStore store = open.get();
        if (store == null) {
            return;
        }
        heldBytes.record(store.heldBytes());
        StoreCounters counters = store.counters();
        // Logged before accepted: the other way round, spans that come between would make the difference negative.
        long logged = counters.get(Counter.LOGGED_SPANS) - counters.get(Counter.RECOVERED_SPANS);
        pending.record(Math.max(0, counters.get(Counter.ACCEPTED) - logged));
        try {
            Path directory = store.directory();
            diskBytes.record(
                    bytesIn(directory) + bytesIn(directory.resolve("log")) + bytesIn(directory.resolve("index")));
        } catch (IOException unreadable) {
            // No figure is better than a wrong one.
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                bytes += size(file);
            }
        } catch (NoSuchFileException none) {
            return 0;
        }
        return bytes;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException retired) {
            return 0;
        }
    }

    @Override
    public void close() {
        callback.close();
    }
}
