package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Compression;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans that a destination refuses, among spans that it takes; 400 spans in blocks of 64. */
class PoisonTest {
    private static final int SPANS = 400;
    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SPANS).boxed().toList();

    @TempDir
    static Path temporary;

    private static SpanStore store;

    @BeforeAll
    static void fill() {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, SPANS);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void exactlyThePoisonousSpansAreGivenUpWhereverTheyStand() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("PoisonTest seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 5; round++) {
            Set<Long> poison = random.longs(1 + random.nextInt(20), 1, SPANS + 1)
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
            try (TestDestination to = new TestDestination(store)) {
                to.config.maxBatchBytes(2_000 + random.nextInt(20_000));
                to.refuse(400, request -> request.ids().stream().anyMatch(poison::contains));
                ExportStatus status = to.run();
                // The last span of all has nothing behind it that could be accepted; it may have to wait.
                boolean waits = status.state() == State.PAUSED;
                assertThat(waits)
                        .as("paused, seed %d: %s", seed, poison)
                        .isEqualTo(status.poisonedSpans() < poison.size());
                assertThat(!waits || poison.contains((long) SPANS)).isTrue();
                assertThat(new TreeSet<>(to.accepted()))
                        .as("seed %d: %s", seed, poison)
                        .isEqualTo(ALL.stream()
                                .filter(id -> !poison.contains(id))
                                .collect(Collectors.toCollection(TreeSet::new)));
                assertThat(to.accepted()).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aRunOfRefusedSpansWithNothingAcceptedPausesAndLosesNothing() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            // From span 200 on the destination takes nothing, as if somebody had changed its settings.
            to.refuse(400, request -> request.ids().stream().anyMatch(id -> id >= 200));
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.PAUSED);
            assertThat(status.poisonedSpans())
                    .as("given up on the evidence before")
                    .isLessThanOrEqualTo(1);
            to.restart();
            to.refuse(400, request -> false);
            assertThat(to.run().state()).isEqualTo(State.IDLE);
            assertThat(status.poisonedSpans() + to.accepted().size()).isEqualTo(SPANS);
            assertThat(to.accepted()).hasSizeGreaterThanOrEqualTo(SPANS - 200);
        }
    }

    @Test
    void aBusyDestinationInTheMiddleOfASplitLosesNothing() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.refuse(400, request -> request.ids().contains(123L));
            to.receiver.then(Reply.answer(400), Reply.answer(503), Reply.answer(400), Reply.reset(), Reply.answer(401));
            ExportStatus status = to.run();
            for (int minutes = 0; minutes < 10 && status.state() != State.IDLE; minutes++) {
                status = to.runAfter(Duration.ofMinutes(1));
            }
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.poisonedSpans()).isEqualTo(1);
            assertThat(to.accepted())
                    .isEqualTo(ALL.stream().filter(id -> id != 123).toList());
        }
    }

    @Test
    void requestsStayBelowTheirLimitAndLargerSpansAreLeftOut() throws IOException {
        int limit = 1_024;
        try (TestDestination to = new TestDestination(store)) {
            to.config.maxBatchBytes(limit).compression(Compression.NONE);
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(to.receiver.ids()).isEqualTo(ALL);
            assertThat(to.receiver.received())
                    .allSatisfy(each -> assertThat(each.bodyBytes()).isLessThanOrEqualTo(limit));
            assertThat(status.wireBytes()).isEqualTo(status.encodedBytes());
            assertThat(status.batches()).isGreaterThan(10);
        }
    }

    @Test
    void aPauseInTheMiddleOfABatchForgetsNothingThatWasLeftOutBeforeIt(@TempDir Path directory) throws IOException {
        int limit = 4_000;
        try (SpanStore mixed = TestSpans.open(directory)) {
            TestSpans.append(mixed, 1, 1);
            TestSpans.appendLarge(mixed, 2, 2, limit);
            TestSpans.append(mixed, 3, 10);
            try (TestDestination to = new TestDestination(mixed)) {
                to.config.maxBatchBytes(limit);
                // The first span; then the others, refused, of which one half goes through and the other meets a pause.
                to.receiver.then(Reply.ok(), Reply.answer(400), Reply.ok(), Reply.answer(401));
                assertThat(to.run().state()).isEqualTo(State.PAUSED);
                ExportStatus status = to.runAfter(Duration.ofMinutes(1));
                assertThat(status.state()).isEqualTo(State.IDLE);
                assertThat(status.spans()).isEqualTo(9);
                assertThat(status.tooLargeSpans()).isEqualTo(1);
            }
        }
    }

    @Test
    void aRestartBetweenAnyTwoRequestsRepeatsAndLosesNothing() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config.maxBatchBytes(3_000);
            to.refuse(400, request -> false);
            while (to.agent().doWork() > 0) {
                to.restart();
            }
            assertThat(to.accepted()).isEqualTo(ALL);
        }
    }
}
