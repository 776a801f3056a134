package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.Durability;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One writer, private files, any number of threads, exact counts, and no more on the disk than was allowed. */
@Timeout(300)
class StoreLifeIT {
    private static final int THREADS = 10_000;
    private static final int THREADS_AT_ONCE = 64;
    private static final int SPANS_A_THREAD = 30;

    @TempDir
    Path scratch;

    private static StoreConfig.Builder config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(16)
                .stripes(4)
                .segmentBytes(8 << 20)
                .budgetBytes(1L << 40)
                .durability(Durability.PROCESS)
                .syncInterval(Duration.ofMillis(20));
    }

    @Test
    void secondWriterOfTheSameProcessIsRefused() {
        Path directory = scratch.resolve("store");
        try (SpanStore store = SpanStore.open(directory, config().build())) {
            assertThat(store.failure()).isNull();
            assertThatThrownBy(() -> SpanStore.open(directory, config().build()))
                    .isInstanceOf(SpanStoreException.Locked.class)
                    .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
        }
        SpanStore.open(directory, config().build()).close();
    }

    @Test
    void secondWriterOfAnotherProcessIsRefusedInBothDirections() {
        Path directory = scratch.resolve("store");
        try (SpanStore store = SpanStore.open(directory, config().build())) {
            assertThat(store.failure()).isNull();
            try (ChildJvm child = ChildJvm.of(Holder.class)
                    .scratch(scratch)
                    .arguments(directory)
                    .start()) {
                assertThat(child.await(60)).as(child.report()).isZero();
                assertThat(child.output())
                        .contains("locked")
                        .contains(String.valueOf(ProcessHandle.current().pid()));
            }
        }
        try (ChildJvm child =
                ChildJvm.of(Holder.class).scratch(scratch).arguments(directory).start()) {
            awaitOpen(child);
            assertThatThrownBy(() -> SpanStore.open(directory, config().build()))
                    .isInstanceOf(SpanStoreException.Locked.class)
                    .hasMessageContaining(String.valueOf(child.pid()));
            child.kill();
        }
        SpanStore.open(directory, config().build()).close();
    }

    @Test
    void everythingIsPrivateWhateverTheUmask() throws IOException {
        Path directory = scratch.resolve("store");
        try (ChildJvm child = ChildJvm.of(Holder.class)
                .prefix("/bin/sh", "-c", "umask 000; exec \"$@\"", "sh")
                .scratch(scratch)
                .arguments(directory)
                .start()) {
            awaitOpen(child);
            List<Path> all;
            try (Stream<Path> walk = Files.walk(directory)) {
                all = walk.collect(Collectors.toList());
            }
            assertThat(all).hasSizeGreaterThan(4);
            for (Path path : all) {
                String mode = Files.isDirectory(path) ? "rwx------" : "rw-------";
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(mode);
            }
            child.kill();
        }
    }

    private static void awaitOpen(ChildJvm child) {
        while (!child.output().contains("open") && child.alive()) {
            Thread.onSpinWait();
        }
        assertThat(child.alive()).as(child.report()).isTrue();
    }

    @Test
    void tenThousandShortLivedThreadsLeaveNothingBehind() throws InterruptedException {
        AtomicLong offered = new AtomicLong();
        BitSet[] stored = new BitSet[THREADS];
        Path directory = scratch.resolve("store");
        try (SpanStore store = SpanStore.open(
                directory,
                config().overflow(OverflowPolicy.WAIT)
                        .maxWait(Duration.ofSeconds(60))
                        .build())) {
            Semaphore alive = new Semaphore(THREADS_AT_ONCE);
            for (int i = 0; i < THREADS; i++) {
                int writer = i;
                alive.acquire();
                launch(() -> {
                    try {
                        stored[writer] = appendShortly(store, writer, offered);
                    } finally {
                        alive.release();
                    }
                });
            }
            assertThat(alive.tryAcquire(THREADS_AT_ONCE, 60, TimeUnit.SECONDS)).isTrue();
            StoreCounters counters = store.counters();
            assertThat(offered.get()).isEqualTo((long) THREADS * SPANS_A_THREAD);
            assertThat(counters.get(Counter.ACCEPTED) + counters.dropped()).isEqualTo(offered.get());
            assertThat(counters.get(Counter.ACCEPTED)).isGreaterThan(offered.get() * 99 / 100);
            Census census = new Census(THREADS);
            census.count(store.reader());
            check(census, stored);
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            Census census = new Census(THREADS);
            census.count(reader);
            check(census, stored);
        }
    }

    private static BitSet appendShortly(SpanStore store, int writer, AtomicLong offered) {
        BitSet stored = new BitSet();
        SpanDraft draft = new SpanDraft();
        StampedSpan span = new StampedSpan().small();
        for (int number = 1; number <= SPANS_A_THREAD; number++) {
            span.fill(draft, writer, number);
            offered.incrementAndGet();
            stored.set(number, store.append(draft) == AppendResult.ACCEPTED);
        }
        return stored;
    }

    private static void check(Census census, BitSet[] stored) {
        assertThat(census.broken() + census.duplicates() + census.damagedBlocks())
                .isZero();
        for (int i = 0; i < stored.length; i++) {
            assertThat(census.of(i)).isEqualTo(stored[i]);
        }
    }

    /** Starts a thread of its own for a task, a virtual one where the JDK has them. */
    private static void launch(Runnable task) {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException before21) {
            new Thread(task).start();
        }
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void offeredIsStoredPlusDroppedWhenTheLogDoesNotKeepUp(OverflowPolicy policy) throws InterruptedException {
        int spans = 60_000;
        StoreConfig tight = config().slabs(4)
                .stripes(2)
                .overflow(policy)
                .maxWait(Duration.ofMillis(1))
                .build();
        Path directory = scratch.resolve("store");
        long[] accepted = new long[2];
        try (SpanStore store = SpanStore.open(directory, tight)) {
            Thread[] threads = new Thread[2];
            for (int i = 0; i < threads.length; i++) {
                int writer = i;
                threads[i] = new Thread(() -> {
                    SpanAppender appender = store.newAppender();
                    StampedSpan span = new StampedSpan();
                    for (int number = 1; number <= spans; number++) {
                        span.fill(appender.draft(), writer, number);
                        accepted[writer] += appender.append() == AppendResult.ACCEPTED ? 1 : 0;
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            StoreCounters counters = store.counters();
            assertThat(counters.get(Counter.ACCEPTED)).isEqualTo(accepted[0] + accepted[1]);
            assertThat(counters.get(Counter.ACCEPTED) + counters.dropped()).isEqualTo(2L * spans);
            assertThat(policy == OverflowPolicy.WAIT || counters.get(Counter.NO_SLAB) > 0)
                    .as("spans dropped")
                    .isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            Census census = new Census(2);
            census.count(reader);
            assertThat(census.broken() + census.duplicates()).isZero();
            assertThat((long) census.of(0).cardinality()).isEqualTo(accepted[0]);
            assertThat((long) census.of(1).cardinality()).isEqualTo(accepted[1]);
        }
    }

    @Test
    void theOldestSegmentsGiveWayToTheBudget() throws IOException, InterruptedException {
        long budget = 64L << 20;
        Path directory = scratch.resolve("store");
        StoreConfig config = config().budgetBytes(budget).build();
        int last = 0;
        StoreCounters counters;
        try (SpanStore store = SpanStore.open(directory, config)) {
            counters = store.counters();
            while (counters.get(Counter.RETIRED_SEGMENTS) < 3) {
                last = append(store, last, 10_000);
            }
            assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
            assertThat(diskBytes(directory)).isLessThanOrEqualTo(budget + 2 * config.segmentBytes());
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            Census census = new Census(1);
            census.count(reader);
            assertThat(census.of(0).nextSetBit(0)).as("the oldest span left").isGreaterThan(1);
            assertThat(census.of(0).get(last)).as("the newest span").isTrue();
            assertThat(census.of(0).cardinality() + counters.get(Counter.RETIRED_SPANS))
                    .as("spans left and spans retired")
                    .isEqualTo(last);
        }
    }

    @Test
    void segmentsBeyondTheirAgeAreDeleted() {
        Path directory = scratch.resolve("store");
        StoreConfig config = config().segmentBytes(4 << 20)
                .segmentAge(Duration.ofMillis(200))
                .maxAge(Duration.ofSeconds(1))
                .build();
        int last = 0;
        try (SpanStore store = SpanStore.open(directory, config)) {
            while (store.counters().get(Counter.RETIRED_SPANS) == 0) {
                last = append(store, last, 10);
                assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
            }
            Census census = new Census(1);
            census.count(store.reader());
            int first = census.of(0).nextSetBit(0);
            assertThat(first).isGreaterThan(1);
            assertThat(census.of(0).cardinality()).as("no gaps").isEqualTo(last - first + 1);
        }
    }

    private static int append(SpanStore store, int last, int count) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (int i = last + 1; i <= last + count; i++) {
            span.fill(appender.draft(), 0, i);
            while (appender.append() != AppendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
        }
        return last + count;
    }

    /** Returns what the directory takes on the disk; the files of a log have holes behind their last block. */
    private static long diskBytes(Path directory) throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
        try (Scanner words = new Scanner(du.getInputStream(), StandardCharsets.US_ASCII)) {
            long kilobytes = words.nextLong();
            assertThat(du.waitFor()).isZero();
            return kilobytes << 10;
        }
    }
}
