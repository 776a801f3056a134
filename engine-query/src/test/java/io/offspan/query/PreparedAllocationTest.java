package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.SpanOrder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question that was prepared leaves nothing behind when it is asked again, however many segments there are, beside the writer or elsewhere. */
class PreparedAllocationTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SPANS = 12_000;
    private static final long MOST_BYTES = 100;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path temporary;

    @Test
    void askingAgainLeavesNoGarbage() {
        Path directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory, CONFIG)) {
            fill(store);
            try (SpanIndex index = SpanIndex.over(store)) {
                assertThat(index.await(SOON)).isTrue();
                requireNoGarbage(store.reader(), "beside the writer");
            }
            try (StoreReader outside = StoreReader.open(directory)) {
                requireNoGarbage(outside, "elsewhere");
            }
        }
    }

    private static void fill(SpanStore store) {
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < SPANS; i++) {
            draft.clear()
                    .ids(7, 1 + i / 8, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + i % 777)
                    .name("op " + i % 5);
            draft.attribute("code", 200L + i % 10).attribute("user", "user " + i % 11);
            store.append(draft);
        }
        assertThat(store.flush(SOON)).isTrue();
    }

    private static void requireNoGarbage(StoreReader reader, String where) {
        QueryEngine engine = QueryEngine.over(reader);
        TraceLookup lookup = engine.prepareTrace();
        requireBytes(0, 8, "a trace " + where, () -> {
            try (SpanCursor spans = lookup.find(7, 700)) {
                return spans.size();
            }
        });
        requireCount(engine, where, "{ span.code = 203 }", SPANS / 10);
        requireCount(engine, where, "{ span.code >= 208 }", SPANS / 5);
        requireCount(engine, where, "{ span.code != 203 && name = \"op 3\" }", SPANS / 10);
        requireCount(engine, where, "{ !(span.code = 203 || span.code = 204 || name = \"op 1\") }", SPANS * 6 / 10);
        requireCount(engine, where, "{ name != \"op 1\" && span.user < \"user 1\" }", 873);
        requireCount(engine, where, "{ duration > 775ns }", 15);
        requireFind(engine, where, Query.traceQl("{ span.code = 203 || span.code = 204 }"));
        requireFind(engine, where, Query.traceQl("{ span.code > 203 }").order(SpanOrder.SLOWEST));
        requireFind(engine, where, Query.all());
    }

    private static void requireCount(QueryEngine engine, String where, String question, long expected) {
        PreparedQuery prepared = engine.prepare(Query.traceQl(question));
        requireBytes(MOST_BYTES, expected, question + " counted " + where, prepared::count);
    }

    private static void requireFind(QueryEngine engine, String where, Query question) {
        PreparedQuery prepared = engine.prepare(question.limit(20));
        requireBytes(MOST_BYTES, 20, question + " " + where, () -> {
            try (SpanCursor spans = prepared.find()) {
                return spans.size();
            }
        });
    }

    /** Asks until it takes no more than so many bytes, which only the first times and compiling may. */
    private static void requireBytes(long most, long expected, String what, LongSupplier question) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 300 && least > most; round++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            long found = question.getAsLong();
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            if (found != expected) {
                assertThat(found).as(what).isEqualTo(expected);
            }
        }
        assertThat(least).as("bytes for %s", what).isLessThanOrEqualTo(most);
    }
}
