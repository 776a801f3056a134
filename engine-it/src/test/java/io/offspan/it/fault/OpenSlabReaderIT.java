package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.Durability;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers that own nothing see no torn span in slabs that are written, freed and reused under them: 2 million lines, or 100 with
 * the profile {@code gates}.
 */
@Timeout(600)
class OpenSlabReaderIT {
    private static final long LINES = Long.getLong("offspan.lines", Gate.size(500_000, 100_000_000));
    private static final int THREADS = 2;
    private static final int SECONDS = 240;
    private static final int WRITERS = 2;
    private static final int SLABS = 6;
    private static final Pattern RESULT = Pattern.compile("lines=(\\d+) torn=(\\d+)");

    @TempDir
    Path scratch;

    private volatile boolean done;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private static StoreConfig config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(SLABS)
                .stripes(WRITERS)
                .segmentBytes(8 << 20)
                .budgetBytes(64 << 20)
                .durability(Durability.PROCESS)
                .build();
    }

    @Test
    void noLineIsTorn() throws IOException, InterruptedException {
        long read;
        long torn;
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config())) {
            List<Thread> writers = startWriters(store);
            awaitReuse(store);
            try (ChildJvm process = poller(scratch.resolve("store"), LINES / (THREADS + 1), "")) {
                List<SlabPoller> pollers = startPollers(scratch.resolve("store"));
                torn = snapshots(store, pollers);
                assertThat(process.await(SECONDS + 10)).as(process.report()).isZero();
                Matcher result = RESULT.matcher(process.output());
                assertThat(result.find()).as(process.report()).isTrue();
                read = Long.parseLong(result.group(1));
                torn += Long.parseLong(result.group(2));
                for (SlabPoller poller : pollers) {
                    read += poller.lines();
                    torn += poller.torn();
                }
            }
            finish(writers);
            new Gate("open-slab-readers", 0)
                    .put("lines", read)
                    .put("torn", torn)
                    .put("appended", store.counters().get(Counter.ACCEPTED))
                    .put("blocks", store.counters().get(Counter.BLOCKS))
                    .report(torn == 0 && read >= LINES);
        }
        assertThat(failure.get()).isNull();
        assertThat(torn).isZero();
        assertThat(read).isGreaterThanOrEqualTo(LINES);
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void aReaderThatTrustsAReusedSlabIsCaught() throws InterruptedException {
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config())) {
            List<Thread> writers = startWriters(store);
            try (ChildJvm process =
                    poller(scratch.resolve("store"), Long.MAX_VALUE, "BUG_TRUSTS_REUSED_SLAB,BUG_SKIPS_SLAB_SUMS")) {
                assertThat(process.await(SECONDS + 10)).as(process.report()).isZero();
                Matcher result = RESULT.matcher(process.output());
                assertThat(result.find()).as(process.report()).isTrue();
                assertThat(Long.parseLong(result.group(2))).as("torn lines").isPositive();
            } finally {
                finish(writers);
            }
        }
    }

    private static ChildJvm poller(Path directory, long lines, String fault) {
        ChildJvm.Builder child = ChildJvm.of(SlabPoller.class)
                .scratch(directory.getParent())
                .flag("-XX:TieredStopAtLevel=4")
                .arguments(directory, lines, SECONDS);
        return (fault.isEmpty() ? child : child.property("offspan.fault", fault)).start();
    }

    /** Waits until the log takes blocks: before that, slabs are filled once and lie still. */
    private static void awaitReuse(SpanStore store) {
        long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (store.counters().get(Counter.BLOCKS) < 2 * SLABS) {
            assertThat(System.nanoTime() - deadline).as("the log takes nothing").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<Thread> startWriters(SpanStore store) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(start("writer-" + i, () -> write(store, writer)));
        }
        return writers;
    }

    private void write(SpanStore store, int writer) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (long number = 1; !done; number++) {
            span.fill(appender.draft(), writer, number & 0xff_ffff);
            if (appender.append() != AppendResult.ACCEPTED) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    /** Threads that read as another process does, through a mapping of their own. */
    private List<SlabPoller> startPollers(Path directory) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
        List<SlabPoller> pollers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (SlabFile slabs = SlabFile.openForReader(directory)) {
            for (int i = 0; i < THREADS; i++) {
                SlabPoller poller = new SlabPoller(slabs);
                pollers.add(poller);
                threads.add(start("poller-" + i, () -> poller.poll(LINES / (THREADS + 1) + 1, deadline)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return pollers;
    }

    private Thread start(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    /** Reads through snapshots, log included, while the writers run, and returns how many spans were not as they were written. */
    private long snapshots(SpanStore store, List<SlabPoller> after) {
        assertThat(after).hasSize(THREADS);
        long broken = 0;
        for (int i = 0; i < 20; i++) {
            Census census = new Census(WRITERS);
            census.count(store.reader());
            broken += census.broken() + census.duplicates() + census.damagedBlocks();
        }
        return broken;
    }

    private void finish(List<Thread> writers) throws InterruptedException {
        done = true;
        for (Thread writer : writers) {
            writer.join(Duration.ofSeconds(60).toMillis());
            assertThat(writer.isAlive()).isFalse();
        }
    }
}
