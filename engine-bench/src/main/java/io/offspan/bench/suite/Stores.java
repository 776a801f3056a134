package io.offspan.bench.suite;

import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Span;
import io.offspan.bench.w1.W1Stream;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.SpanIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Stores as every part of the benchmark opens and fills them: the defaults, but waiting instead of dropping. */
public final class Stores {
    /** More than a span of the workload takes, slabs and reserved segments aside. */
    private static final long BUDGET_SPAN_BYTES = 300;

    private static final long BUDGET_EXTRA_BYTES = 1L << 30;
    private static final long BUDGET_SEGMENT_BYTES = 8L << 20;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Stores() {}

    /** Returns the settings for a store that drops nothing and keeps so many bytes. */
    public static StoreConfig waiting(long budgetBytes) {
        return StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(MAX_WAIT)
                .budgetBytes(budgetBytes)
                .build();
    }

    /** Returns the settings for a store that keeps so many spans of the workload. */
    public static StoreConfig keeping(long spans) {
        return waiting(BUDGET_EXTRA_BYTES + spans * BUDGET_SPAN_BYTES);
    }

    /** Waits until every span is in the log. */
    static void flush(SpanStore store, Duration patience) {
        if (!store.flush(patience)) {
            throw new IllegalStateException("The store did not write its spans to the log within " + patience);
        }
    }

    /** Returns how many spans are in the log. */
    static long logged(SpanStore store) {
        flush(store, PATIENCE);
        return store.counters().get(Counter.LOGGED_SPANS);
    }

    /** Returns the directory of a closed store with the whole workload, appended draft by draft; made when it is first asked for. */
    static Path filled(RunSize size, Suite.Steps steps) throws IOException {
        Path directory = size.scratch().resolve("w1");
        if (Files.isDirectory(directory)) {
            return directory;
        }
        steps.next("filling a store with the workload");
        try (SpanStore store = SpanStore.open(directory, keeping(size.spans()))) {
            fill(store, size, span -> span);
        }
        return directory;
    }

    /** Makes a closed store with the whole workload, spans as a function makes them of it, in sealed segments of so many spans. */
    static void fillSealed(Path directory, RunSize size, int segmentSpans, UnaryOperator<W1Span> as) {
        long segments = size.spans() / segmentSpans + 1;
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(MAX_WAIT)
                .budgetBytes(BUDGET_EXTRA_BYTES + size.spans() * BUDGET_SPAN_BYTES + segments * BUDGET_SEGMENT_BYTES)
                .segmentSpans(segmentSpans)
                .build();
        try (SpanStore store = SpanStore.open(directory, config);
                SpanIndex index = SpanIndex.over(store)) {
            fill(store, size, as);
            flush(store, PATIENCE);
            if (!index.await(PATIENCE)) {
                throw new IllegalStateException("The store was not sealed within " + PATIENCE, index.failure());
            }
        }
    }

    private static void fill(SpanStore store, RunSize size, UnaryOperator<W1Span> as) {
        W1Drafts drafts = new W1Drafts();
        SpanAppender appender = store.newAppender();
        W1Stream stream = new W1Stream(size.seed(), size.spans());
        for (W1Span span = stream.next(); span != null; span = stream.next()) {
            drafts.fill(appender.draft(), as.apply(span));
            if (appender.append() != AppendResult.ACCEPTED) {
                throw new IllegalStateException("A span of the workload was not accepted");
            }
        }
    }
}
