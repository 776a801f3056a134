package io.offspan.bench.suite;

import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.child.OpenChild;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a fresh JVM takes, from its first instruction of ours on, to open a clean store and to read a span. */
final class OpenTime {
    static final String SUBJECT = "offspan open in a fresh JVM";

    private static final int MOST_STARTS = 9;

    private OpenTime() {}

    static List<Row> rows(RunSize size, Path directory) throws IOException {
        List<Double> opened = new ArrayList<>();
        List<Double> answered = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_STARTS, size.rounds()); i++) {
            Figures figures = Child.run(OpenChild.class, List.of("-Xshare:auto"), directory);
            opened.add(figures.get("openNanos") / 1e6);
            answered.add(figures.get("answerNanos") / 1e6);
        }
        String note = "the answer is the first span there is; " + size.spans() + " spans, warm page cache";
        return List.of(
                Row.of(QuerySuite.GROUP, SUBJECT, "open", "ms", true, opened).noted(note),
                Row.of(QuerySuite.GROUP, SUBJECT, "open and first span", "ms", true, answered)
                        .noted(note));
    }
}
