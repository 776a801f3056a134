package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import io.offspan.export.send.Destination;
import io.offspan.export.send.Headers;
import io.offspan.export.send.OtlpHttpSender;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.SendOutcome;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The size of requests against a receiver that is only computed, and once against one that is not. */
class RequestSizeTest {
    private static final int MAX = 4_000_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int WINDOWS_TO_SETTLE = 15;
    private static final int WINDOWS_TO_STAY = 60;

    @TempDir
    Path temporary;

    private static DecisionLog decisions() {
        return new DecisionLog(new Flow(MAX, 1, Effort.HIGH, Compression.GZIP), List.of(), () -> 1_000);
    }

    private final DecisionLog decisions = decisions();
    private final RequestSize size = new RequestSize(MAX, true, TIMEOUT, decisions);

    /** Sends one request of the largest size, which takes as long as a line of so many bytes a second and a noise make it. */
    private static void send(RequestSize size, int bytesPerSecond, double noise) {
        int bytes = size.bytes();
        long took = (long) (1e9 * bytes / bytesPerSecond * noise);
        if (took > TIMEOUT.toNanos()) {
            size.timedOut(bytes);
        } else {
            size.accepted(bytes, took);
        }
    }

    @Property(tries = 100)
    void itSettlesSoonAfterEachChangeOfTheLineAndStaysThere(
            @ForAll @IntRange(min = 1_000, max = 100_000_000) int first,
            @ForAll @IntRange(min = 1_000, max = 100_000_000) int second,
            @ForAll long seed) {
        Random random = new Random(seed);
        RequestSize adapting = new RequestSize(MAX, true, TIMEOUT, decisions());
        for (int bytesPerSecond : new int[] {first, second, first}) {
            for (int i = 0; i < WINDOWS_TO_SETTLE; i++) {
                send(adapting, bytesPerSecond, 0.9 + 0.2 * random.nextDouble());
                assertThat(adapting.bytes()).isBetween(RequestSize.MIN_BYTES, MAX);
            }
            int settled = adapting.bytes();
            int changes = 0;
            for (int i = 0; i < WINDOWS_TO_STAY; i++) {
                int before = adapting.bytes();
                send(adapting, bytesPerSecond, 0.9 + 0.2 * random.nextDouble());
                changes += adapting.bytes() == before ? 0 : 1;
            }
            // Noise may carry a size that sits on a threshold over it once, and nothing carries it back.
            assertThat(changes)
                    .as("%d bytes a second, settled at %d, now %d", bytesPerSecond, settled, adapting.bytes())
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void answersToSmallRequestsDoNotMakeLargeOnesGrow() {
        size.timedOut(MAX);
        size.timedOut(MAX / 2);
        assertThat(size.bytes()).isEqualTo(MAX / 4);
        for (int i = 0; i < 10; i++) {
            size.accepted(1_000, 1);
        }
        assertThat(size.bytes()).isEqualTo(MAX / 4);
    }

    @Test
    void aSmallRequestThatIsNotAnsweredSaysNothingOfLargeOnes() {
        assertThat(size.timedOut(RequestSize.MIN_BYTES)).isFalse();
        assertThat(size.bytes()).isEqualTo(MAX);
        assertThat(decisions.last()).isEmpty();
        assertThat(size.timedOut(MAX)).isTrue();
    }

    @Test
    void aFixedSizeIsLeftAlone() {
        RequestSize fixed = new RequestSize(MAX, false, TIMEOUT, decisions);
        assertThat(fixed.timedOut(MAX)).isFalse();
        fixed.accepted(MAX, TIMEOUT.toNanos());
        assertThat(fixed.bytes()).isEqualTo(MAX);
        assertThat(decisions.last()).isEmpty();
    }

    @Test
    void theLastHundredDecisionsAreKeptWithTheirReasons() {
        size.timedOut(MAX);
        assertThat(decisions.last())
                .containsExactly(new FlowDecision(
                        Instant.ofEpochSecond(1),
                        new Flow(MAX, 1, Effort.HIGH, Compression.GZIP),
                        new Flow(MAX / 2, 1, Effort.HIGH, Compression.GZIP),
                        "a request of 4000000 bytes was not answered in time"));
        for (int i = 0; i < DecisionLog.KEPT; i++) {
            size.timedOut(MAX);
            send(size, 100_000_000, 1);
            send(size, 100_000_000, 1);
        }
        assertThat(decisions.last()).hasSize(DecisionLog.KEPT);
        assertThat(decisions.last().get(99).reason()).isEqualTo("2 answers in a row came quickly");
    }

    @Test
    void aConnectionThatIsNotMadeInTimeSaysNothingOfTheSize() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Destination destination = Destination.of(
                    URI.create("https://localhost:" + silent.getLocalPort() + "/v1/traces"),
                    Headers.none(),
                    null,
                    false,
                    Map.of(),
                    Protocol.HTTP);
            try (OtlpSender sender = new OtlpHttpSender(
                    destination, new Choice(Compression.NONE), Duration.ofMillis(300), System::currentTimeMillis)) {
                SendOutcome outcome = sender.send(new byte[100_000], 100_000);
                assertThat(outcome.verdict()).isEqualTo(SendOutcome.Verdict.RETRY);
                assertThat(outcome.doubt()).as(outcome.reason()).isEqualTo(SendOutcome.Doubt.NONE);
                assertThat(outcome.wireBytes()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silence", "504"})
    void aReceiverThatIsTooSlowForLargeRequestsGetsThemInParts(String late) throws Exception {
        int spans = 4_000;
        Reply tooLate = late.equals("504") ? Reply.answer(504) : Reply.silence();
        try (SpanStore store = TestSpans.open(temporary.resolve("store"));
                TestDestination to = new TestDestination(store)) {
            TestSpans.append(store, 1, spans);
            to.config.compression(Compression.NONE).timeout(Duration.ofSeconds(1));
            to.receiver.usually(Reply.choose(request -> request.bodyBytes() > 200_000 ? tooLate : Reply.ok()));
            ExportStatus status = to.run();
            while (status.state() == State.RETRYING && status.retries() < 8) {
                status = to.runAfter(Duration.ofMinutes(1));
            }
            assertThat(status.state()).as(status.reason()).isEqualTo(State.IDLE);
            assertThat(status.spans()).isEqualTo(spans);
            assertThat(status.retries()).isPositive();
            assertThat(status.poisonedSpans() + status.tooLargeSpans()).isZero();
            assertThat(to.agent().decisions()).isNotEmpty();
            assertThat(to.receiver.accepted().stream().flatMap(request -> request.ids().stream()))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, spans).boxed().toList());
        }
    }
}
