package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Queries;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.StoreReader;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Filter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Searches in windows of ten minutes where all clocks are right, and where one span in 10,000 is off by ten years, to either side by turns. */
final class FarClocks {
    static final int STEPS = 2;

    private static final int ONE_IN = 10_000;
    private static final long OFF_NANOS = Duration.ofDays(3650).toNanos();
    private static final int SEGMENT_SPANS = 1 << 20;

    private FarClocks() {}

    /** Moves every ten thousandth span. */
    private static final class Mover implements UnaryOperator<W1Span> {
        private long seen;

        @Override
        public W1Span apply(W1Span span) {
            seen++;
            return seen % ONE_IN == 0 ? span.movedBy(seen % (2 * ONE_IN) == 0 ? OFF_NANOS : -OFF_NANOS) : span;
        }
    }

    static List<Row> rows(RunSize size, W1Queries queries, Suite.Steps steps) throws IOException {
        List<Row> rows = new ArrayList<>();
        steps.next("scale, clocks that are right");
        rows.addAll(rows("offspan Q2 search, clocks right", size, queries, span -> span));
        steps.next("scale, clocks that are off");
        rows.addAll(rows("offspan Q2 search, 1 in 10,000 off by years", size, queries, new Mover()));
        return rows;
    }

    private static List<Row> rows(String subject, RunSize size, W1Queries queries, UnaryOperator<W1Span> as)
            throws IOException {
        Path directory = size.scratch().resolve("clocks");
        Stores.fillSealed(directory, size, SEGMENT_SPANS, as);
        try (StoreReader reader = StoreReader.open(directory)) {
            List<Found> right = new ArrayList<>();
            for (PreparedQuery search : prepared(QueryEngine.scanning(reader), queries)) {
                right.add(found(search));
            }
            List<PreparedQuery> searches = prepared(QueryEngine.over(reader), queries);
            return ScaleSuite.ask(
                    size,
                    List.of(ScaleSuite.set(
                            subject,
                            searches.size(),
                            number -> {
                                Found wanted = right.get(number);
                                Found got = found(searches.get(number));
                                return new W1Answers.Checked(wanted.spans, got.spans, got.equals(wanted));
                            },
                            "prepared once; the right answers are those of the scan")));
        } finally {
            Scratch.delete(directory);
        }
    }

    /** What a search found. */
    private record Found(long spans, long idSum) {}

    private static Found found(PreparedQuery search) {
        long spans = 0;
        long sum = 0;
        try (SpanCursor cursor = search.find()) {
            while (cursor.next()) {
                spans++;
                sum += cursor.view().spanId();
            }
        }
        return new Found(spans, sum);
    }

    private static List<PreparedQuery> prepared(QueryEngine engine, W1Queries queries) {
        return queries.searches().stream()
                .map(search -> engine.prepare(Query.where(Filter.service(search.serviceName())
                                .and(Filter.status(SpanStatus.ERROR))
                                .and(Filter.minDuration(Duration.ofNanos(W1Queries.SLOW_NANOS))))
                        .from(search.fromNanos())
                        .to(search.toNanos())
                        .limit(W1Queries.LIMIT)))
                .toList();
    }
}
