package io.offspan.core;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The metrics of a store, and what they are now: the same in the process that writes it and in one that reads it beside.
 *
 * <p>Of the spans that ever were accepted, each is live, retired or lost.
 *
 * <p><b>Threads.</b> Any.
 */
public final class StoreMetrics {
    /** The attribute that says why spans were dropped. */
    public static final String REASON = "reason";

    /** Spans stored. */
    public static final Metric ACCEPTED =
            spans("offspan.store.spans.accepted", "Spans acknowledged: they survive a kill");

    /** Spans that were not stored. */
    public static final Metric DROPPED =
            spans("offspan.store.spans.dropped", "Spans offered and not stored, by reason");

    private static final Metric LOST =
            spans("offspan.store.spans.lost", "Spans in slabs that could not be trusted after a reboot");
    private static final Metric RETIRED =
            spans("offspan.store.spans.retired", "Spans deleted for the budget or their age");
    private static final Metric RETIRED_UNSENT =
            spans("offspan.store.spans.retired.unsent", "Spans among those that a living exporter had not sent");
    private static final Metric REMOVED_ATTRIBUTES =
            attributes("offspan.store.attributes.removed", "Attributes that the rules kept from being stored");
    private static final Metric MASKED_ATTRIBUTES =
            attributes("offspan.store.attributes.masked", "Attributes whose value the rules masked");
    private static final Metric LOGGED_BYTES =
            new Metric("offspan.store.log.written", Kind.COUNTER, "By", "Bytes appended to the log");
    private static final Metric FAILED_SYNCS =
            new Metric("offspan.store.syncs.failed", Kind.COUNTER, "{sync}", "Times that the disk refused to sync");
    private static final Metric LIVE =
            new Metric("offspan.store.spans.live", Kind.LEVEL, "{span}", "Spans stored and not deleted");
    private static final Metric PENDING = new Metric(
            "offspan.store.spans.pending",
            Kind.LEVEL,
            "{span}",
            "Spans stored in slabs that the log does not have yet");
    private static final Metric DISK =
            new Metric("offspan.store.disk.size", Kind.LEVEL, "By", "Bytes of the store's files, reserves included");
    private static final Metric HELD = new Metric(
            "offspan.store.disk.held",
            Kind.LEVEL,
            "By",
            "Bytes of deleted segments that readers of the store still hold");
    private static final Metric BUDGET =
            new Metric("offspan.store.disk.limit", Kind.LEVEL, "By", "Bytes that the store's files may take");
    private static final Metric DAMAGED = new Metric(
            "offspan.store.blocks.damaged", Kind.LEVEL, "{block}", "Damaged blocks of the log that readers have met");

    private static final List<Metric> COUNTED = List.of(
            ACCEPTED,
            DROPPED,
            LOST,
            RETIRED,
            RETIRED_UNSENT,
            REMOVED_ATTRIBUTES,
            MASKED_ATTRIBUTES,
            LOGGED_BYTES,
            FAILED_SYNCS);
    private static final List<Metric> HELD_BY_A_STORE = List.of(LIVE, PENDING, DISK, HELD, BUDGET, DAMAGED);

    private static final List<Counter> REASONS = List.of(
            Counter.NO_SLAB,
            Counter.BUSY,
            Counter.TOO_LARGE,
            Counter.CLOSED,
            Counter.FAILED,
            Counter.BAD_ID,
            Counter.MALFORMED,
            Counter.TOO_DEEP);

    private StoreMetrics() {}

    private static Metric spans(String name, String description) {
        return new Metric(name, Kind.COUNTER, "{span}", description);
    }

    private static Metric attributes(String name, String description) {
        return new Metric(name, Kind.COUNTER, "{attribute}", description);
    }

    /** Returns all metrics of a store. */
    public static List<Metric> all() {
        List<Metric> all = new ArrayList<>(COUNTED);
        all.addAll(HELD_BY_A_STORE);
        return List.copyOf(all);
    }

    /** Returns what was counted, by whatever keeps the counts. */
    public static List<Reading> counted(ToLongFunction<Counter> counts) {
        List<Reading> readings = new ArrayList<>();
        readings.add(new Reading(ACCEPTED, counts.applyAsLong(Counter.ACCEPTED)));
        for (Counter reason : REASONS) {
            readings.add(new Reading(DROPPED, Map.of(REASON, reason.label()), counts.applyAsLong(reason)));
        }
        readings.add(new Reading(LOST, counts.applyAsLong(Counter.LOST_SPANS)));
        readings.add(new Reading(RETIRED, counts.applyAsLong(Counter.RETIRED_SPANS)));
        readings.add(new Reading(RETIRED_UNSENT, counts.applyAsLong(Counter.RETIRED_UNEXPORTED_SPANS)));
        readings.add(new Reading(REMOVED_ATTRIBUTES, counts.applyAsLong(Counter.REMOVED_ATTRIBUTES)));
        readings.add(new Reading(MASKED_ATTRIBUTES, counts.applyAsLong(Counter.MASKED_ATTRIBUTES)));
        readings.add(new Reading(LOGGED_BYTES, counts.applyAsLong(Counter.LOGGED_BYTES)));
        readings.add(new Reading(FAILED_SYNCS, counts.applyAsLong(Counter.FAILED_SYNCS)));
        return readings;
    }

    /** Returns what an open store has now. */
    public static List<Reading> held(SpanStore store) {
        StoreCounters counters = store.counters();
        // Logged before accepted: the other way round, spans that come between would make the difference negative.
        long live = store.loggedSpans();
        long logged = counters.get(Counter.LOGGED_SPANS) - counters.get(Counter.RECOVERED_SPANS);
        long pending = Math.max(0, counters.get(Counter.ACCEPTED) - logged);
        List<Reading> readings = new ArrayList<>();
        readings.add(new Reading(PENDING, pending));
        readings.add(new Reading(LIVE, live + pending));
        readings.add(new Reading(HELD, store.heldBytes()));
        readings.add(new Reading(BUDGET, store.config().budgetBytes()));
        readings.add(new Reading(DAMAGED, store.damagedBlocks()));
        addDisk(readings, store.directory());
        return readings;
    }

    /**
     * Returns what can be told of a store beside its writer: what that one has counted, about a sync interval old, and what the log
     * holds. What it holds of deleted segments, and its budget, only the writer knows.
     */
    public static List<Reading> of(StoreReader reader) {
        Map<Counter, Long> counts = reader.writerCounters();
        List<Reading> readings = counted(counter -> counts.getOrDefault(counter, 0L));
        ReaderStats stats = reader.stats();
        long logged = counts.getOrDefault(Counter.LOGGED_SPANS, 0L) - counts.getOrDefault(Counter.RECOVERED_SPANS, 0L);
        long pending = Math.max(0, counts.getOrDefault(Counter.ACCEPTED, 0L) - logged);
        readings.add(new Reading(PENDING, pending));
        readings.add(new Reading(LIVE, stats.spans() + pending));
        readings.add(new Reading(DAMAGED, stats.damagedBlocks()));
        addDisk(readings, reader.directory());
        return readings;
    }

    private static void addDisk(List<Reading> readings, Path directory) {
        try {
            readings.add(new Reading(
                    DISK,
                    bytesIn(directory) + bytesIn(directory.resolve("log")) + bytesIn(directory.resolve("index"))));
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
}
