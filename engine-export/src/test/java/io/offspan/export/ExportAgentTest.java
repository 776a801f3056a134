package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportAgentTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    @Test
    void sendsWhatIsStoredAndContinuesThereAfterARestart() throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                SpanStore store = TestSpans.open(temporary.resolve("store"))) {
            ExportConfig config =
                    ExportConfig.builder().endpoint(receiver.endpoint()).build();
            TestSpans.append(store, 1, 1_000);
            try (ExportAgent agent = ExportAgent.start(store, config)) {
                assertThat(agent.drain(WAIT)).isTrue();
                assertThat(agent.status().state()).isEqualTo(State.IDLE);
                assertThat(agent.status().spans()).isEqualTo(1_000);
                assertThat(agent.status().lagSpans()).isZero();
            }
            TestSpans.append(store, 1_001, 1_500);
            try (ExportAgent agent = ExportAgent.start(store, config)) {
                assertThat(agent.drain(WAIT)).isTrue();
                assertThat(agent.status().spans()).isEqualTo(500);
            }
            assertThat(receiver.ids())
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, 1_500).boxed().toList());
            assertThat(receiver.received().get(0).path()).isEqualTo("/v1/traces");
            assertThat(receiver.received().get(0).headers()).containsEntry("content-type", "application/x-protobuf");
        }
    }

    @Test
    void whoHasDrainedSeesNothingLeftAndTheExporterAtRest() throws Exception {
        ExportClock stopped = new ExportClock(() -> 77, () -> 1_700_000_000_000L, () -> 1.0);
        try (OtlpReceiver receiver = OtlpReceiver.start();
                SpanStore store = TestSpans.open(temporary.resolve("store"))) {
            ExportConfig config = ExportConfig.builder()
                    .endpoint(receiver.endpoint())
                    .clock(stopped)
                    .build();
            TestSpans.append(store, 1, 10);
            try (ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config)) {
                assertThat(agent.drain(WAIT)).isTrue();
                assertThat(agent.status().lagSpans()).isZero();
                assertThat(agent.status().state()).isEqualTo(State.IDLE);
            }
        }
    }

    @Test
    void spansThatComeWithoutEndDelayNoDrainAndAreItsLag() throws Exception {
        ExportClock stopped = new ExportClock(() -> 77, () -> 1_700_000_000_000L, () -> 1.0);
        try (OtlpReceiver receiver = OtlpReceiver.start();
                SpanStore store = TestSpans.open(temporary.resolve("store"))) {
            AtomicLong last = new AtomicLong(10);
            ExportConfig config = ExportConfig.builder()
                    .endpoint(receiver.endpoint())
                    .clock(stopped)
                    .requestScope(request -> {
                        request.run();
                        TestSpans.append(store, last.get() + 1, last.addAndGet(10));
                    })
                    .build();
            TestSpans.append(store, 1, 10);
            try (ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config)) {
                assertThat(agent.drain(WAIT)).isTrue();
                assertThat(agent.status().spans()).isEqualTo(10);
                assertThat(agent.status().lagSpans()).isEqualTo(10);
            }
        }
    }
}
