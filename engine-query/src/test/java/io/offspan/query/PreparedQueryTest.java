package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.QueryException;
import io.offspan.query.scan.ScanOutcome.Ending;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question that is prepared is asked of the store as it is each time, and leaves no garbage. */
class PreparedQueryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SPANS = 6_000;

    @TempDir
    Path temporary;

    private static void fill(SpanStore store, int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            draft.clear()
                    .ids(7, 1 + i / 8, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + i)
                    .name("op " + i % 5);
            draft.attribute("code", 200L + i % 10).attribute("user", "user " + i % 50);
            store.append(draft);
        }
    }

    @Test
    void eachRunSeesWhatIsStoredByThen() {
        try (SpanStore store = SpanStore.open(temporary.resolve("store"))) {
            QueryEngine engine = QueryEngine.over(store.reader());
            PreparedQuery all = engine.prepare(Query.all().limit(3));
            assertThat(all.count()).isZero();
            for (int i = 0; i < 5; i++) {
                fill(store, i, i + 1);
                assertThat(all.count()).isEqualTo(i + 1);
                try (SpanCursor found = all.find()) {
                    assertThat(found.size()).isEqualTo(Math.min(3, i + 1));
                    assertThat(found.next()).isTrue();
                    assertThat(found.view().spanId()).isEqualTo(i + 1);
                    assertThatThrownBy(all::count)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("close it");
                }
            }
        }
    }

    @Test
    void nothingIsAllocatedByARunWhateverTheNumberOfLeaves() {
        StoreConfig config =
                StoreConfig.builder().spansPerBlock(128).segmentSpans(1_024).build();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), config)) {
            fill(store, 0, SPANS);
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            StoreReader reader = store.reader();
            assertThat(reader.stats().segments()).isGreaterThan(3);
            QueryEngine engine = QueryEngine.over(reader);
            for (String query : List.of(
                    "{ span.code = 203 }",
                    "{ name = \"op 1\" && duration > 1us }",
                    "{ .user = \"user 1\" || .code > 207 }",
                    "{ }")) {
                PreparedQuery prepared = engine.prepare(Query.traceQl(query).limit(10));
                requireNone("count " + query, prepared::count);
                requireNone("find " + query, () -> visited(prepared.find()));
            }
            TraceLookup traces = engine.prepareTrace();
            requireNone("trace", () -> visited(traces.find(7, 42)));
            assertThat(visited(traces.find(7, 42))).isEqualTo(8);
            assertThat(visited(traces.find(7, 0))).isZero();
        }
    }

    private static long visited(SpanCursor spans) {
        long count = 0;
        try (spans) {
            while (spans.next()) {
                count += spans.view().startNanos() != 0 ? 1 : 0;
            }
        }
        return count;
    }

    private static void requireNone(String what, LongSupplier run) {
        long least = Long.MAX_VALUE;
        long found = run.getAsLong();
        for (int round = 0; round < 500 && least > 0; round++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            boolean same = run.getAsLong() == found;
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            if (!same) {
                throw new AssertionError("Not the same each time: " + what);
            }
        }
        assertThat(least).as("bytes allocated by %s", what).isZero();
    }

    @Test
    void aRunThatEndsEarlySaysSo() {
        TestBlocks blocks = new TestBlocks(2);
        for (int i = 1; i <= 6; i++) {
            long start = i;
            blocks.add(draft -> draft.times(start, start + 1));
        }
        Query hasty = Query.all().maxTime(Duration.ofNanos(1));
        QueryEngine engine = new QueryEngine(blocks::leaves);
        assertThat(engine.explain(hasty).ending()).isEqualTo(Ending.OUT_OF_TIME);
        assertThatThrownBy(() -> engine.count(hasty))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("OUT_OF_TIME");
        PreparedQuery[] prepared = new PreparedQuery[1];
        QueryEngine watched = new QueryEngine(() -> blocks.leaves().watched(() -> prepared[0].cancel()));
        prepared[0] = watched.prepare(Query.all());
        try (SpanCursor found = prepared[0].find()) {
            assertThat(found.outcome().ending()).isEqualTo(Ending.CANCELLED);
            assertThat(found.outcome().complete()).isFalse();
            assertThat(found.size()).isEqualTo(2);
        }
        prepared[0] = watched.prepare(Query.traceQl("{ } | count() > 0"));
        assertThat(prepared[0].tally().ending()).isEqualTo(Ending.CANCELLED);
        assertThat(prepared[0].outcome().spansMatched()).isZero();
    }
}
