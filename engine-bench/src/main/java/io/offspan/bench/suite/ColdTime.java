package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The lookup of a trace by a reader that has not used the blocks it leads to, in a JVM that is warm: each block is held against its
 * checksum before its first use.
 */
final class ColdTime {
    private static final String SUBJECT = QuerySuite.TRACE + ", blocks and index pages not used before";
    /** So few that hardly any two of them use the same block. */
    private static final int LOOKUPS = 100;

    private ColdTime() {}

    static List<Row> rows(RunSize size, Path directory, W1Oracle oracle) throws IOException {
        List<Double> medians = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        long expected = 0;
        long got = 0;
        for (int round = 0; round < size.rounds(); round++) {
            Latencies latencies = new Latencies();
            try (StoreReader reader = StoreReader.open(directory)) {
                W1Answers answers = new W1Answers(QueryEngine.over(reader), oracle);
                for (int i = 0; i < LOOKUPS; i++) {
                    long begin = System.nanoTime();
                    W1Answers.Checked answer = answers.trace(i * W1Queries.TRACE_LOOKUPS / LOOKUPS);
                    latencies.record(System.nanoTime() - begin);
                    expected += answer.expected();
                    got += answer.got();
                }
            }
            medians.add(latencies.micros(50));
            tails.add(latencies.micros(99));
        }
        String note = LOOKUPS + " lookups by a reader opened for them, sealed, warm page cache";
        return List.of(
                Row.of(QuerySuite.GROUP, SUBJECT, "p50", "us", true, medians)
                        .answered(expected, got)
                        .noted(note),
                Row.of(QuerySuite.GROUP, SUBJECT, "p99", "us", true, tails).noted(note));
    }
}
