package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.TraceLookup;
import io.offspan.query.keep.WhyScanned;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A question of another thread that begins after an append returned has its span, while the index runs after the log: by trace, by search
 * and by count in turn.
 */
@Timeout(300)
class FreshIT {
    private static final int PAIRS = Gate.size(3_000, 50_000);
    private static final int ROUTES = 4;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabBytes(64 << 10)
            .slabs(8)
            .stripes(2)
            .spansPerBlock(64)
            .maxSpanBytes(128 << 10)
            .segmentSpans(8_192)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();

    @TempDir
    Path scratch;

    private volatile int appended;
    private volatile int asked;

    @Test
    void theNewestSpanIsInEveryAnswer() throws InterruptedException {
        long[] waits = new long[PAIRS + 1];
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long indexed;
        long behind;
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), CONFIG);
                SpanIndex index = SpanIndex.over(store)) {
            Thread asking = new Thread(() -> ask(store, waits), "asking");
            asking.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
            asking.start();
            SpanDraft draft = new SpanDraft();
            for (int i = 1; i <= PAIRS && failure.get() == null; i++) {
                long start = 1_000L * i;
                draft.clear().ids(7, traceOf(i), i).times(start, start + 10).name("op");
                draft.attribute("route", "route " + i % ROUTES);
                assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
                appended = i;
                while (asked < i && failure.get() == null) {
                    Thread.yield();
                }
            }
            asking.join();
            assertThat(failure.get()).isNull();
            assertThat(index.failure()).isNull();
            indexed = index.counters().spansIndexed();
            behind = index.counters().scans(WhyScanned.BEHIND);
        }
        Arrays.sort(waits);
        new Gate("fresh", 0)
                .put("pairs", PAIRS)
                .put("indexed", indexed)
                .put("scans_behind", behind)
                .put("p50_us", waits[PAIRS / 2] / 1_000)
                .put("p99_us", waits[(int) (PAIRS * 0.99)] / 1_000)
                .report(true);
        assertThat(indexed).as("spans that were indexed meanwhile").isPositive();
    }

    private static long traceOf(int number) {
        return 1 + number / 3;
    }

    private void ask(SpanStore store, long[] waits) {
        QueryEngine engine = QueryEngine.over(store.reader());
        TraceLookup traces = engine.prepareTrace();
        PreparedQuery[] counts = new PreparedQuery[ROUTES];
        PreparedQuery[] searches = new PreparedQuery[ROUTES];
        for (int i = 0; i < ROUTES; i++) {
            Query query = Query.traceQl("{ span.route = \"route " + i + "\" }").limit(20);
            counts[i] = engine.prepare(query);
            searches[i] = engine.prepare(query);
        }
        for (int i = 1; i <= PAIRS; i++) {
            while (appended < i) {
                if (Thread.interrupted()) {
                    return;
                }
                Thread.yield();
            }
            long begin = System.nanoTime();
            String what = "span " + i;
            int route = i % ROUTES;
            switch (i % 3) {
                case 0 -> requireLast(what + " by trace", traces.find(7, traceOf(i)), i);
                case 1 -> requireFirst(what + " by search", searches[route].find(), i);
                default ->
                    assertThat(counts[route].count())
                            .as(what + " by count")
                            .isEqualTo((i - route) / ROUTES + (route == 0 ? 0 : 1));
            }
            waits[i] = System.nanoTime() - begin;
            asked = i;
        }
    }

    private static void requireFirst(String what, SpanCursor newestFirst, int span) {
        try (newestFirst) {
            assertThat(newestFirst.next()).as(what).isTrue();
            assertThat(newestFirst.view().spanId()).as(what).isEqualTo(span);
        }
    }

    private static void requireLast(String what, SpanCursor oldestFirst, int span) {
        long last = 0;
        try (oldestFirst) {
            while (oldestFirst.next()) {
                last = oldestFirst.view().spanId();
            }
        }
        assertThat(last).as(what).isEqualTo(span);
    }
}
