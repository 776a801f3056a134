package io.offspan.bench.child;

import io.offspan.bench.measure.Memory;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockReader;
import io.offspan.core.LogFollower;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Appends spans to a store and reads them back, in a JVM whose heap is small or whose collector collects nothing.
 *
 * <p>Making spans of the workload leaves garbage, so a few thousand are made first and appended again and again, each time with other
 * trace and span ids. Arguments: directory, spans, bytes of the store's budget.
 */
public final class AppendChild {
    private static final int HELD_SPANS = 4096;
    /** Behind these the store is open, the queue loaded, and the compiler has seen everything. */
    private static final long WARM_UP_SPANS = 1_000_000;

    private final W1Drafts drafts = new W1Drafts();
    private final List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(HELD_SPANS);
    private long expectedSum;
    private long readSum;
    private long read;

    private AppendChild() {}

    public static void main(String[] arguments) throws IOException {
        new AppendChild().run(Path.of(arguments[0]), Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
        // The figures are out; a shutdown has nothing more to tell.
        System.out.flush();
    }

    private void run(Path directory, long count, long budgetBytes) throws IOException {
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .budgetBytes(budgetBytes)
                .build();
        long heapBefore = used();
        try (SpanStore store = SpanStore.open(directory, config)) {
            long begin = System.nanoTime();
            long warm = Math.min(count, WARM_UP_SPANS);
            SpanAppender appender = store.newAppender();
            append(appender, 0, warm);
            long heapWarm = used();
            append(appender, warm, count);
            if (!store.flush(Duration.ofMinutes(1))) {
                throw new IllegalStateException("The store did not write its spans to the log within a minute");
            }
            long appendNanos = System.nanoTime() - begin;
            long heapAppended = used();
            readBack(store.reader().follower(Position.START), count);
            long heapRead = used();
            if (read != count || readSum != expectedSum) {
                throw new IllegalStateException("Appended " + count + " spans and read back " + read
                        + (readSum == expectedSum ? "" : ", and their ids differ"));
            }
            System.gc();
            Figures.print(
                    "spans", read,
                    "appendNanos", appendNanos,
                    "heapBefore", heapBefore,
                    "heapWarm", heapWarm,
                    "warmSpans", warm,
                    "heapAppended", heapAppended,
                    "heapRead", heapRead,
                    "heapLive", used(),
                    "anonymousBytes", Memory.anonymousBytes(),
                    "collections", collections(),
                    "pauseMillis", pauseMillis());
        }
    }

    private void append(SpanAppender appender, long from, long to) {
        long sum = 0;
        for (long i = from; i < to; i++) {
            W1Span span = spans.get((int) (i % HELD_SPANS));
            long id = span.spanId() + i;
            drafts.fill(appender.draft(), span);
            appender.draft().ids(span.traceIdHigh(), span.traceIdLow() + i / HELD_SPANS, id);
            int result = appender.append();
            if (result != AppendResult.ACCEPTED) {
                throw new IllegalStateException("Span " + i + " was not accepted: " + AppendResult.name(result));
            }
            sum += id;
        }
        expectedSum += sum;
    }

    private void readBack(LogFollower follower, long count) {
        LogFollower.Handler handler = this::sum;
        while (read < count && follower.poll(handler) > 0) {
            // goes on until all blocks are read
        }
    }

    private void sum(BlockReader block) {
        int count = block.count();
        for (int i = 0; i < count; i++) {
            readSum += block.span(i).spanId();
        }
        read += count;
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static long pauseMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
