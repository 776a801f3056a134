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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Stores as every part of the benchmark opens and fills them: the defaults, but waiting instead of dropping. */
public final class Stores {
    /** More than a span of the workload takes, slabs and reserved segments aside. */
    private static final long BUDGET_SPAN_BYTES = 300;

    private static final long BUDGET_EXTRA_BYTES = 1L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Stores() {}

    /** Returns the settings for a store that drops nothing and keeps so many bytes. */
    public static StoreConfig waiting(long budgetBytes) {
        return StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
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
        W1Drafts drafts = new W1Drafts();
        try (SpanStore store = SpanStore.open(directory, keeping(size.spans()))) {
            SpanAppender appender = store.newAppender();
            W1Stream stream = new W1Stream(size.seed(), size.spans());
            for (W1Span span = stream.next(); span != null; span = stream.next()) {
                drafts.fill(appender.draft(), span);
                if (appender.append() != AppendResult.ACCEPTED) {
                    throw new IllegalStateException("A span of the workload was not accepted");
                }
            }
        }
        return directory;
    }
}
