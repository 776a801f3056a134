package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exporter on its own thread, beside a host that must never notice it. */
class AgentLifeTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    private SpanStore store;
    private OtlpReceiver receiver;
    private ExportConfig.Builder config;

    @BeforeEach
    void open() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        receiver = OtlpReceiver.start();
        config = ExportConfig.builder().endpoint(receiver.endpoint());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        receiver.close();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void spansGoOutAsTheyComeWithoutBeingAskedFor() {
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            for (int i = 1; i <= 5; i++) {
                TestSpans.append(store, i, i);
                int sent = i;
                await(() -> agent.status().spans() == sent && agent.status().state() == State.IDLE);
            }
        }
        assertThat(receiver.ids()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aHostThatKeepsTheCommonPoolBusyHoldsUpNoAnswer() {
        CountDownLatch done = new CountDownLatch(1);
        ForkJoinPool pool = ForkJoinPool.commonPool();
        for (int i = 0; i <= pool.getParallelism(); i++) {
            pool.execute(() -> {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        TestSpans.append(store, 1, 5);
        try (ExportAgent agent =
                ExportAgent.start(store, config.timeout(WAIT.multipliedBy(2)).build())) {
            assertThat(agent.drain(WAIT)).isTrue();
        } finally {
            done.countDown();
        }
        assertThat(receiver.ids()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void drainSaysAtOnceThatADestinationIsPausedAndProbesItWhenAskedAgain() {
        receiver.usually(Reply.answer(401));
        TestSpans.append(store, 1, 10);
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            assertThat(agent.drain(WAIT)).isFalse();
            assertThat(agent.status().state()).isEqualTo(State.PAUSED);
            assertThat(agent.status().lagSpans()).isEqualTo(10);
            receiver.usually(Reply.ok());
            assertThat(agent.drain(WAIT)).isTrue();
        }
    }

    @Test
    void drainGivesUpInTime() {
        receiver.usually(Reply.answer(503));
        TestSpans.append(store, 1, 10);
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            assertThat(agent.drain(Duration.ofMillis(100))).isFalse();
        }
    }

    @Test
    void closeBreaksOffARequestThatIsNeverAnswered() {
        receiver.usually(Reply.silence());
        TestSpans.append(store, 1, 10);
        config.timeout(Duration.ofMinutes(5));
        ExportAgent agent = ExportAgent.start(store, config.build());
        await(() -> receiver.received().size() == 1);
        long start = System.nanoTime();
        agent.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(2));
        assertThat(agent.status().state()).isEqualTo(State.CLOSED);
        // Nothing was wrong with the destination.
        assertThat(agent.status().retries()).isZero();
        assertThat(agent.status().lastError()).isEmpty();
        receiver.usually(Reply.ok());
        try (ExportAgent next = ExportAgent.start(store, config.build())) {
            assertThat(next.drain(WAIT)).isTrue();
            assertThat(next.status().spans()).isEqualTo(10);
        }
    }

    @Test
    void closeJustBeforeARequestIsMadeIsNoFailure() {
        TestSpans.append(store, 1, 10);
        AtomicReference<ExportAgent> self = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        config.requestScope(request -> {
            awaitQuietly(known);
            self.get().close();
            request.run();
        });
        ExportAgent agent = ExportAgent.start(store, config.build());
        self.set(agent);
        known.countDown();
        await(() -> agent.status().state() == State.CLOSED || agent.status().state() == State.FAILED);
        assertThat(agent.status().state()).as(agent.status().reason()).isEqualTo(State.CLOSED);
        assertThat(agent.status().lastError()).isEmpty();
        assertThat(agent.status().retries()).isZero();
        assertThat(receiver.visitors()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void requestsAreMadeWithinTheScopeOnTheExportersThread() {
        List<String> threads = new ArrayList<>();
        TestSpans.append(store, 1, 10);
        config.requestScope(request -> {
            int before = receiver.received().size();
            request.run();
            threads.add(Thread.currentThread().getName() + " "
                    + (receiver.received().size() - before));
        });
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            assertThat(agent.drain(WAIT)).isTrue();
        }
        assertThat(threads).containsExactly("offspan-export 1");
    }

    @Test
    void aFailureOfItsOwnEndsTheExporterAndNothingElse() {
        TestSpans.append(store, 1, 10);
        config.requestScope(request -> {
            throw new StackOverflowError("planted");
        });
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            assertThat(agent.drain(WAIT)).isFalse();
            assertThat(agent.status().state()).isEqualTo(State.FAILED);
            assertThat(agent.status().reason()).contains("StackOverflowError");
            assertThat(store.failure()).isNull();
            // The name is free again for an exporter that works.
            await(() -> !System.getProperties().containsKey(held()));
        }
        try (ExportAgent next =
                ExportAgent.start(store, config.requestScope(Runnable::run).build())) {
            assertThat(next.drain(WAIT)).isTrue();
        }
    }

    @Test
    void aFailureWhileItEndsNeitherReachesTheHostNorKeepsTheName() {
        AtomicBoolean broken = new AtomicBoolean();
        config.clock(new ExportClock(
                () -> {
                    if (broken.get()) {
                        throw new IllegalStateException("planted");
                    }
                    return System.nanoTime();
                },
                System::currentTimeMillis,
                () -> 1.0));
        ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config.build());
        broken.set(true);
        assertThat(agent.doWork()).isZero();
        agent.close();
        assertThat(agent.status().state()).isEqualTo(State.FAILED);
        assertThat(System.getProperties().containsKey(held())).isFalse();
    }

    private String held() {
        try {
            return "io.offspan.held:" + store.directory().toRealPath().resolve("checkpoints/otlp");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aScopeThatForgetsTheRequestIsAFailureNotALoss() {
        TestSpans.append(store, 1, 10);
        try (ExportAgent agent =
                ExportAgent.start(store, config.requestScope(request -> {}).build())) {
            assertThat(agent.drain(WAIT)).isFalse();
            assertThat(agent.status().state()).isEqualTo(State.FAILED);
            assertThat(agent.status().spans()).isZero();
        }
    }

    @Test
    void aStoreThatClosesFirstEndsTheExporterQuietly() {
        TestSpans.append(store, 1, 10);
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            store.close();
            await(() -> agent.status().state() == State.FAILED);
            assertThat(agent.drain(WAIT)).isFalse();
        }
    }

    @Test
    void anInterruptOfWhoeverDrainsHarmsNothing() {
        TestSpans.append(store, 1, 10);
        try (ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config.build())) {
            Thread.currentThread().interrupt();
            agent.drain(Duration.ofSeconds(1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(agent.drain(WAIT)).isTrue();
        }
        assertThat(receiver.received().get(receiver.received().size() - 1).ids())
                .hasSize(10);
    }

    @Test
    void anotherProcessMayExportBesideTheWriterAndAfterIt() {
        TestSpans.append(store, 1, 10);
        Path directory = store.directory();
        try (StoreReader reader = StoreReader.open(directory)) {
            try (ExportAgent agent = ExportAgent.start(reader, directory, config.build())) {
                assertThat(agent.drain(WAIT)).isTrue();
                TestSpans.append(store, 11, 20);
                assertThat(agent.drain(WAIT)).isTrue();
                store.close();
                assertThat(agent.drain(WAIT)).isTrue();
            }
        }
        assertThat(receiver.ids())
                .isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
    }

    @Test
    void segmentsDeletedBeforeTheyWereSentAreSkippedAndSaid() throws IOException {
        TestSpans.append(store, 1, 100);
        store.close();
        // With slabs made anew an opening does not continue the last segment.
        Files.delete(temporary.resolve("store").resolve("slabs"));
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 101, 120);
        try (StoreReader beside = StoreReader.open(store.directory());
                ExportAgent agent = ExportAgent.open(
                        beside, store.directory(), config.maxBatchBytes(1024).build())) {
            assertThat(agent.doWork()).isEqualTo(1);
            try (Stream<Path> files = Files.list(store.directory().resolve("log"))) {
                Path oldest = files.filter(file -> file.toString().endsWith(".cq4"))
                        .sorted()
                        .findFirst()
                        .orElseThrow();
                Files.delete(oldest);
            }
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().skippedByRetention()).isEqualTo(1);
        }
        assertThat(receiver.ids()).contains(120L).doesNotContain(100L).doesNotHaveDuplicates();
    }

    @Test
    void anEmptyStoreIsDrainedAtOnceAndOneThatIsNoneRefused() throws IOException {
        try (ExportAgent agent = ExportAgent.start(store, config.build())) {
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().batches()).isZero();
        }
        Path nothing = Files.createDirectory(temporary.resolve("nothing"));
        assertThatThrownBy(() -> StoreReader.open(nothing))
                .isInstanceOf(io.offspan.core.value.SpanStoreException.NotAStore.class);
    }

    @Test
    void steadySendingMakesLittleGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config.build())) {
            // Buffers grow to what a request needs once, and a status is written about once a second.
            TestSpans.append(store, 1, 6_000);
            assertThat(agent.drain(WAIT)).isTrue();
            long bytes = Long.MAX_VALUE;
            for (int last = 10_000; last <= 26_000 && bytes / 4000 >= 40; last += 4_000) {
                TestSpans.append(store, last - 3_999, last);
                long before = threads.getCurrentThreadAllocatedBytes();
                int sent = agent.doWork();
                bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
                assertThat(sent).isEqualTo(1);
                assertThat(agent.status().spans()).isEqualTo(last);
            }
            System.out.printf(
                    "export of 4,000 spans: %.1f bytes allocated a span on the exporter's thread%n", bytes / 4000.0);
            assertThat(bytes / 4000).isLessThan(40);
        }
    }
}
