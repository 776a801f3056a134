package io.offspan.bench.suite;

import io.offspan.bench.child.AskChild;
import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Looks up a million traces and asks prepared questions under a collector that collects nothing: garbage would end the JVM. */
public final class EpsilonQueries implements Suite {
    private static final String SUBJECT = "offspan asked in a JVM with -Xmx64m that collects nothing";
    private static final long LOOKUPS = 1_000_000;
    private static final int SEGMENT_SPANS = 1 << 20;
    private static final double MIB = 1 << 20;
    private static final List<String> FLAGS =
            List.of("-Xms64m", "-Xmx64m", "-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC");

    @Override
    public String name() {
        return QuerySuite.GROUP;
    }

    @Override
    public String description() {
        return "Looking up traces and asking prepared questions in a JVM that collects nothing.";
    }

    @Override
    public int steps(RunSize size) {
        return 2;
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        steps.next("query, filling a store");
        Path directory = size.scratch().resolve("asked");
        Stores.fillSealed(directory, size, SEGMENT_SPANS, span -> span);
        W1Oracle oracle = W1Oracle.of(size.seed(), size.spans());
        int number = 0;
        while (number < W1Queries.COUNTS - 1 && oracle.count(number) == 0) {
            number++;
        }
        W1Queries.Count count = oracle.queries().counts().get(number);
        steps.next("query, in a JVM that collects nothing");
        Figures figures = Child.run(
                AskChild.class,
                FLAGS,
                directory,
                ids(size, oracle),
                OpenTime.question(count),
                oracle.count(number),
                LOOKUPS);
        return new Outcome(rows(size, figures), 0);
    }

    private static Path ids(RunSize size, W1Oracle oracle) throws IOException {
        Path file = size.scratch().resolve("traces");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < W1Queries.TRACE_LOOKUPS; i++) {
                W1Oracle.TraceAnswer trace = oracle.trace(i);
                out.writeLong(trace.high());
                out.writeLong(trace.low());
                out.writeLong(trace.spans());
            }
        }
        return file;
    }

    private static List<Row> rows(RunSize size, Figures figures) {
        double looked = figures.get("heapLooked") - figures.get("heapWarm");
        double asked = figures.get("heapAsked") - figures.get("heapLooked");
        String note = String.format(
                Locale.ROOT,
                "%,d lookups of %,d traces, then %,.0f times a prepared search or count, of %,d spans with index files",
                LOOKUPS,
                W1Queries.TRACE_LOOKUPS,
                figures.get("queries"),
                size.spans());
        return List.of(
                row("heap before", "MiB", figures.get("heapBefore") / MIB, note)
                        .answered(LOOKUPS, (long) figures.get("lookups")),
                row("heap when warm", "MiB", figures.get("heapWarm") / MIB, note),
                row("heap at the end", "MiB", figures.get("heapAsked") / MIB, note),
                row("heap used by a trace lookup", "B", looked / LOOKUPS, note),
                row("heap used by a prepared search or count", "B", asked / figures.get("queries"), note),
                row("a trace lookup", "us", figures.get("nanos") / LOOKUPS / 1e3, note));
    }

    private static Row row(String metric, String unit, double value, String note) {
        return Row.single(QuerySuite.GROUP, SUBJECT, metric, unit, true, value).noted(note);
    }
}
