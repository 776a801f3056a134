package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.bench.suite.LaggingIndex;
import io.offspan.bench.suite.LaggingIndex.Lag;
import io.offspan.bench.suite.Stores;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far an index is behind a writer at a pace, beside a thread that asks without a pause: bounded, made up for, and in no answer. */
class LagIT {
    private static final long RATE = Gate.size(20_000, 200_000);
    private static final long SPANS = RATE * Gate.size(1, 20);
    /** A smoke form ends by its spans, however long they take. */
    private static final long MOST_SECONDS = Gate.size(600, 20);

    private static final long WARM_UP_SECONDS = 3;
    /** What else the machine does may stand in the way of one or two. */
    private static final int TRIES = 3;

    private static final long MOST_BEHIND = 65_536;
    /** A pace that was not reached says nothing about the index. */
    private static final double REACHED = 0.9;

    @TempDir
    Path scratch;

    @Test
    @Tag(Gate.AT_LENGTH)
    void anIndexIsLessThanAChunkBehindAWriterAtAPace() {
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config((TRIES + 1) * SPANS));
                SpanIndex index = SpanIndex.over(store)) {
            LaggingIndex lagging = new LaggingIndex(store, index);
            long spans = lagging.keepingUp(RATE, WARM_UP_SECONDS, SPANS).spans();
            long mostBehind = Long.MAX_VALUE;
            for (int i = 0; i < TRIES && mostBehind >= MOST_BEHIND; i++) {
                Lag lag = lagging.keepingUp(RATE, MOST_SECONDS, SPANS);
                spans += lag.spans();
                requireNothingLost(store, spans, lag);
                Gate gate = gate("lag", lag).put("bound", MOST_BEHIND);
                if (lag.rate() < REACHED * RATE) {
                    gate.notRun("the writer did not reach " + RATE + " spans/s on this machine");
                    return;
                }
                mostBehind = lag.mostBehind();
                gate.report(mostBehind < MOST_BEHIND);
            }
            assertThat(mostBehind).as("at best, of %d times", TRIES).isLessThan(MOST_BEHIND);
        }
    }

    @Test
    void anIndexThatIsTooSlowFallsBehindAndCatchesUpAgain() {
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config(SPANS));
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            Lag lag = new LaggingIndex(store, index).atHalfThePace(RATE, MOST_SECONDS, SPANS);
            String line = gate("lag-at-twice-the-capacity", lag).report(lag.left() > lag.spans() / 4);
            requireNothingLost(store, lag.spans(), lag);
            assertThat(lag.left()).as(line).isGreaterThan(lag.spans() / 4);
            assertThat(index.lag()).isZero();
            assertThat(index.counters().spansIndexed()).isGreaterThanOrEqualTo(lag.spans());
        }
    }

    /** The defaults at length; else small slabs, so that few spans come to the log one block after another. */
    private static StoreConfig config(long spans) {
        StoreConfig.Builder small = StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(16)
                .spansPerBlock(64)
                .maxSpanBytes(64 << 10)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofMinutes(1));
        return Gate.size(1, 0) == 1 ? small.build() : Stores.keeping(spans);
    }

    private static Gate gate(String name, Lag lag) {
        return new Gate(name, 0)
                .put("spans", lag.spans())
                .put("rate", Math.round(lag.rate()))
                .put("most_behind", lag.mostBehind())
                .put("left", lag.left())
                .put("caught_up_ms", String.format(Locale.ROOT, "%.0f", lag.caughtUpMillis()))
                .put("asked", lag.asked())
                .put("wrong", lag.wrong());
    }

    private static void requireNothingLost(SpanStore store, long spans, Lag lag) {
        assertThat(lag.wrong()).as("wrong answers among %d", lag.asked()).isZero();
        assertThat(lag.asked()).isGreaterThan(1);
        assertThat(store.counters().get(Counter.LOGGED_SPANS)).isEqualTo(spans);
        assertThat(QueryEngine.over(store.reader()).count(Query.all())).isEqualTo(spans);
    }
}
