package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.retain.CheckpointFile;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wall clock that leaps under an exporter: it tells dates and nothing else, so waits stay as long as they were. */
class ClockLeapTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NEARLY_A_SECOND = Duration.ofMillis(999);

    @TempDir
    Path temporary;

    private final AtomicLong wallMillis = new AtomicLong(TestDestination.EPOCH_MILLIS);
    private SpanStore store;
    private TestDestination to;

    @BeforeEach
    void open() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        to = new TestDestination(store);
        to.config.clock(new ExportClock(to.nanos::get, wallMillis::get, () -> 1.0));
    }

    @AfterEach
    void close() throws IOException {
        to.close();
        store.close();
    }

    private void leapTo(String when) {
        wallMillis.set(Instant.parse(when).toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-09-21T13:00:00Z", "2106-02-07T06:28:16Z"})
    void theWaitAfterARefusalIsAsLongAsEver(String when) {
        TestSpans.append(store, 1, 10);
        to.receiver.then(Reply.answer(503));
        assertThat(to.run().state()).isEqualTo(State.RETRYING);
        leapTo(when);
        to.runAfter(NEARLY_A_SECOND);
        assertThat(to.receiver.received()).hasSize(1);
        assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
        assertThat(to.receiver.received()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-09-21T13:00:00Z"})
    void aDateToWaitForIsKeptByAClockThatIsBehindForFiveMinutesAtMost(String when) {
        leapTo(when);
        TestSpans.append(store, 1, 10);
        to.receiver.then(Reply.answer(503, "Retry-After", date(TestDestination.EPOCH_MILLIS)));
        assertThat(to.run().cappedWaits()).isEqualTo(1);
        to.runAfter(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(to.receiver.received()).hasSize(1);
        assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-09-21T15:00:00Z", "2106-02-07T06:28:16Z"})
    void aDateToWaitForThatIsLongPastByOurClockIsAnOrdinaryWait(String when) {
        leapTo(when);
        TestSpans.append(store, 1, 10);
        to.receiver.then(Reply.answer(503, "Retry-After", date(TestDestination.EPOCH_MILLIS)));
        to.run();
        to.runAfter(NEARLY_A_SECOND);
        assertThat(to.receiver.received()).hasSize(1);
        assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
    }

    private static String date(long millis) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-09-21T13:00:00Z", "2106-02-07T06:28:16Z"})
    void theCheckpointTheLagAndTheSignOfLifeHoldWhateverTheDateIs(String when) throws IOException {
        TestSpans.append(store, 1, 10);
        to.run();
        leapTo(when);
        TestSpans.append(store, 11, 20);
        to.receiver.then(Reply.answer(503));
        ExportStatus waiting = to.runAfter(Duration.ofSeconds(10));
        assertThat(waiting.lagSpans()).isEqualTo(10);
        assertThat(waiting.lagSeconds()).isNotNegative();
        CheckpointFile file = new CheckpointFile(store.directory()
                .resolve("checkpoints")
                .resolve(to.config.build().checkpointName()));
        assertThat(file.touchedMillis()).as("the sign of life").isEqualTo(wallMillis.get());
        assertThat(to.runAfter(SECOND).lagSpans()).isZero();
        to.runAfter(Duration.ofSeconds(2));
        KeptStatus kept = KeptStatus.read(store.directory(), to.config.build().checkpointName());
        assertThat(kept).isNotNull();
        assertThat(kept.at()).isEqualTo(Instant.parse(when));
        to.restart();
        wallMillis.set(TestDestination.EPOCH_MILLIS);
        assertThat(to.run().spans()).as("repeated").isZero();
        assertThat(to.receiver.received()).hasSize(3);
    }
}
