package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer means for the spans: every row of the law, on real sockets, with a clock that stands still. */
class RetryLawTest {
    private static final int SPANS = 10;
    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SPANS).boxed().toList();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_RETRIES = 20;

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

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void busyCodesAreTriedAgainAfterAWait(int code) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.then(Reply.answer(code));
            expectOneRetry(to, String.valueOf(code));
        }
    }

    @Test
    void brokenConnectionsAreTriedAgainAfterAWait() throws IOException {
        for (Reply broken : List.of(Reply.reset(), Reply.half())) {
            try (TestDestination to = new TestDestination(store)) {
                to.receiver.then(broken);
                expectOneRetry(to, "no");
            }
        }
    }

    @Test
    void answersThatDoNotEndAreBrokenOffAndTriedAgain() throws IOException {
        for (Reply endless : List.of(Reply.silence(), Reply.silentBody())) {
            try (TestDestination to = new TestDestination(store)) {
                to.config.timeout(Duration.ofMillis(500));
                to.receiver.then(endless);
                expectRetries(to, "no");
            }
        }
    }

    /** A busy machine may let a request time out before the receiver has it: what was scripted is still to come then. */
    private static void expectRetries(TestDestination to, String why) {
        ExportStatus failed = to.run();
        while (to.receiver.received().isEmpty()) {
            failed = to.runAfter(MINUTE);
        }
        assertThat(failed.state()).as(failed.reason()).isEqualTo(State.RETRYING);
        assertThat(failed.reason()).contains(why);
        assertThat(failed.checkpoint()).isEqualTo(Position.START);
        ExportStatus done = to.runAfter(MINUTE);
        while (done.state() == State.RETRYING && done.retries() < MOST_RETRIES) {
            done = to.runAfter(MINUTE);
        }
        assertThat(done.state()).as(done.reason()).isEqualTo(State.IDLE);
        assertThat(done.spans()).isEqualTo(SPANS);
        assertThat(to.receiver.accepted().get(0).ids()).isEqualTo(ALL);
    }

    private static void expectOneRetry(TestDestination to, String why) {
        ExportStatus failed = to.run();
        assertThat(failed.state()).isEqualTo(State.RETRYING);
        assertThat(failed.reason()).contains(why);
        assertThat(failed.retries()).isEqualTo(1);
        assertThat(failed.checkpoint()).isEqualTo(Position.START);
        assertThat(failed.nextAttempt()).isEqualTo(Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS + 1000));
        assertThat(to.runAfter(SECOND.minusNanos(1)).state()).isEqualTo(State.RETRYING);
        assertThat(to.receiver.received()).hasSize(1);
        ExportStatus done = to.runAfter(Duration.ofNanos(1));
        assertThat(done.state()).as(done.reason()).isEqualTo(State.IDLE);
        assertThat(done.spans()).isEqualTo(SPANS);
        assertThat(done.checkpoint().ordinal()).isPositive();
        assertThat(to.receiver.received().get(1).ids()).isEqualTo(ALL);
    }

    @Test
    void aReceiverThatComesBackGetsEverything() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            int port = to.receiver.port();
            to.receiver.close();
            ExportStatus down = to.run();
            assertThat(down.state()).isEqualTo(State.RETRYING);
            assertThat(down.reason()).startsWith("cannot connect to http://localhost:" + port);
            try (OtlpReceiver back = OtlpReceiver.start(port)) {
                assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
                assertThat(back.ids()).isEqualTo(ALL);
            }
        }
    }

    @Test
    void waitsDoubleUpToALimitAndBeginAnewAfterASuccess() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.usually(Reply.answer(503));
            Instant expected = Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS);
            for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
                expected = expected.plusSeconds(seconds);
                assertThat(to.run().nextAttempt()).isEqualTo(expected);
                to.nanos.addAndGet(seconds * SECOND.toNanos());
            }
        }
        Backoff backoff = new Backoff(SECOND, SECOND.multipliedBy(30), () -> 0.0);
        assertThat(backoff.nextNanos()).isEqualTo(500_000_000);
        assertThat(backoff.nextNanos()).isEqualTo(1_000_000_000);
        backoff.reset();
        assertThat(backoff.nextNanos()).isEqualTo(500_000_000);
        Backoff wide = new Backoff(Duration.ofMinutes(1), Duration.ofHours(1), () -> 1.0);
        for (int i = 0; i < 100; i++) {
            assertThat(wide.nextNanos()).isBetween(60_000_000_000L, 3_600_000_000_000L);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7                              | 7     | 0",
                "0                              | 1     | 0",
                "Mon, 21 Sep 2026 14:13:41 GMT  | 21    | 0",
                "Sat, 21 Sep 2019 14:13:41 GMT  | 1     | 0",
                "Monday, 21-Sep-26 14:13:41 GMT | 21    | 0",
                "Saturday, 21-Sep-19 14:13:41 GMT | 1   | 0",
                "Thursday, 21-Sep-99 14:13:41 GMT | 1   | 0",
                "Mon Sep 21 14:13:41 2026       | 21    | 0",
                "Fri Oct  2 14:13:41 2026       | 300   | 1",
                "31536000                       | 300   | 1",
                "99999999999999999999           | 300   | 1",
                "Tue, 21 Sep 2027 14:13:41 GMT  | 300   | 1",
                "-5                             | 1     | 0",
                "soon                           | 1     | 0",
            })
    void theReceiversWaitIsKeptUpToALimit(String header, int seconds, int capped) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.then(Reply.answer(503, "Retry-After", header));
            ExportStatus status = to.run();
            assertThat(status.nextAttempt())
                    .isEqualTo(
                            Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS).plusSeconds(seconds));
            assertThat(status.cappedWaits()).isEqualTo(capped);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 401, 403, 404, 405, 407, 415, 501})
    void aDestinationThatCannotBeRightIsPausedWithOneProbeAMinute(int code) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.usually(Reply.answer(code, "Location", "http://localhost:1/v1/traces"));
            ExportStatus paused = to.run();
            assertThat(paused.state()).isEqualTo(State.PAUSED);
            assertThat(paused.reason())
                    .startsWith(code + " from http://localhost:")
                    .contains("; ");
            assertThat(paused.checkpoint()).isEqualTo(Position.START);
            to.runAfter(Duration.ofSeconds(59));
            assertThat(to.receiver.received()).hasSize(1);
            assertThat(to.runAfter(SECOND).pauses()).isEqualTo(2);
            assertThat(to.receiver.received()).hasSize(2);
            to.receiver.usually(Reply.ok());
            assertThat(to.runAfter(Duration.ofMinutes(1)).state()).isEqualTo(State.IDLE);
            assertThat(to.receiver.received().get(2).ids()).isEqualTo(ALL);
        }
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (TestDestination to = new TestDestination(store);
                OtlpReceiver elsewhere = OtlpReceiver.start()) {
            to.receiver.usually(
                    Reply.answer(307, "Location", elsewhere.endpoint().toString()));
            to.run();
            assertThat(elsewhere.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 408, 413, 422, 500, 505})
    void aSpanRefusedByItselfIsGivenUpWhileOthersAreAccepted(int code) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.refuse(code, request -> request.ids().contains(7L));
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.poisonedSpans()).isEqualTo(1);
            assertThat(to.accepted())
                    .isEqualTo(ALL.stream().filter(id -> id != 7).toList());
        }
    }

    @Test
    void aDestinationThatRefusesEverythingLosesNothing() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.refuse(400, request -> true);
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.PAUSED);
            assertThat(status.poisonedSpans()).isZero();
            assertThat(status.checkpoint()).isEqualTo(Position.START);
            assertThat(to.runAfter(Duration.ofMinutes(1)).poisonedSpans()).isZero();
            to.refuse(400, request -> false);
            assertThat(to.runAfter(Duration.ofMinutes(1)).state()).isEqualTo(State.IDLE);
            assertThat(to.accepted()).isEqualTo(ALL);
        }
    }

    @Test
    void aRequestThatIsTooLargeForTheReceiverIsHalved() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.refuse(413, request -> request.ids().size() > 3);
            assertThat(to.run().poisonedSpans()).isZero();
            assertThat(to.accepted()).isEqualTo(ALL);
        }
    }

    @Test
    void rejectedSpansOfAnAcceptedRequestAreCountedAndNotSentAgain() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.then(Reply.partial(3, "too\nold"));
            ExportStatus status = to.run();
            assertThat(status.rejectedSpans()).isEqualTo(3);
            assertThat(status.spans()).isEqualTo(SPANS);
            to.runAfter(Duration.ofHours(1));
            assertThat(to.receiver.received()).hasSize(1);
        }
    }

    @Test
    void anAcceptedRequestStaysSoWhateverItsBodyIs() throws IOException {
        List<Reply> bodies = List.of(
                Reply.answer(200, "<html>hello</html>".getBytes(StandardCharsets.UTF_8)),
                Reply.answer(200, new byte[] {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}),
                Reply.answer(202, new byte[] {(byte) 0x80}),
                Reply.endless(200));
        for (Reply body : bodies) {
            try (TestDestination to = new TestDestination(store)) {
                to.receiver.then(body);
                ExportStatus status = to.run();
                assertThat(status.state()).isEqualTo(State.IDLE);
                assertThat(status.unreadableAnswers()).isEqualTo(1);
                assertThat(status.spans()).isEqualTo(SPANS);
            }
        }
    }

    @Test
    void anEndlessBodyIsCutOffForEveryCode() throws IOException {
        for (int code : new int[] {503, 401}) {
            try (TestDestination to = new TestDestination(store)) {
                to.receiver.then(Reply.endless(code));
                assertThat(to.run().state()).isEqualTo(code == 503 ? State.RETRYING : State.PAUSED);
                assertThat(to.runAfter(Duration.ofMinutes(1)).state()).isEqualTo(State.IDLE);
            }
        }
    }

    @Test
    void whatIsNoHttpIsTriedAgain() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.then(Reply.babble("220 mail.example ESMTP"));
            assertThat(to.run().state()).isEqualTo(State.RETRYING);
            assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
        }
    }
}
