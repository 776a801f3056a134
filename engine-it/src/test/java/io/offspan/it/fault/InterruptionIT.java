package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.BlockCursor;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks off in the middle of a span disturbs neither the spans before it nor those after it. */
@Timeout(300)
class InterruptionIT {
    private static final int OVERFLOWS = Gate.size(300, 3_000);
    private static final int INTERRUPTS = Gate.size(200, 2_000);
    private static final int POISONED = Gate.size(200, 2_000);
    private static final int STRIPES = 4;
    private static final long STACK_BYTES = 320 << 10;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static StoreConfig config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(32)
                .stripes(STRIPES)
                .maxSpanBytes(128 << 10)
                .segmentBytes(4 << 20)
                .budgetBytes(1L << 40)
                .syncInterval(Duration.ofMillis(20))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void stackOverflowsAtEveryDepthLeaveTheOtherSpansAlone(int threads) throws InterruptedException {
        List<StackDiver> divers = new ArrayList<>();
        CountDownLatch dived = new CountDownLatch(threads);
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> running = new ArrayList<>();
        Census census = new Census(threads);
        try (SpanStore store = SpanStore.open(directory.resolve("store"), config())) {
            for (int i = 0; i < threads; i++) {
                StackDiver diver = new StackDiver(store, i, 400_000);
                divers.add(diver);
                Runnable task = () -> {
                    try {
                        while (diver.overflows() < OVERFLOWS / threads && diver.tried() < 390_000) {
                            diver.attempt();
                            diver.dive();
                        }
                        dived.countDown();
                        end.await();
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                        dived.countDown();
                    }
                };
                Thread thread = new Thread(null, task, "diver-" + i, STACK_BYTES);
                thread.start();
                running.add(thread);
            }
            dived.await();
            assertThat(failure.get()).isNull();
            assertThat(store.flush(SOON)).as("flush").isTrue();
            assertThat(store.failure()).isNull();
            census.count(store.reader());
            check(divers, census);
        } finally {
            end.countDown();
        }
        for (Thread thread : running) {
            thread.join();
        }
        try (StoreReader reader = StoreReader.open(directory.resolve("store"))) {
            Census closed = new Census(threads);
            closed.count(reader);
            check(divers, closed);
        }
        int overflows = divers.stream().mapToInt(StackDiver::overflows).sum();
        new Gate("stack-overflows", 0)
                .put("threads", threads)
                .put("overflows", overflows)
                .put("stored", census.spans())
                .report(true);
        assertThat(overflows).isGreaterThanOrEqualTo(OVERFLOWS / threads * threads);
    }

    private static void check(List<StackDiver> divers, Census census) {
        assertThat(census.broken()).as("broken spans").isZero();
        assertThat(census.duplicates()).as("spans stored twice").isZero();
        assertThat(census.damagedBlocks()).as("damaged blocks").isZero();
        for (StackDiver diver : divers) {
            assertThat(diver.unexpected()).as("refusals").isZero();
            BitSet found = census.of(diver.writer());
            BitSet missing = new BitSet();
            for (int i = 1; i <= diver.tried(); i++) {
                missing.set(i, diver.outcome(i) == StackDiver.STORED && !found.get(i));
            }
            assertThat(missing.cardinality()).as("acknowledged and lost").isZero();
            assertThat(found.length()).as("never tried").isLessThanOrEqualTo(diver.tried() + 1);
        }
    }

    @Test
    void pendingInterruptsNeitherDisturbNorDisappear() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread;
        try (SpanStore store = SpanStore.open(directory.resolve("store"), config())) {
            byte[] request = request(store);
            thread = new Thread(() -> {
                try {
                    workInterrupted(store, request);
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            thread.start();
            thread.join();
            assertThat(failure.get()).isNull();
            assertThat(store.failure()).isNull();
        }
        try (StoreReader reader = StoreReader.open(directory.resolve("store"))) {
            Census census = new Census(2);
            census.count(reader);
            assertThat(census.of(0).cardinality()).isEqualTo(INTERRUPTS);
            assertThat(census.of(1).cardinality()).isEqualTo(1);
            assertThat(census.broken() + census.damagedBlocks()).isZero();
        }
    }

    /** One span as an OTLP request; it stays in the store. */
    private static byte[] request(SpanStore store) {
        SpanDraft draft = new SpanDraft();
        new StampedSpan().small().fill(draft, 1, 1);
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            assertThat(blocks.next()).isTrue();
            BlockReader block = blocks.open();
            return new OtlpWriter().writeRequest(block, 0, 1).toByteArray();
        }
    }

    private static void workInterrupted(SpanStore store, byte[] request) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        Census census = new Census(2);
        long repeated = 0;
        for (int i = 1; i <= INTERRUPTS; i++) {
            Thread.currentThread().interrupt();
            span.fill(appender.draft(), 0, i);
            assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
            if (i % 50 == 0) {
                OtlpReceipt receipt = store.appendOtlp(request);
                assertThat(receipt.accepted()).isEqualTo(1);
                repeated++;
            }
            if (i % 200 == 0) {
                assertThat(store.flush(SOON)).as("flush").isTrue();
                assertThat(store.awaitSynced(SOON)).as("sync").isTrue();
            }
            if (i % 100 == 0) {
                census.count(store.reader());
                assertThat(census.of(0).cardinality()).isEqualTo(i);
                try (StoreReader another = StoreReader.open(store.directory())) {
                    Census fresh = new Census(2);
                    fresh.count(another);
                    assertThat(fresh.of(0).cardinality()).isEqualTo(i);
                    assertThat(fresh.duplicates()).isEqualTo(repeated);
                }
            }
            assertThat(Thread.currentThread().isInterrupted())
                    .as("still pending")
                    .isTrue();
        }
        store.close();
        assertThat(Thread.interrupted()).as("still pending after close").isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void poisonedDraftsAreRefusedAndDisturbNothing(int threads) throws InterruptedException {
        long seed = Gate.seed();
        System.out.println("poisonedDrafts seed=" + seed);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int good = POISONED / threads;
        try (SpanStore store = SpanStore.open(directory.resolve("store"), config())) {
            List<Thread> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int writer = i;
                Thread thread = new Thread(() -> {
                    try {
                        poison(store, writer, good, new SplittableRandom(seed + writer));
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                    }
                });
                thread.start();
                running.add(thread);
            }
            for (Thread thread : running) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(store.failure()).isNull();
            assertThat(store.flush(SOON)).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory.resolve("store"))) {
            BitSet[] found = goodSpans(reader, threads);
            for (BitSet of : found) {
                assertThat(of.cardinality()).isEqualTo(good);
            }
        }
    }

    /** Alternates spans that must be stored with drafts that make the encoder stumble. */
    private static void poison(SpanStore store, int writer, int good, SplittableRandom random) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (int i = 1; i <= good; i++) {
            SpanDraft poisoned = random.nextBoolean() ? appender.draft() : new SpanDraft();
            try {
                Poison.pick(random).into(poisoned, random);
                int result = poisoned == appender.draft() ? appender.append() : store.append(poisoned);
                assertThat(result)
                        .isIn(
                                AppendResult.ACCEPTED,
                                AppendResult.TOO_LARGE,
                                AppendResult.NO_SLAB,
                                AppendResult.BUSY,
                                AppendResult.FAILED);
            } catch (RuntimeException stumbled) {
                assertThat(stumbled)
                        .as("a draft that cannot be filled so")
                        .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class);
            }
            span.fill(appender.draft(), writer, i);
            int result = appender.append();
            while (result == AppendResult.NO_SLAB || result == AppendResult.BUSY) {
                Thread.onSpinWait();
                result = appender.append();
            }
            assertThat(result).isEqualTo(AppendResult.ACCEPTED);
        }
    }

    /** Returns the numbers of the stamped spans, each of which may come once; every span of the store must be readable. */
    private static BitSet[] goodSpans(StoreReader reader, int writers) {
        BitSet[] found = new BitSet[writers];
        for (int i = 0; i < writers; i++) {
            found[i] = new BitSet();
        }
        StampedSpan stamp = new StampedSpan();
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                assertThat(block).as("a block without damage").isNotNull();
                for (int i = 0; i < block.count(); i++) {
                    if (block.span(i).traceIdHigh() == Poison.TRACE) {
                        block.span(i).validate();
                        continue;
                    }
                    assertThat(stamp.read(block.span(i)))
                            .as("as it was written")
                            .isTrue();
                    assertThat(found[stamp.writer()].get((int) stamp.counter()))
                            .as("stored once")
                            .isFalse();
                    found[stamp.writer()].set((int) stamp.counter());
                }
            }
        }
        return found;
    }

    @Test
    void draftsThatOthersChangeMeanwhileHarmOnlyThemselves() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        SpanDraft shared = new SpanDraft().clear().ids(Poison.TRACE, 1, 1);
        int good = 3_000;
        try (SpanStore store = SpanStore.open(directory.resolve("store"), config())) {
            Thread vandal = new Thread(() -> {
                SplittableRandom random = new SplittableRandom(1);
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        Poison.pick(random).into(shared, random);
                    } catch (RuntimeException expected) {
                        Thread.onSpinWait();
                    }
                }
            });
            vandal.start();
            Thread victim = new Thread(() -> {
                try {
                    appendShared(store, shared, good);
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            victim.start();
            victim.join();
            vandal.interrupt();
            vandal.join();
            assertThat(failure.get()).isNull();
            assertThat(store.failure()).isNull();
        }
        try (StoreReader reader = StoreReader.open(directory.resolve("store"))) {
            assertThat(goodSpans(reader, 1)[0].cardinality()).isEqualTo(good);
        }
    }

    private static void appendShared(SpanStore store, SpanDraft shared, int good) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (int i = 1; i <= good; i++) {
            try {
                store.append(shared);
            } catch (RuntimeException expected) {
                // The draft is nobody's at this moment; what counts is the span that follows.
                assertThat(store.failure()).isNull();
            }
            span.fill(appender.draft(), 0, i);
            int result = appender.append();
            while (result == AppendResult.NO_SLAB) {
                Thread.onSpinWait();
                result = appender.append();
            }
            assertThat(result).isEqualTo(AppendResult.ACCEPTED);
        }
    }
}
