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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Spans that are appended one by one by one thread and asked for by another as soon as the append has returned, while the index runs after
 * the log: by trace, by search and by count in turn, with the newest span in every answer.
 *
 * <p>As a program it prints whether a bug that its JVM may have planted was noticed. Arguments: directory, pairs.
 */
final class FreshPairs {
    private static final int ROUTES = 4;
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
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

    private final int pairs;
    private final long[] waits;

    private volatile int appended;
    private volatile int asked;
    private volatile @Nullable Throwable failure;

    private FreshPairs(int pairs) {
        this.pairs = pairs;
        waits = new long[pairs + 1];
    }

    public static void main(String[] arguments) {
        try {
            run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            System.out.println("green after " + arguments[1]);
        } catch (AssertionError noticed) {
            String message = String.valueOf(noticed.getMessage());
            System.out.println("red: " + message.lines().findFirst().orElse(""));
        }
    }

    /** Appends and asks, and returns what is to be said of it; fails with the first answer that is wrong. */
    static Gate run(Path directory, int pairs) {
        FreshPairs fresh = new FreshPairs(pairs);
        long indexed;
        long behind;
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                SpanIndex index = SpanIndex.over(store)) {
            Thread asking = new Thread(() -> fresh.ask(store), "asking");
            asking.setDaemon(true);
            asking.setUncaughtExceptionHandler((thread, thrown) -> fresh.failure = thrown);
            asking.start();
            fresh.append(store);
            assertThat(index.failure()).isNull();
            indexed = index.counters().spansIndexed();
            behind = index.counters().scans(WhyScanned.BEHIND);
        }
        assertThat(indexed).as("spans that were indexed meanwhile").isPositive();
        Arrays.sort(fresh.waits);
        return new Gate("fresh", 0)
                .put("pairs", pairs)
                .put("indexed", indexed)
                .put("scans_behind", behind)
                .put("p50_us", fresh.waits[pairs / 2] / 1_000)
                .put("p99_us", fresh.waits[(int) (pairs * 0.99)] / 1_000);
    }

    private void append(SpanStore store) {
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= pairs; i++) {
            int number = i;
            long start = 1_000L * i;
            draft.clear().ids(7, traceOf(i), i).times(start, start + 10).name("op");
            draft.attribute("route", "route " + i % ROUTES);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
            appended = i;
            await("span " + i + " was not asked for", () -> asked >= number || failure != null);
            Throwable wrong = failure;
            if (wrong instanceof AssertionError) {
                throw new AssertionError(wrong.getMessage(), wrong);
            }
            if (wrong != null) {
                throw new IllegalStateException("The thread that asks failed at span " + i, wrong);
            }
        }
    }

    private static void await(String why, BooleanSupplier done) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(why + " within " + PATIENCE_NANOS / 1_000_000_000 + " s");
            }
            Thread.yield();
        }
    }

    private static long traceOf(int number) {
        return 1 + number / 3;
    }

    private void ask(SpanStore store) {
        QueryEngine engine = QueryEngine.over(store.reader());
        TraceLookup traces = engine.prepareTrace();
        PreparedQuery[] counts = new PreparedQuery[ROUTES];
        PreparedQuery[] searches = new PreparedQuery[ROUTES];
        for (int i = 0; i < ROUTES; i++) {
            Query query = Query.traceQl("{ span.route = \"route " + i + "\" }").limit(20);
            counts[i] = engine.prepare(query);
            searches[i] = engine.prepare(query);
        }
        for (int i = 1; i <= pairs; i++) {
            int number = i;
            await("span " + i + " was not appended", () -> appended >= number);
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
