package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lookup of a trace in the same spans, in one segment and in many, each with an index in a file. */
final class SegmentsTime {
    private static final List<Integer> SEGMENTS = List.of(1, 16, 128, 1024);
    private static final int LEAST_SPANS = 1024;
    private static final int MOST_SPANS = 1 << 24;

    private SegmentsTime() {}

    static int steps(RunSize size) {
        return 1
                + (int) SEGMENTS.stream()
                        .filter(segments -> spansEach(size, segments) > 0)
                        .count();
    }

    /** Returns how many spans a segment has, 0 where a store cannot have so many segments of so many spans. */
    private static int spansEach(RunSize size, int segments) {
        long each = (size.spans() + segments - 1) / segments;
        return each < LEAST_SPANS || each > MOST_SPANS ? 0 : (int) each;
    }

    static List<Row> rows(RunSize size, W1Oracle oracle, Suite.Steps steps) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int segments : SEGMENTS) {
            int each = spansEach(size, segments);
            String subject = "offspan Q1 trace by id, segments: " + segments;
            if (each == 0) {
                rows.add(Row.notRun(
                        ScaleSuite.GROUP,
                        subject,
                        "a segment has from " + LEAST_SPANS + " to " + MOST_SPANS + " spans, of " + size.spans()
                                + " in all"));
                continue;
            }
            steps.next("scale, segments: " + segments);
            Path directory = size.scratch().resolve("segments");
            Stores.fillSealed(directory, size, each, span -> span);
            try (StoreReader reader = StoreReader.open(directory)) {
                W1Answers answers = new W1Answers(QueryEngine.over(reader), oracle);
                rows.addAll(ScaleSuite.ask(
                        size,
                        List.of(ScaleSuite.set(
                                subject,
                                W1Queries.TRACE_LOOKUPS,
                                answers::trace,
                                "up to " + each + " spans in a segment, all sealed"))));
            } finally {
                Scratch.delete(directory);
            }
        }
        return rows;
    }
}
