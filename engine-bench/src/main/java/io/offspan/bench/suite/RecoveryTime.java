package io.offspan.bench.suite;

import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.child.KilledChild;
import io.offspan.bench.child.RecoverChild;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a store is away after its writer was killed while it appended. Every acknowledged span has to be there again. */
final class RecoveryTime {
    static final String SUBJECT = "offspan after a kill, in a fresh JVM";
    static final String RECOVERED = "open for writing, all in the log";

    private static final int MOST_KILLS = 5;

    private RecoveryTime() {}

    static int steps(RunSize size) {
        return Math.max(1, Math.min(MOST_KILLS, size.rounds() / 2));
    }

    static List<Row> rows(RunSize size, Suite.Steps steps) throws IOException {
        long budget = Stores.keeping(size.spans()).budgetBytes();
        List<Double> counted = new ArrayList<>();
        List<Double> accepts = new ArrayList<>();
        List<Double> recovered = new ArrayList<>();
        long open = 0;
        for (int i = 0; i < steps(size); i++) {
            steps.next("kill and recovery " + (i + 1));
            Path directory = size.scratch().resolve("killed-" + i);
            Child.run(KilledChild.class, List.of(), directory, size.spans(), budget);
            Figures figures = Child.run(RecoverChild.class, List.of("-Xshare:auto"), directory, size.spans(), budget);
            counted.add(figures.get("countNanos") / 1e6);
            accepts.add(figures.get("acceptNanos") / 1e6);
            recovered.add(figures.get("recoverNanos") / 1e6);
            open = Math.max(open, (long) figures.get("openSpans"));
            Scratch.delete(directory);
        }
        String note = size.spans() + " spans, all found again; up to " + open + " of them were not in the log";
        return List.of(
                Row.of(QuerySuite.GROUP, SUBJECT, "open for reading, all counted", "ms", true, counted)
                        .noted(note),
                Row.of(QuerySuite.GROUP, SUBJECT, "open for writing, accepts spans", "ms", true, accepts)
                        .noted(note),
                Row.of(QuerySuite.GROUP, SUBJECT, RECOVERED, "ms", true, recovered)
                        .noted(note));
    }
}
