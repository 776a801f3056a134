package io.offspan.bench;

import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Span;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a span costs in a whole store: filled, appended, gathered and written to the log, of which the oldest segments go.
 *
 * <p>Appending waits for a free slab, so the wall time is that of the slower of caller and writer; processor time is that of both.
 */
@State(Scope.Thread)
public class AppendBenchmark extends FirstFigures {
    private static final long BUDGET_BYTES = 512L << 20;

    private @Nullable Path directory;
    private @Nullable SpanStore store;
    private @Nullable SpanAppender appender;
    private List<W1Span> spans = List.of();
    private int next;

    @Setup
    public void open() throws IOException {
        spans = new W1Generator(W1Generator.SEED).spans(SPANS);
        directory = Files.createTempDirectory("offspan-append");
        store = SpanStore.open(
                directory,
                StoreConfig.builder()
                        .budgetBytes(BUDGET_BYTES)
                        .overflow(OverflowPolicy.WAIT)
                        .maxWait(Duration.ofSeconds(10))
                        .build());
        appender = store.newAppender();
        appender.draft().resource(W1Messages.resourceEnvelope(0)).scope(W1Messages.scopeEnvelope(false));
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public void append() {
        SpanAppender to = appender;
        if (to == null) {
            throw new IllegalStateException("The store is not open");
        }
        next = next + BLOCK_SPANS & SPANS - 1;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            spans.get(next + i).fill(to.draft());
            int result = to.append();
            if (result != AppendResult.ACCEPTED) {
                throw new IllegalStateException("A span was refused: " + result);
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        if (store != null && directory != null) {
            store.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
