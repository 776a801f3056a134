package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.batch.BatchReader;
import io.offspan.export.batch.Flight;
import io.offspan.export.send.SendOutcome.Verdict;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests for which the process has no thread or no memory: later ones, not the exporter's end. */
class LanesTest {
    private static final int SPANS = 10;

    @TempDir
    Path temporary;

    @Test
    void aThreadThatCannotBeStartedIsARequestToBeSentAgain() throws IOException {
        try (SpanStore store = TestSpans.open(temporary.resolve("store"));
                OtlpReceiver receiver = OtlpReceiver.start();
                BatchReader log = new BatchReader(store.reader(), 1_000_000, Position.START);
                Lanes lanes = new Lanes(
                        ExportConfig.builder().endpoint(receiver.endpoint()).build(), () -> {}, LanesTest::noThread)) {
            TestSpans.append(store, 1, SPANS);
            Flight flight = new Flight(log);
            flight.fill();
            for (int i = 1; i <= 3; i++) {
                assertThat(lanes.ready()).isTrue();
                lanes.send(flight);
                Lanes.Answer answer = lanes.answer();
                assertThat(answer).as("answer " + i).isNotNull();
                assertThat(answer.outcome().verdict()).isEqualTo(Verdict.RETRY);
                assertThat(answer.outcome().reason())
                        .isEqualTo("the process has no thread or no memory for a request (no more threads)");
                assertThat(answer.outcome().wireBytes()).isZero();
            }
            assertThat(receiver.visitors()).isZero();
        }
    }

    /** Fails as the start of a thread does where the system has no more; a start by itself is not for tests to fail. */
    private static Thread noThread(Runnable task) {
        throw new OutOfMemoryError("no more threads");
    }

    @Test
    void anExporterWithoutMemoryForARequestCountsThatAndSendsItLater() throws IOException {
        AtomicInteger failures = new AtomicInteger(2);
        try (SpanStore store = TestSpans.open(temporary.resolve("store"));
                TestDestination to = new TestDestination(store)) {
            TestSpans.append(store, 1, SPANS);
            to.config.requestScope(request -> {
                if (failures.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("Java heap space");
                }
                request.run();
            });
            ExportStatus waits = to.run();
            assertThat(waits.state()).as(waits.reason()).isEqualTo(State.RETRYING);
            assertThat(waits.reason()).contains("(Java heap space)");
            to.runAfter(Duration.ofMinutes(1));
            ExportStatus done = to.runAfter(Duration.ofMinutes(1));
            assertThat(done.state()).as(done.reason()).isEqualTo(State.IDLE);
            assertThat(done.retries()).isEqualTo(2);
            assertThat(done.spans()).isEqualTo(SPANS);
        }
    }
}
