package io.offspan.export.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Destination;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.Headers;
import io.offspan.export.send.OtlpGrpcSender;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.SendOutcome;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a status of gRPC means for the spans: every row of the law, on real sockets, with a clock that stands still. */
class GrpcLawTest {
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
        store = GrpcDestination.store(temporary.resolve("store"), SPANS);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void callsComeAsTheySay(Compression way) throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.config.compression(way).header("api-key", "k1");
            ExportStatus status = to.run();
            assertThat(status.state()).as(status.reason()).isEqualTo(State.IDLE);
            assertThat(status.spans()).isEqualTo(SPANS);
            assertThat(status.unreadableAnswers()).isZero();
            Received call = to.receiver.received().get(0);
            assertThat(call.path()).isEqualTo("/opentelemetry.proto.collector.trace.v1.TraceService/Export");
            assertThat(call.headers())
                    .containsEntry("content-type", "application/grpc")
                    .containsEntry("te", "trailers")
                    .containsEntry("grpc-timeout", "10000m")
                    .containsEntry("api-key", "k1");
            assertThat(call.headers().get("user-agent")).startsWith("Offspan-OTLP-Exporter/");
            String encoding = way == Compression.AUTO ? "gzip" : way.word();
            assertThat(call.headers().getOrDefault("grpc-encoding", "none")).isEqualTo(encoding);
            assertThat(call.ids()).isEqualTo(ALL);
            assertThat(status.wireBytes()).isEqualTo(call.bodyBytes() + 5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 10, 11, 14, 15})
    void statusesThatSayLaterAreTriedAgainAfterAWait(int status) throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.answer(status, "not now: 100 %".getBytes(StandardCharsets.UTF_8)));
            expectOneRetry(to, "not now: 100 %");
        }
    }

    @Test
    void aDeadlineThatLargeCallsExceedMakesThemSmaller() throws IOException {
        SpanStore large = GrpcDestination.store(temporary.resolve("deadline"), 4_000);
        try (large;
                GrpcDestination to = new GrpcDestination(large)) {
            to.config.compression(Compression.NONE);
            to.receiver.usually(Reply.choose(call -> call.bodyBytes() > 100_000 ? Reply.answer(4) : Reply.ok()));
            ExportStatus status = to.run();
            while (status.state() == State.RETRYING && status.retries() < 8) {
                status = to.runAfter(Duration.ofMinutes(1));
            }
            assertThat(status.state()).as(status.reason()).isEqualTo(State.IDLE);
            assertThat(status.spans()).isEqualTo(4_000);
            assertThat(status.retries()).isPositive();
        }
    }

    @Test
    void brokenCallsAreTriedAgainAfterAWait() throws IOException {
        Map<String, Reply> broken = Map.of(
                "reset", Reply.reset(),
                "reset before the body", Reply.resetBeforeTheBody(),
                "half an answer", Reply.half(),
                "no HTTP/2", Reply.babble("220 mail.example ESMTP"));
        for (var each : broken.entrySet()) {
            try (GrpcDestination to = new GrpcDestination(store)) {
                to.receiver.then(each.getValue());
                expectOneRetry(to, "");
            }
        }
    }

    @Test
    void callsThatDoNotEndAreBrokenOffAndTriedAgain() throws IOException {
        Map<String, Reply> endless = Map.of(
                "silence", Reply.silence(),
                "a message that never comes", Reply.silentBody(),
                "a drip", Reply.trickle());
        for (var each : endless.entrySet()) {
            try (GrpcDestination to = new GrpcDestination(store)) {
                to.config.timeout(Duration.ofMillis(500));
                to.receiver.then(each.getValue());
                expectRetries(to, "no complete answer");
            }
        }
    }

    /** A busy machine may let a request time out before the receiver has it: what was scripted is still to come then. */
    private static void expectRetries(GrpcDestination to, String why) {
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

    @Test
    void anAnswerWithoutEndIsCutOff() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.endless(200));
            expectOneRetry(to, "");
        }
    }

    private static void expectOneRetry(GrpcDestination to, String why) {
        ExportStatus failed = to.run();
        assertThat(failed.state()).as(failed.reason()).isEqualTo(State.RETRYING);
        assertThat(failed.reason()).contains(why);
        assertThat(failed.retries()).isEqualTo(1);
        assertThat(failed.checkpoint()).isEqualTo(Position.START);
        assertThat(failed.nextAttempt()).isEqualTo(Instant.ofEpochMilli(GrpcDestination.EPOCH_MILLIS + 1000));
        ExportStatus done = to.runAfter(SECOND);
        assertThat(done.state()).as(done.reason()).isEqualTo(State.IDLE);
        assertThat(done.spans()).isEqualTo(SPANS);
        assertThat(to.receiver.accepted().get(0).ids()).isEqualTo(ALL);
    }

    @Test
    void aStatusWithLongWordsKeepsItsMeaning() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.answer(16, "no-such-key-".repeat(1_700).getBytes(StandardCharsets.UTF_8)));
            ExportStatus status = to.run();
            assertThat(status.state()).as(status.reason()).isEqualTo(State.PAUSED);
            assertThat(status.reason()).startsWith("UNAUTHENTICATED").contains("no-such-key");
        }
    }

    @Test
    void aReceiverThatIsNotThereIsTriedAgainAndCostsNoBytes() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.stop();
            ExportStatus down = to.run();
            assertThat(down.state()).isEqualTo(State.RETRYING);
            assertThat(down.reason()).startsWith("cannot connect to http://localhost:" + to.receiver.port());
            assertThat(down.wireBytes()).isZero();
            to.receiver.resume();
            assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
        }
    }

    @Test
    void aConnectionThatIsNotMadeInTimeSaysNothingOfTheSize() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Destination destination = Destination.of(
                    URI.create("https://localhost:" + silent.getLocalPort() + ""),
                    Headers.none(),
                    null,
                    false,
                    Map.of(),
                    Protocol.GRPC);
            try (OtlpSender sender = new OtlpGrpcSender(
                    destination, new JettyChannels(), new Choice(Compression.NONE), Duration.ofMillis(300))) {
                SendOutcome outcome = sender.send(new byte[100_000], 100_000);
                assertThat(outcome.verdict()).isEqualTo(SendOutcome.Verdict.RETRY);
                assertThat(outcome.doubt()).as(outcome.reason()).isEqualTo(SendOutcome.Doubt.NONE);
                assertThat(outcome.wireBytes()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"14, , 1", "14, 7, 7", "14, 0, 1", "14, 99999, 300", "8, 3, 3"})
    void theWaitInTheDetailsIsKeptUpToALimit(int status, String after, int seconds) throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(
                    after == null ? Reply.answer(status) : Reply.answer(status, new byte[0], "Retry-After", after));
            ExportStatus waits = to.run();
            assertThat(waits.state()).isEqualTo(State.RETRYING);
            assertThat(waits.nextAttempt())
                    .isEqualTo(
                            Instant.ofEpochMilli(GrpcDestination.EPOCH_MILLIS).plusSeconds(seconds));
        }
    }

    @Test
    void exhaustedResourcesWithoutAWaitMeanARequestThatIsTooLarge() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            refuse(to, 8, 3);
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.retries() + status.poisonedSpans()).isZero();
            assertThat(status.refusals()).isPositive();
        }
    }

    private static void refuse(GrpcDestination to, int status, int most) {
        to.receiver.usually(Reply.choose(call -> call.ids().size() > most ? Reply.answer(status) : Reply.ok()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 9, 13, 42})
    void aSpanRefusedByItselfIsGivenUpWhileOthersAreAccepted(int status) throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            ConcurrentLinkedQueue<Long> accepted = new ConcurrentLinkedQueue<>();
            to.receiver.usually(Reply.choose(call -> {
                if (call.ids().contains(7L)) {
                    return Reply.answer(status);
                }
                accepted.addAll(call.ids());
                return Reply.ok();
            }));
            ExportStatus done = to.run();
            assertThat(done.state()).as(done.reason()).isEqualTo(State.IDLE);
            assertThat(done.poisonedSpans()).isEqualTo(1);
            assertThat(accepted)
                    .containsExactlyElementsOf(
                            ALL.stream().filter(id -> id != 7).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 12, 16, 307})
    void aDestinationThatCannotBeRightIsPausedWithOneProbeAMinute(int status) throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.usually(Reply.answer(status, new byte[0], "location", "http://localhost:1/"));
            ExportStatus paused = to.run();
            assertThat(paused.state()).isEqualTo(State.PAUSED);
            assertThat(paused.reason()).contains(" from http://localhost:").contains("; check");
            assertThat(paused.checkpoint()).isEqualTo(Position.START);
            to.runAfter(Duration.ofSeconds(59));
            assertThat(to.receiver.received()).hasSize(1);
            to.receiver.usually(Reply.ok());
            assertThat(to.runAfter(SECOND).state()).isEqualTo(State.IDLE);
        }
    }

    @Test
    void aReceiverThatTakesNoGzipGetsNoneWhereTheChoiceIsOurs() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.config.compression(Compression.AUTO);
            to.receiver.usually(
                    Reply.choose(call -> call.headers().containsKey("grpc-encoding") ? Reply.answer(12) : Reply.ok()));
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.pauses()).isZero();
            assertThat(status.packing()).contains("gzip not taken");
        }
    }

    @Test
    void rejectedSpansOfAnAcceptedCallAreCountedAndNotSentAgain() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.partial(3, "too old"));
            ExportStatus status = to.run();
            assertThat(status.rejectedSpans()).isEqualTo(3);
            assertThat(status.reason()).isEqualTo("too old");
            to.runAfter(Duration.ofHours(1));
            assertThat(to.receiver.received()).hasSize(1);
        }
    }

    @Test
    void anAcceptedCallStaysSoWhateverItsMessageIs() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.answer(200, "<html>hello</html>".getBytes(StandardCharsets.UTF_8)));
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.unreadableAnswers()).isEqualTo(1);
        }
    }

    @Test
    void anAcceptedCallStaysSoHoweverLongItsMessageIs() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.receiver.then(Reply.answer(200, new byte[1_000_000]));
            ExportStatus status = to.run();
            assertThat(status.state()).as(status.reason()).isEqualTo(State.IDLE);
            assertThat(status.spans()).isEqualTo(SPANS);
            assertThat(status.unreadableAnswers()).isEqualTo(1);
            assertThat(to.receiver.received()).hasSize(1);
        }
    }

    @Test
    void secretsThatTheReceiverRepeatsAreNotPrinted() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            to.config.header("authorization", "Bearer s3cr3t-canary");
            to.receiver.then(Reply.answer(16, "no s3cr3t-canary here".getBytes(StandardCharsets.UTF_8)));
            assertThat(to.run().reason()).contains("no *** here").doesNotContain("canary");
        }
    }

    @Test
    void manyCallsShareOneConnectionAndLargeOnesFitItsWindows() throws IOException {
        SpanStore many = GrpcDestination.store(temporary.resolve("many"), 20_000);
        try (many;
                GrpcDestination to = new GrpcDestination(many)) {
            to.config.compression(Compression.NONE).maxBatchBytes(300_000);
            ExportStatus status = to.run();
            assertThat(status.spans()).isEqualTo(20_000);
            assertThat(status.batches()).isGreaterThan(2);
            assertThat(to.receiver.received()).anyMatch(call -> call.bodyBytes() > 200_000);
            assertThat(to.receiver.visitors()).isEqualTo(1);
            assertThat(to.receiver.ids())
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, 20_000).boxed().toList());
        }
    }

    @Test
    void aChannelThatWasClosedRefusesCalls() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            JettyChannel channel = new JettyChannel(URI.create(to.receiver.base() + "/x"), null, System::nanoTime);
            channel.close();
            channel.close();
            assertThatThrownBy(() -> channel.call(
                            Map.of(), ByteBuffer.allocate(5), ByteBuffer.allocate(0), Duration.ofSeconds(5)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The channel was closed");
            assertThat(to.receiver.visitors()).isZero();
        }
    }

    @Test
    void anAddressWithAPathIsRefusedAndOneWithoutIsShownAsItIs() throws IOException {
        try (GrpcDestination to = new GrpcDestination(store)) {
            assertThat(to.config.build().endpoint()).isEqualTo("http://localhost:" + to.receiver.port());
            to.config.endpoint(URI.create("http://localhost:4318/v1/traces"));
            assertThatThrownBy(to.config::build)
                    .isInstanceOf(DestinationException.class)
                    .hasMessageContaining("has a path or a query")
                    .hasMessageContaining("http/protobuf");
        }
    }
}
