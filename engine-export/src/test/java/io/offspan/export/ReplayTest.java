package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.export.ReplayStatus.State;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans sent once more to a receiver on a real socket, by a clock that goes on only while the replay waits; 400 spans, four a second. */
class ReplayTest {
    private static final int SPANS = 400;
    private static final long SECOND = 1_000_000_000L;
    private static final long EPOCH = 1_700_000_000L * SECOND;

    @TempDir
    static Path temporary;

    private static SpanStore store;

    private final AtomicLong nanos = new AtomicLong(77);
    private final Map<Long, Long> arrivals = new TreeMap<>();
    private OtlpReceiver receiver;
    private ExportConfig.Builder config;

    @BeforeAll
    static void fill() {
        store = TestSpans.open(temporary.resolve("store"));
        append(1, SPANS);
    }

    private static void append(long first, long last) {
        SpanDraft draft = new SpanDraft();
        for (long id = first; id <= last; id++) {
            long end = EPOCH + id * SECOND / 4;
            draft.clear().ids(0x1111, id / 10, id).times(end - 1_000, end).name("span " + id % 7);
            while (store.append(draft) != AppendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
        }
        assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @BeforeEach
    void start() throws IOException {
        receiver = OtlpReceiver.start();
        receiver.usually(Reply.choose(request -> {
            request.ids().forEach(id -> arrivals.put(id, nanos.get() - 77));
            return Reply.ok();
        }));
        config = ExportConfig.builder()
                .endpoint(receiver.endpoint())
                .clock(new ExportClock(nanos::get, () -> EPOCH / 1_000_000, () -> 1.0));
    }

    @AfterEach
    void stop() throws IOException {
        receiver.close();
    }

    private ReplayStatus run(ReplayPlan plan) {
        try (Replay replay = Replay.open(store.reader(), config.build(), plan)) {
            int steps = 0;
            while (!replay.status().state().over()) {
                nanos.addAndGet(replay.step());
                assertThat(++steps).as("steps of %s", replay.status()).isLessThan(10_000);
            }
            return replay.status();
        }
    }

    private static List<Long> ids(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static long startOf(long id) {
        return EPOCH + id * SECOND / 4 - 1_000;
    }

    @Test
    void aRangeOfTimeIsSentInTheOrderOfTheLogAndNoCheckpointIsMade() {
        ReplayStatus status = run(ReplayPlan.everything().between(startOf(30), startOf(171)));
        assertThat(receiver.ids()).isEqualTo(ids(30, 170));
        assertThat(status.state()).isEqualTo(State.DONE);
        assertThat(status.spans()).isEqualTo(141);
        assertThat(store.directory().resolve("checkpoints")).doesNotExist();
    }

    @Test
    void spansComeInTheTimeInWhichTheyCameOrAScaledOne() {
        run(ReplayPlan.everything());
        assertThat(arrivals).hasSize(SPANS);
        arrivals.forEach((id, time) -> assertThat(time).isEqualTo((id - 1) * SECOND / 4));

        arrivals.clear();
        nanos.set(77);
        run(ReplayPlan.everything().atSpeed(0.5));
        arrivals.forEach((id, time) -> assertThat(time).isEqualTo((id - 1) * SECOND / 2));

        arrivals.clear();
        nanos.set(77);
        receiver.received().clear();
        run(ReplayPlan.everything().atSpeed(10));
        assertThat(receiver.received())
                .as("spans of a tenth of a second together")
                .hasSizeBetween(100, 120);
        arrivals.forEach((id, time) -> assertThat((id - 1) * SECOND / 40 - time).isBetween(0L, SECOND / 10));

        arrivals.clear();
        nanos.set(77);
        ReplayStatus status = run(ReplayPlan.everything().atSpeed(Double.POSITIVE_INFINITY));
        assertThat(arrivals.values()).containsOnly(0L);
        assertThat(status.latestNanos()).isZero();
    }

    @Test
    void withoutAPaceNothingIsLateHoweverLongTheDestinationTakes() {
        receiver.usually(Reply.choose(request -> {
            nanos.addAndGet(5 * SECOND);
            return Reply.ok();
        }));
        config.maxBatchBytes(2_000);
        assertThat(run(ReplayPlan.everything().atSpeed(1e6)).latestNanos()).isGreaterThan(SECOND);
        ReplayStatus status = run(ReplayPlan.everything().atSpeed(Double.POSITIVE_INFINITY));
        assertThat(status.batches()).isGreaterThan(1);
        assertThat(status.latestNanos()).isZero();
    }

    @Test
    void timesWithoutASpanAreShortenedToTheLongestPause() {
        run(ReplayPlan.everything().withPausesUpTo(Duration.ofMillis(100)));
        arrivals.forEach((id, time) -> assertThat(time).isEqualTo((id - 1) * SECOND / 10));
    }

    @Test
    void theSameStoreAndSeedGiveTheSameRequestsAndAnotherSeedOtherTraces() {
        ReplayPlan plan = ReplayPlan.everything().atSpeed(20);
        List<List<Received>> runs = new ArrayList<>();
        for (long seed : new long[] {42, 42, 43}) {
            receiver.received().clear();
            run(plan.ofShare(0.5, seed));
            runs.add(List.copyOf(receiver.received()));
        }
        assertThat(runs.get(0)).extracting(Received::message).isEqualTo(messages(runs.get(1)));
        assertThat(messages(runs.get(0))).isNotEqualTo(messages(runs.get(2)));
        List<Long> ids =
                runs.get(0).stream().flatMap(each -> each.ids().stream()).toList();
        assertThat(ids).hasSizeBetween(SPANS / 4, 3 * SPANS / 4);
        // Traces are taken whole.
        List<Long> whole = ids(1, SPANS).stream()
                .filter(id -> ids.contains(Math.max(1, id / 10 * 10)))
                .toList();
        assertThat(ids).isEqualTo(whole);
    }

    private static List<?> messages(List<Received> run) {
        return run.stream().map(Received::message).toList();
    }

    @Test
    void whatIsAppendedAfterItsBeginningIsNotPartOfIt() {
        try (SpanStore growing = TestSpans.open(temporary.resolve("growing"))) {
            TestSpans.append(growing, 1, 100);
            ReplayPlan plan = ReplayPlan.everything();
            try (Replay replay = Replay.open(growing.reader(), config.build(), plan)) {
                replay.step();
                TestSpans.append(growing, 101, 200);
                while (!replay.status().state().over()) {
                    nanos.addAndGet(replay.step());
                }
            }
        }
        assertThat(receiver.ids()).isEqualTo(ids(1, 100));
    }

    @Test
    void aBusyDestinationGetsTheSameRequestAgainAndLaterOnesAfterIt() {
        receiver.then(Reply.answer(503), Reply.reset(), Reply.answer(429, "Retry-After", "7"));
        ReplayStatus status =
                run(ReplayPlan.everything().between(startOf(1), startOf(41)).atSpeed(10));
        assertThat(status.state()).isEqualTo(State.DONE);
        assertThat(status.retries()).isEqualTo(3);
        assertThat(status.spans()).isEqualTo(40);
        assertThat(nanos.get()).isGreaterThan(7 * SECOND);
        assertThat(status.latestNanos()).as("how late those behind it were").isGreaterThan(6 * SECOND);
        assertThat(arrivals.keySet()).containsExactlyElementsOf(ids(1, 40));
    }

    @Test
    void oneThatStaysAwayIsGivenUp() throws IOException {
        receiver.close();
        ReplayStatus status = run(ReplayPlan.everything().givingUpAfter(Duration.ofSeconds(10)));
        assertThat(status.state()).isEqualTo(State.GIVEN_UP);
        assertThat(status.reason()).isNotEmpty();
        assertThat(nanos.get()).isBetween(10 * SECOND, 60 * SECOND);
    }

    @Test
    void exactlyTheSpansRefusedByThemselvesAreLeftOut() {
        receiver.usually(Reply.choose(request -> {
            if (request.ids().contains(123L) || request.ids().contains(200L)) {
                return Reply.answer(400);
            }
            request.ids().forEach(id -> arrivals.put(id, 0L));
            return Reply.ok();
        }));
        ReplayStatus status = run(
                ReplayPlan.everything().between(startOf(1), startOf(SPANS + 1)).atSpeed(Double.POSITIVE_INFINITY));
        assertThat(status.refusedSpans()).isEqualTo(2);
        assertThat(arrivals.keySet()).doesNotContain(123L, 200L).contains(122L, 124L, 199L, 201L);
        assertThat(arrivals.keySet().stream().filter(id -> id <= SPANS)).hasSize(SPANS - 2);
    }

    @Test
    void aDestinationThatTakesNothingEndsIt() {
        receiver.usually(Reply.answer(401));
        assertThat(run(ReplayPlan.everything()).state()).isEqualTo(State.REFUSED);
        assertThat(receiver.received()).hasSize(1);

        receiver.usually(Reply.answer(400));
        ReplayStatus status = run(ReplayPlan.everything().atSpeed(Double.POSITIVE_INFINITY));
        assertThat(status.state()).isEqualTo(State.REFUSED);
        assertThat(status.refusedSpans()).isEqualTo(Suspects.MOST + 1);
    }

    @Test
    void aSpanLargerThanARequestMayBeIsLeftOutAndCounted() {
        try (SpanStore large = TestSpans.open(temporary.resolve("large"))) {
            large.append(span -> span.ids(1, 1, 1).name("x".repeat(5_000)).times(1, 2));
            TestSpans.append(large, 2, 100);
            config.maxBatchBytes(2_000);
            try (Replay replay = Replay.open(large.reader(), config.build(), ReplayPlan.everything())) {
                while (!replay.status().state().over()) {
                    nanos.addAndGet(replay.step());
                }
                assertThat(replay.status().tooLargeSpans()).isEqualTo(1);
                assertThat(replay.status().spans()).isEqualTo(99);
            }
        }
        assertThat(receiver.ids()).isEqualTo(ids(2, 100));
    }

    @Test
    void whatCannotBePlannedIsRefusedWithTheRange() {
        ReplayPlan plan = ReplayPlan.everything();
        assertThatIllegalArgumentException().isThrownBy(() -> plan.atSpeed(0)).withMessageContaining("speed = 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> plan.atSpeed(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.ofShare(1.5, 1))
                .withMessageContaining("share");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.between(2, 2))
                .withMessageContaining("exchange");
    }
}
