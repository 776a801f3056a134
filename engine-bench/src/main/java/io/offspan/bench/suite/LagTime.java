package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.core.SpanStore;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far the index is behind the log while one thread appends and another one asks: at 200,000 spans a second; as fast as the store takes
 * them; and where the index may take half of what is appended.
 */
final class LagTime {
    static final int STEPS = 3;

    private static final long RATE = 200_000;
    private static final long SECONDS = 20;
    /** At full speed so many times the spans of the workload are appended at most. */
    private static final long TIMES = 20;

    private LagTime() {}

    static List<Row> rows(RunSize size, Suite.Steps steps) throws IOException {
        List<Row> rows = new ArrayList<>();
        Path directory = size.scratch().resolve("lag");
        try (SpanStore store = open(directory, RATE * SECONDS + TIMES * size.spans());
                SpanIndex index = SpanIndex.over(store)) {
            LaggingIndex lagging = new LaggingIndex(store, index);
            steps.next("scale, lag at " + RATE + " spans a second");
            rows.addAll(rows("offspan index, 200,000 spans/s", lagging.keepingUp(RATE, SECONDS, RATE * SECONDS)));
            steps.next("scale, lag at full speed");
            rows.addAll(rows(
                    "offspan index, a writer at full speed",
                    lagging.keepingUp(LaggingIndex.FULL_SPEED, SECONDS, TIMES * size.spans())));
        } finally {
            Scratch.delete(directory);
        }
        try (SpanStore store = open(directory, RATE * SECONDS);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            steps.next("scale, lag of an index that may take half of it");
            rows.addAll(rows(
                    "offspan index, at half the writer's pace",
                    new LaggingIndex(store, index).atHalfThePace(RATE, SECONDS, RATE * SECONDS)));
        } finally {
            Scratch.delete(directory);
        }
        return rows;
    }

    private static SpanStore open(Path directory, long spans) {
        return SpanStore.open(directory, Stores.keeping(spans));
    }

    private static List<Row> rows(String subject, LaggingIndex.Lag lag) {
        String note = String.format(
                Locale.ROOT,
                "%,d spans in %.1f s, %,.0f a second; %,d questions meanwhile, %,d of them with a wrong answer",
                lag.spans(),
                lag.seconds(),
                lag.rate(),
                lag.asked(),
                lag.wrong());
        Row most = Row.single(ScaleSuite.GROUP, subject, "most spans behind", "", true, lag.mostBehind())
                .answered(lag.asked(), lag.asked() - lag.wrong())
                .noted(note);
        return List.of(
                lag.wrong() > 0 ? most.wrong() : most,
                Row.single(ScaleSuite.GROUP, subject, "caught up after", "ms", true, lag.caughtUpMillis())
                        .noted(String.format(Locale.ROOT, "%,d spans were left when the writer stopped", lag.left())));
    }
}
