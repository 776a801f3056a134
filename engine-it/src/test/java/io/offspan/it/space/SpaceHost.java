package io.offspan.it.space;

import io.offspan.core.BlockCursor;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.StampedSpan;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A service in a JVM of its own: restarts often, makes many segments, looks at them with few descriptors, or just goes on. */
final class SpaceHost {
    static final String RESTART = "restart";
    static final String MAKE = "make";
    static final String LOOK = "look";
    static final String STEADY = "steady";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SPANS = 1_000;
    private static final String TEXT = "x".repeat(3_000);

    private final StampedSpan stamp = new StampedSpan().small();
    private long counter;

    private SpaceHost() {}

    public static void main(String[] arguments) throws Exception {
        SpaceHost host = new SpaceHost();
        Path directory = Path.of(arguments[1]);
        switch (arguments[0]) {
            case RESTART -> host.restart(directory, Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
            case MAKE -> host.make(directory, Integer.parseInt(arguments[2]));
            case LOOK -> host.look(directory);
            default -> host.steady(directory);
        }
    }

    /** Opens, appends and closes a store so many times. */
    private void restart(Path directory, int times, long budget) {
        StoreConfig config = StoreConfig.builder().budgetBytes(budget).build();
        for (int i = 0; i < times; i++) {
            try (SpanStore store = SpanStore.open(directory, config)) {
                append(store, SPANS);
            }
        }
        System.out.println("done");
    }

    private void append(SpanStore store, int spans) {
        SpanAppender appender = store.newAppender();
        for (int i = 0; i < spans; i++) {
            stamp.fill(appender.draft(), 0, counter);
            appender.draft().attribute("text", counter + TEXT);
            if (appender.append() == AppendResult.ACCEPTED) {
                counter++;
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
        if (!store.flush(PATIENCE)) {
            throw new IllegalStateException("not flushed", store.failure());
        }
    }

    /** Makes so many segments of one span each. */
    private void make(Path directory, int segments) {
        try (SpanStore store = SpanStore.open(directory, small(Duration.ofNanos(1)))) {
            for (int i = 0; i < segments; i++) {
                append(store, 1);
                LockSupport.parkNanos(1_100_000);
            }
        }
    }

    private static StoreConfig small(Duration segmentAge) {
        return StoreConfig.builder()
                .slabs(16)
                .slabBytes(64 << 10)
                .stripes(4)
                .maxSpanBytes(64 << 10)
                .budgetBytes(1L << 40)
                .segmentBytes(2 << 20)
                .segmentAge(segmentAge)
                .syncInterval(Duration.ofMillis(100))
                .build();
    }

    /** Opens a store for writing and twice for reading, reads all of it, and says what that takes. */
    private void look(Path directory) throws Exception {
        try (SpanStore store = SpanStore.open(directory, small(Duration.ZERO));
                StoreReader other = StoreReader.open(directory)) {
            append(store, 1);
            if (!store.awaitSynced(PATIENCE)) {
                throw new IllegalStateException("not synced", store.failure());
            }
            long spans = count(store.reader());
            System.out.println("spans=" + spans + " other=" + count(other) + " segments="
                    + other.stats().segments() + " damaged=" + other.stats().damagedBlocks() + " descriptors="
                    + entries("/proc/self/fd") + " failure=" + store.failure());
            Files.delete(Files.createTempFile("host", "x"));
        }
    }

    private static int entries(String directory) {
        String[] found = new File(directory).list();
        return found == null ? -1 : found.length;
    }

    private static long count(StoreReader reader) {
        long spans = 0;
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                spans += blocks.open().count();
            }
        }
        return spans;
    }

    /** Appends 800 spans a second for ever and says ten times a second how many are in the log. */
    private void steady(Path directory) {
        try (SpanStore store = SpanStore.open(directory, small(Duration.ZERO))) {
            SpanAppender appender = store.newAppender();
            for (int round = 0; round < 600; round++) {
                for (int i = 0; i < 80; i++) {
                    stamp.fill(appender.draft(), 0, counter);
                    appender.draft().attribute("text", counter + TEXT);
                    counter += appender.append() == AppendResult.ACCEPTED ? 1 : 0;
                    LockSupport.parkNanos(1_200_000);
                }
                System.out.println(
                        System.currentTimeMillis() + " " + store.counters().get(Counter.LOGGED_SPANS));
                System.out.flush();
            }
        }
    }
}
