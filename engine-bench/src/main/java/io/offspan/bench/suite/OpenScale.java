package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long a fresh JVM takes to open a store and look up a trace, with the spans of the workload and with sixteen times as many. */
final class OpenScale {
    static final int STEPS = 2;

    private static final int TIMES = 16;
    private static final int SEGMENT_SPANS = 1 << 20;
    /** More than a span takes with its index. */
    private static final long SPAN_BYTES = 400;

    private OpenScale() {}

    static List<Row> rows(RunSize size, Suite.Steps steps) throws IOException {
        List<Row> rows = new ArrayList<>();
        Row before = null;
        for (long spans : List.of(size.spans(), TIMES * size.spans())) {
            String subject = String.format(Locale.ROOT, "offspan open in a fresh JVM, %,d spans", spans);
            steps.next("scale, opening " + spans + " spans");
            long room = Files.getFileStore(size.scratch()).getUsableSpace();
            if (room < spans * SPAN_BYTES) {
                rows.add(Row.notRun(
                        ScaleSuite.GROUP,
                        subject,
                        String.format(
                                Locale.ROOT,
                                "the disk has %,d MiB, and %,d are needed; --scratch names another one",
                                room >> 20,
                                spans * SPAN_BYTES >> 20)));
                continue;
            }
            RunSize larger = new RunSize(size.mode(), size.seed(), spans, size.rounds(), size.scratch());
            Path directory = size.scratch().resolve("opened");
            try {
                Stores.fillSealed(directory, larger, SEGMENT_SPANS, span -> span);
                W1Oracle oracle = W1Oracle.of(size.seed(), spans);
                Row row = OpenTime.firstTrace(ScaleSuite.GROUP, subject, larger, directory, oracle);
                rows.add(before == null ? row : row.against(before, NOISE));
                before = row;
            } finally {
                Scratch.delete(directory);
            }
        }
        return rows;
    }

    private static final double NOISE = 0.03;
}
