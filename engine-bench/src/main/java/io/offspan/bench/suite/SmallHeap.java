package io.offspan.bench.suite;

import io.offspan.bench.child.AppendChild;
import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A store in a JVM of its own with a heap of 64 MiB: what lives, what is collected, or, without a collector, what is left behind. */
public final class SmallHeap {
    public static final String SUBJECT = "offspan in a JVM with -Xmx64m";
    public static final String EPSILON = "offspan in a JVM with -Xmx64m that collects nothing";

    private static final double MIB = 1 << 20;
    private static final long BYTES_PER_SPAN = 300;
    private static final long EXTRA_BYTES = 1L << 30;
    private static final List<String> HEAP = List.of("-Xms64m", "-Xmx64m");

    private SmallHeap() {}

    /** Measures under G1. */
    static List<Row> rows(RunSize size) throws IOException {
        Figures figures = run(size.scratch(), size.spans(), List.of("-XX:+UseG1GC"));
        String note = (long) figures.get("spans") + " spans appended and read back";
        List<Row> rows = new ArrayList<>();
        rows.add(mebibytes(SUBJECT, "live heap", figures.get("heapLive"), note)
                .answered(size.spans(), (long) figures.get("spans")));
        rows.add(mebibytes(SUBJECT, "anonymous memory", figures.get("anonymousBytes"), note));
        rows.add(single(SUBJECT, "gc count", "", figures.get("collections"), note));
        rows.add(single(SUBJECT, "gc pauses", "ms", figures.get("pauseMillis"), note));
        return rows;
    }

    /** Measures under Epsilon, which ends the JVM when the heap is used up. */
    public static List<Row> epsilonRows(Path scratch, long spans) throws IOException {
        Figures figures = run(scratch, spans, List.of("-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC"));
        long read = (long) figures.get("spans");
        String note = "4,096 spans of the workload again and again with other ids; all read back in the same JVM";
        double warm = figures.get("warmSpans");
        List<Row> rows = new ArrayList<>();
        rows.add(mebibytes(EPSILON, "heap before", figures.get("heapBefore"), note)
                .answered(spans, read));
        rows.add(mebibytes(
                EPSILON, String.format(Locale.ROOT, "heap after %,.0f spans", warm), figures.get("heapWarm"), note));
        rows.add(mebibytes(EPSILON, "heap after append", figures.get("heapAppended"), note));
        rows.add(mebibytes(EPSILON, "heap after reading back", figures.get("heapRead"), note));
        if (spans > warm) {
            double used = figures.get("heapAppended") - figures.get("heapWarm");
            rows.add(single(EPSILON, "heap used, first spans aside", "B/span", used / (spans - warm), note));
        }
        rows.add(single(EPSILON, "wall", "ns/span", figures.get("appendNanos") / spans, note));
        return rows;
    }

    private static Figures run(Path scratch, long spans, List<String> collector) throws IOException {
        Path directory = scratch.resolve("small-heap");
        List<String> flags = new ArrayList<>(HEAP);
        flags.addAll(collector);
        try {
            return Child.run(AppendChild.class, flags, directory, spans, EXTRA_BYTES + spans * BYTES_PER_SPAN);
        } finally {
            Scratch.delete(directory);
        }
    }

    private static Row mebibytes(String subject, String metric, double bytes, String note) {
        return single(subject, metric, "MiB", bytes / MIB, note);
    }

    private static Row single(String subject, String metric, String unit, double value, String note) {
        return Row.single(AppendSuite.GROUP, subject, metric, unit, true, value).noted(note);
    }
}
