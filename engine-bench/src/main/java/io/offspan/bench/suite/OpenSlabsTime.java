package io.offspan.bench.suite;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.TraceLookup;
import io.offspan.query.ast.Filter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the three kinds of questions cost beside an index when eight open slabs have spans in them, which are scanned. */
final class OpenSlabsTime {
    static final int STEPS = 4;

    private static final int SLABS = 8;
    private static final int[] SPANS_IN_EACH = {0, 64, 256, 511};
    private static final int INDEXED = 1 << 17;
    private static final int QUESTIONS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<W1Span> spans =
            new W1Generator(W1Generator.SEED).spans(INDEXED + SLABS * SPANS_IN_EACH[SPANS_IN_EACH.length - 1]);
    private final W1Drafts drafts = new W1Drafts();
    private final SpanStore store;
    private final QueryEngine engine;
    private int appended;

    private OpenSlabsTime(SpanStore store) {
        this.store = store;
        engine = QueryEngine.over(store.reader());
    }

    static List<Row> rows(RunSize size, Suite.Steps steps) throws IOException {
        Path directory = size.scratch().resolve("open-slabs");
        StoreConfig config = StoreConfig.builder()
                .stripes(SLABS)
                .budgetBytes(512L << 20)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .syncInterval(Duration.ofHours(1))
                .build();
        try (SpanStore store = SpanStore.open(directory, config);
                SpanIndex index = SpanIndex.over(store)) {
            return new OpenSlabsTime(store).measure(size, index, steps);
        } finally {
            Scratch.delete(directory);
        }
    }

    private List<Row> measure(RunSize size, SpanIndex index, Suite.Steps steps) {
        SpanAppender first = store.newAppender();
        while (appended < INDEXED) {
            append(first);
        }
        Stores.flush(store, PATIENCE);
        if (!index.await(PATIENCE)) {
            throw new IllegalStateException("The spans were not indexed within " + PATIENCE);
        }
        List<SpanAppender> appenders = new ArrayList<>();
        for (int i = 0; i < SLABS; i++) {
            appenders.add(store.newAppender());
        }
        long logged = store.counters().get(Counter.LOGGED_SPANS);
        List<Row> rows = new ArrayList<>();
        int each = 0;
        for (int wanted : SPANS_IN_EACH) {
            steps.next("scale, open slabs with " + wanted + " spans each");
            for (; each < wanted; each++) {
                appenders.forEach(this::append);
            }
            rows.addAll(ScaleSuite.ask(size, sets(wanted)));
        }
        if (store.counters().get(Counter.LOGGED_SPANS) != logged) {
            throw new IllegalStateException("Slabs that were to stay open went to the log");
        }
        return rows;
    }

    private void append(SpanAppender to) {
        drafts.fill(to.draft(), spans.get(appended++));
        int result = to.append();
        if (result != AppendResult.ACCEPTED) {
            throw new IllegalStateException("A span was refused: " + result);
        }
    }

    private List<QuestionSet> sets(int each) {
        String suffix = ", " + each + " spans in each of " + SLABS + " open slabs";
        String note = "beside " + INDEXED + " spans that are indexed; prepared once";
        List<W1Span> there = spans.subList(0, appended);
        W1Span some = there.get(0);
        TraceLookup traces = engine.prepareTrace();
        Filter ofService = Filter.service(W1Answers.service(some));
        PreparedQuery search = engine.prepare(
                Query.where(ofService.and(Filter.status(SpanStatus.ERROR))).limit(20));
        PreparedQuery count = engine.prepare(
                Query.where(ofService.and(Filter.spanAttribute("http.route").equalTo(some.route()))));
        long errors = Math.min(
                20,
                there.stream()
                        .filter(span -> span.service() == some.service() && span.status() == W1Span.ERROR)
                        .count());
        long counted = there.stream()
                .filter(span -> span.service() == some.service() && span.route().equals(some.route()))
                .count();
        return List.of(
                ScaleSuite.set(QuerySuite.TRACE + suffix, QUESTIONS, number -> trace(traces, number), note),
                ScaleSuite.set(
                        QuerySuite.SEARCH + suffix, QUESTIONS, number -> of(errors, length(search.find())), note),
                ScaleSuite.set(QuerySuite.COUNT + suffix, QUESTIONS, number -> of(counted, count.count()), note));
    }

    private W1Answers.Checked trace(TraceLookup traces, int number) {
        W1Span span = spans.get((int) ((long) number * appended / QUESTIONS));
        long got = length(traces.find(span.traceIdHigh(), span.traceIdLow()));
        return new W1Answers.Checked(1, got > 0 ? 1 : 0, got > 0);
    }

    private static W1Answers.Checked of(long expected, long got) {
        return new W1Answers.Checked(expected, got, expected == got);
    }

    private static long length(SpanCursor cursor) {
        long length = 0;
        try (cursor) {
            while (cursor.next()) {
                length++;
            }
        }
        return length;
    }
}
