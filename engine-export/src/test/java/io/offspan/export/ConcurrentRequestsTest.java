package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Compression;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several requests to one destination at once, over real sockets: what may overtake, and what the checkpoint says meanwhile. */
class ConcurrentRequestsTest {
    private static final int SPANS = 1_000;
    private static final int REQUESTS = 4;
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SPANS).boxed().toList();
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    static Path temporary;

    private static SpanStore store;

    private final ConcurrentLinkedQueue<Long> accepted = new ConcurrentLinkedQueue<>();
    private OtlpReceiver receiver;
    private ExportConfig.Builder config;

    @BeforeAll
    static void fill() {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, SPANS);
    }

    @org.junit.jupiter.api.AfterAll
    static void closeStore() {
        store.close();
    }

    @BeforeEach
    void open() throws IOException {
        receiver = OtlpReceiver.start();
        config = ExportConfig.builder()
                .endpoint(receiver.endpoint())
                .checkpointName("many-" + NAMES.incrementAndGet())
                .adaptive(false)
                .concurrentRequests(REQUESTS)
                .compression(Compression.NONE)
                .maxBatchBytes(8_000)
                .timeout(WAIT)
                .backoffMin(Duration.ofMillis(1))
                .probeInterval(Duration.ofMillis(1));
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    private ExportAgent start() {
        return ExportAgent.start(store, config.build());
    }

    private Reply accept(Received request) {
        accepted.addAll(request.ids());
        return Reply.ok();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void asManyAsAllowedAreUnderWayAtOnceAndNoMore() {
        CountDownLatch all = new CountDownLatch(REQUESTS);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        receiver.usually(Reply.choose(request -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            all.countDown();
            assertThat(await(all)).isTrue();
            now.decrementAndGet();
            return accept(request);
        }));
        try (ExportAgent agent = start()) {
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().flow().requests()).isEqualTo(REQUESTS);
        }
        assertThat(most).hasValue(REQUESTS);
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void theCheckpointDoesNotPassARequestThatIsNotAnswered() {
        CountDownLatch release = new CountDownLatch(1);
        receiver.usually(Reply.choose(request -> {
            if (request.ids().contains(1L)) {
                await(release);
            }
            return accept(request);
        }));
        try (ExportAgent agent = start()) {
            // Those behind the first one are answered, and then nothing more may be read.
            await(() -> agent.status().batches() == REQUESTS - 1);
            assertThat(agent.status().checkpoint()).isEqualTo(Position.START);
            assertThat(accepted).hasSizeGreaterThan(REQUESTS).doesNotContain(1L);
            release.countDown();
            assertThat(agent.drain(WAIT)).isTrue();
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void whatWasAcceptedBehindTheCheckpointIsAllThatARestartRepeats() {
        CountDownLatch release = new CountDownLatch(1);
        receiver.usually(Reply.choose(request -> {
            if (release.getCount() > 0 && request.ids().contains(1L)) {
                await(release);
                return Reply.reset();
            }
            return accept(request);
        }));
        ExportAgent agent = start();
        await(() -> agent.status().batches() == REQUESTS - 1);
        Set<Long> before = new TreeSet<>(accepted);
        agent.close();
        release.countDown();
        try (ExportAgent next = start()) {
            assertThat(next.drain(WAIT)).isTrue();
        }
        Set<Long> seen = new TreeSet<>();
        Set<Long> twice = accepted.stream().filter(id -> !seen.add(id)).collect(Collectors.toCollection(TreeSet::new));
        assertThat(twice).isEqualTo(before);
        assertThat(List.copyOf(seen)).isEqualTo(ALL);
    }

    @Test
    void whatWasSentBeforeADrainDoesNotRefuseIt() {
        drainAfter(REQUESTS, true);
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aDestinationThatIsPausedAgainAfterItsProbeRefusesADrain() {
        drainAfter(Integer.MAX_VALUE, false);
        assertThat(accepted).isEmpty();
    }

    /** Drains while requests are under way, the first of which are answered by a pause. */
    private void drainAfter(int refused, boolean drained) {
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(REQUESTS);
        receiver.usually(Reply.choose(request -> {
            boolean refuse = requests.incrementAndGet() <= refused;
            all.countDown();
            assertThat(await(all)).isTrue();
            return refuse ? Reply.answer(404) : accept(request);
        }));
        try (ExportAgent agent = ExportAgent.open(
                store.reader(), store.directory(), config.probeInterval(WAIT).build())) {
            await(() -> {
                agent.doWork();
                return requests.get() >= REQUESTS;
            });
            assertThat(agent.drain(WAIT)).isEqualTo(drained);
        }
    }

    @Test
    void aRequestThatFailsIsSentAgainByItselfAndNothingElseIs() {
        AtomicInteger failures = new AtomicInteger();
        receiver.usually(Reply.choose(request ->
                request.ids().contains(1L) && failures.incrementAndGet() <= 3 ? Reply.answer(503) : accept(request)));
        try (ExportAgent agent = start()) {
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().retries()).isEqualTo(3);
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void onlyThePoisonousSpansAreGivenUp() {
        Set<Long> poison = Set.of(1L, 2L, 333L, 334L, 700L);
        receiver.usually(Reply.choose(
                request -> request.ids().stream().anyMatch(poison::contains) ? Reply.answer(400) : accept(request)));
        try (ExportAgent agent = start()) {
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().poisonedSpans()).isEqualTo(poison.size());
        }
        assertThat(accepted)
                .containsExactlyInAnyOrderElementsOf(
                        ALL.stream().filter(id -> !poison.contains(id)).toList());
    }

    @Test
    void aSpanRefusedWhileOthersAreUnderWayIsSentAgainAfterAPause(@TempDir Path directory) {
        try (SpanStore large = TestSpans.open(directory)) {
            // Each of them is more than half a batch, and so a request of its own.
            TestSpans.appendLarge(large, 1, 6, 5_000);
            CountDownLatch refused = new CountDownLatch(1);
            CountDownLatch paused = new CountDownLatch(1);
            Set<Long> before = ConcurrentHashMap.newKeySet();
            receiver.usually(Reply.choose(request -> {
                long id = request.ids().get(0);
                if (id > REQUESTS || !before.add(id)) {
                    return accept(request);
                }
                if (id == 1) {
                    return Reply.answer(413);
                }
                await(id == 2 ? refused : paused);
                return id == 2 ? Reply.answer(401) : accept(request);
            }));
            try (ExportAgent agent = ExportAgent.start(large, config.build())) {
                await(() -> agent.status().refusals() > 0);
                refused.countDown();
                await(() -> agent.status().pauses() > 0);
                paused.countDown();
                await(() -> agent.drain(WAIT));
                assertThat(agent.status().poisonedSpans()).isZero();
            }
        }
        assertThat(new TreeSet<>(accepted)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aPauseDoesNotShortenTheWaitThatAnotherRequestWasAskedFor() {
        CountDownLatch asked = new CountDownLatch(1);
        receiver.usually(Reply.choose(request -> {
            if (request.ids().contains(1L)) {
                return Reply.answer(503, "Retry-After", "3600");
            }
            await(asked);
            return Reply.answer(401);
        }));
        try (ExportAgent agent = start()) {
            await(() -> agent.status().retries() > 0);
            Instant wanted = agent.status().nextAttempt();
            asked.countDown();
            await(() -> agent.status().pauses() > 0);
            // Five minutes are the most, and a busy machine takes seconds between two looks at its clocks.
            assertThat(agent.status().nextAttempt()).isAfter(wanted.minus(WAIT));
        }
    }

    @Test
    void whatWasAcceptedBeforeARefusalGivesNothingUp() {
        CountDownLatch others = new CountDownLatch(1);
        receiver.usually(Reply.choose(request -> {
            if (request.ids().contains(1L)) {
                await(others);
            }
            return others.getCount() > 0 ? accept(request) : Reply.answer(400);
        }));
        try (ExportAgent agent = start()) {
            await(() -> agent.status().batches() == REQUESTS - 1);
            others.countDown();
            await(() -> agent.status().pauses() > 1);
            assertThat(agent.status().poisonedSpans()).isZero();
            assertThat(agent.status().checkpoint()).isEqualTo(Position.START);
        }
    }

    @Test
    void aDestinationThatRefusesEverythingAtOnceLosesNothing() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        receiver.usually(Reply.choose(request -> refuses.get() ? Reply.answer(400) : accept(request)));
        try (ExportAgent agent = start()) {
            await(() -> agent.status().pauses() > 1);
            assertThat(agent.status().checkpoint()).isEqualTo(Position.START);
            assertThat(agent.status().poisonedSpans()).isZero();
            refuses.set(false);
            await(() -> agent.drain(WAIT));
            // What was refused just before others were accepted counts as refused by itself.
            assertThat(agent.status().poisonedSpans() + new TreeSet<>(accepted).size())
                    .isEqualTo(SPANS);
            assertThat(agent.status().poisonedSpans()).isLessThanOrEqualTo(Suspects.MOST);
        }
    }

    @Test
    void partialSuccessIsCountedForEachOfThem() {
        receiver.usually(Reply.choose(request -> {
            accept(request);
            return Reply.partial(1, "old");
        }));
        try (ExportAgent agent = start()) {
            assertThat(agent.drain(WAIT)).isTrue();
            assertThat(agent.status().rejectedSpans()).isEqualTo(agent.status().batches());
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aLimitOnBytesIsNoReasonToSendMoreAtOnce() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config
                    .adaptive(true)
                    .concurrentRequests(REQUESTS)
                    .maxBatchBytes(8_000)
                    .compression(Compression.NONE)
                    .bytesPerSecond(10_000);
            to.run();
            for (int seconds = 0; seconds < 5; seconds++) {
                to.runAfter(Duration.ofSeconds(1));
            }
            assertThat(to.agent().status().spans()).isPositive().isLessThan(SPANS);
            assertThat(to.agent().decisions()).isEmpty();
        }
    }

    @Test
    void spansAndBytesASecondKeepTheirLimits() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config
                    .adaptive(false)
                    .maxBatchBytes(8_000)
                    .compression(Compression.NONE)
                    .spansPerSecond(100);
            ExportStatus first = to.run();
            assertThat(first.state()).isEqualTo(State.SENDING);
            int seconds = 1;
            for (ExportStatus status = first; status.spans() < SPANS; seconds++) {
                assertThat(status.spans()).isLessThanOrEqualTo(100L * seconds + 100);
                status = to.runAfter(Duration.ofSeconds(1));
            }
            assertThat(seconds).isBetween(8, 11);
        }
        try (TestDestination to = new TestDestination(store)) {
            to.config
                    .adaptive(false)
                    .maxBatchBytes(8_000)
                    .compression(Compression.NONE)
                    .bytesPerSecond(10_000);
            ExportStatus status = to.run();
            long seconds = 1;
            for (; status.spans() < SPANS; seconds++) {
                assertThat(status.wireBytes()).isLessThanOrEqualTo(10_000 * seconds + 8_000);
                status = to.runAfter(Duration.ofSeconds(1));
            }
            assertThat(seconds).isBetween(status.wireBytes() / 10_000 - 1, status.wireBytes() / 10_000 + 2);
        }
    }
}
