package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans sent to a receiver once more: which, what is said, and how it says no. */
class ReplayCommandTest {
    @TempDir
    Path scratch;

    private Path data;
    private OtlpReceiver receiver;

    @BeforeEach
    void prepare() throws IOException {
        data = scratch.resolve("store");
        receiver = OtlpReceiver.start();
    }

    @AfterEach
    void stop() throws IOException {
        receiver.close();
    }

    private ExportTraceServiceRequest ingest(int from, int to) throws IOException {
        ExportTraceServiceRequest request = Requests.request("cart", Requests.spans(from, to));
        Path file = Requests.write(scratch.resolve("from" + from + ".bin"), request);
        Ended.of("ingest", "--data", data, file).expect(0);
        return request;
    }

    private Ended replay(Object... options) {
        return Ended.of(Stream.concat(
                        Stream.of("replay", "--data", data, "--endpoint", receiver.base(), "--json"),
                        Stream.of(options))
                .toArray());
    }

    private JsonNode answer(int status, Object... options) {
        JsonNode answer = replay(options).expect(status).json();
        Schemas.check("replay", answer);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/protobuf", "grpc"})
    void sendsEverythingAgainAndLeavesTheCheckpointWhereItIs(String protocol) throws Exception {
        List<ExportTraceServiceRequest> sent = List.of(ingest(0, 60), ingest(60, 95));
        Ended.of("export", "--data", data, "--endpoint", receiver.base()).expect(0);
        Path checkpoint = data.resolve("checkpoints").resolve("otlp");
        byte[] before = Files.readAllBytes(checkpoint);
        List<Path> beside = besides(checkpoint);
        receiver.take();

        for (int round = 0; round < 2; round++) {
            JsonNode answer = answer(0, "--speed", "max", "--protocol", protocol);
            assertThat(answer.path("spans").asInt()).isEqualTo(95);
            assertThat(answer.path("state").asText()).isEqualTo("done");
            assertThat(Requests.bag(
                            receiver.accepted().stream().map(Received::message).toList()))
                    .isEqualTo(Requests.bag(sent));
            receiver.take();
        }
        assertThat(Files.readAllBytes(checkpoint)).isEqualTo(before);
        assertThat(besides(checkpoint)).isEqualTo(beside);
    }

    private static List<Path> besides(Path checkpoint) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint.getParent())) {
            return files.filter(file -> !file.toString().endsWith("lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aRangeAndAShareOfTheTracesAreTheSameAtEachReplay() throws Exception {
        ingest(0, 95);
        answer(0, "--speed", "1e6", "--from", "2023-11-14T22:13:30Z", "--to", "2023-11-14T22:13:40Z");
        assertThat(receiver.ids()).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
        receiver.received().clear();

        answer(0, "--speed", "max", "--share", "0.5", "--seed", "7");
        List<Long> half = receiver.ids();
        receiver.received().clear();
        answer(0, "--speed", "max", "--share", "0.5", "--seed", "7");
        assertThat(receiver.ids()).isEqualTo(half).hasSizeBetween(10, 85);
        assertThat(data.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void spansThatAWriterHasNotMovedToTheLogYetAreWaitedFor() throws Exception {
        try (SpanStore store = SpanStore.open(data)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 1; i <= 700; i++) {
                store.append(draft.clear().ids(1, i, i).name("alive").times(i, i + 1));
            }
            assertThat(answer(0).path("spans").asInt()).isEqualTo(700);
        }
    }

    @Test
    void aReceiverThatTakesNothingIsStatusOneWithItsWords() throws Exception {
        ingest(0, 20);
        receiver.usually(Reply.answer(401));
        JsonNode answer = answer(1, "--header", "authorization=Bearer canary-4711");
        assertThat(answer.path("state").asText()).isEqualTo("refused");
        assertThat(answer.path("error").asText())
                .contains("takes nothing", "401")
                .doesNotContain("canary");

        receiver.usually(Reply.answer(503));
        JsonNode busy = answer(1, "--give-up", "10ms");
        assertThat(busy.path("state").asText()).isEqualTo("givenUp");
        assertThat(busy.path("error").asText()).contains("--give-up");
        assertThat(busy.path("retries").asInt()).isPositive();
    }

    @Test
    void whatIsRejectedOrRefusedIsCountedAndStatusOne() throws Exception {
        ingest(0, 20);
        receiver.usually(Reply.choose(
                request -> request.ids().contains(7L) ? Reply.answer(400) : Reply.partial(1, "one too many")));
        JsonNode answer = answer(1, "--speed", "max");
        assertThat(answer.path("refused").asInt()).isEqualTo(1);
        assertThat(answer.path("spans").asInt()).isEqualTo(19);
        assertThat(answer.path("rejected").asInt()).isPositive();
        assertThat(answer.path("reason").asText()).contains("one too many");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; where to?, --endpoint",
                "--endpoint http://localhost:1 --speed fast; --speed, max",
                "--endpoint http://localhost:1 --speed 0; speed = 0.0",
                "--endpoint http://localhost:1 --share 2; share = 2.0",
                "--endpoint http://localhost:1 --from now --to -1h; exchange",
                "--endpoint http://collector.example:4318; --allow-plain-http",
                "--endpoint http://localhost:1 --name other; --name"
            })
    void whatCannotBeReplayedIsRefusedByNameBeforeTheStoreIsTouched(String options, String named) {
        Stream<Object> given = options == null ? Stream.of() : Stream.of((Object[]) options.split(" "));
        Ended ended = Ended.of(Stream.concat(Stream.of("replay", "--data", data, "--json"), given)
                        .toArray())
                .expect(2);
        Schemas.check("error", ended.json());
        assertThat(ended.json().path("error").asText()).contains(named.split(", "));
        assertThat(data).doesNotExist();
    }
}
