package io.offspan.bench.suite;

import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.peer.PeerChild;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One store of a comparison and what its JVM said so far. Once it fails it takes no more part, and its failure is its result. */
final class PeerRun {
    /** Processor time of everything in the JVM of a store: its own threads, native ones, the collector, the compiler. */
    static final Metric ALL_CPU = new Metric("cpu of process", "ns/span", true);

    private static final double MIB = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final List<String> SETS = List.of("Q1", "Q2", "Q3");

    private final String name;
    private final long spans;
    private final Map<String, Long> sums = new LinkedHashMap<>();
    private Map<String, Object> finished = Map.of();
    private Map<String, Object> asked = Map.of();
    private @Nullable PeerChild child;
    private String description = "";
    private String searchDiffers = "";
    private String failure = "";

    /** Asks a child for figures. */
    private interface Call {
        Map<String, Object> on(PeerChild child) throws IOException;
    }

    PeerRun(String name, long spans) {
        this.name = name;
        this.spans = spans;
    }

    String name() {
        return name;
    }

    boolean failed() {
        return !failure.isEmpty();
    }

    String failure() {
        return failure;
    }

    void fail(String why) {
        failure = why;
        close();
    }

    void started(PeerChild started) {
        child = started;
        Map<String, Object> said = call(PeerChild::warm);
        description = said.getOrDefault("description", "").toString();
        searchDiffers = said.getOrDefault("searchDiffers", "").toString();
    }

    private Map<String, Object> call(Call call) {
        PeerChild alive = child;
        if (alive == null || failed()) {
            return Map.of();
        }
        try {
            return call.on(alive);
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
            return Map.of();
        }
    }

    /** Has the next part of the workload taken in. */
    void ingest(Meter meter) {
        Map<String, Object> figures = call(PeerChild::ingest);
        for (Metric metric : List.of(Metric.WALL, Metric.CPU, Metric.ALLOCATED, Metric.PAUSES)) {
            put(meter, metric, figures.get(metric.name()));
        }
        put(meter, ALL_CPU, figures.get(Metric.PROCESS_CPU.name()));
    }

    private static void put(Meter meter, Metric metric, @Nullable Object value) {
        if (value instanceof Number number) {
            meter.put(metric, number.doubleValue());
        }
    }

    void finish() {
        finished = call(PeerChild::finish);
    }

    void warmQuestions() {
        call(PeerChild::questions);
    }

    /** Has every set of questions asked. */
    void questions(Meter meter) {
        asked = call(PeerChild::questions);
        for (String set : SETS) {
            put(meter, new Metric(set + " p50", "us", true), asked.get(set + " p50"));
            put(meter, new Metric(set + " p99", "us", true), asked.get(set + " p99"));
            put(meter, new Metric(set + " allocated", "B/query", true), asked.get(set + " allocated"));
            if (asked.get(set + " wrong") instanceof Number wrong) {
                sums.merge(set, wrong.longValue(), Long::sum);
            }
        }
    }

    /** Returns a row with what is known of the answers behind it. */
    Row judge(Row row) {
        String set = row.metric().split(" ")[0];
        if (!SETS.contains(set)) {
            return row.noted(description);
        }
        long size = number(asked, set + " size");
        long some = number(asked, set + " asked");
        String sample = some < size ? set + " asked in the last round: " + some + " of " + size : description;
        Row judged = row.noted(sample);
        boolean shown = row.metric().endsWith("p50");
        if (shown) {
            judged = judged.answered(number(asked, set + " expected"), number(asked, set + " got"));
        }
        if (set.equals("Q2") && !searchDiffers.isEmpty()) {
            return judged.notComparable().noted("Q2: " + searchDiffers);
        }
        return sums.getOrDefault(set, 0L) > 0 ? judged.wrong() : judged;
    }

    private static long number(Map<String, Object> figures, String key) {
        return figures.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns the rows of what was measured once. */
    List<Row> finishRows() {
        List<Row> rows = new ArrayList<>();
        for (String percentile : List.of("p50", "p99", "p99.9", "p100")) {
            double micros = finished.get(percentile) instanceof Number number ? number.doubleValue() : 0;
            rows.add(row("batch " + (percentile.equals("p100") ? "max" : percentile), "us", micros));
        }
        rows.add(row("live heap", "MiB", number(finished, "live heap") / MIB)
                .answered(spans, number(finished, "spans")));
        rows.add(row("anonymous memory", "MiB", number(finished, "anonymous memory") / MIB));
        if (finished.containsKey("disk")) {
            rows.add(row("disk", "B/span", (double) number(finished, "disk") / spans));
            rows.add(row("close", "ms", number(finished, "close") / NANOS_PER_MILLI));
            rows.add(row("open", "ms", number(finished, "open") / NANOS_PER_MILLI)
                    .noted("what was closed a moment before, in the same JVM"));
        }
        return rows;
    }

    private Row row(String metric, String unit, double value) {
        return Row.single(PeersSuite.GROUP, name, metric, unit, true, value).noted(description);
    }

    void close() {
        PeerChild alive = child;
        child = null;
        if (alive != null) {
            alive.close();
        }
    }
}
