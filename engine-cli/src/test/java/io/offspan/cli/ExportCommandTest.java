package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Export to a receiver: what arrives, what is said, and how it says no. */
class ExportCommandTest {
    private static final String SECRET = "canary-4711";

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

    private ExportTraceServiceRequest ingest(Path store, int from, int to) throws IOException {
        ExportTraceServiceRequest request = Requests.request("cart", Requests.spans(from, to));
        Path file = Requests.write(scratch.resolve("from" + from + ".bin"), request);
        Ended.of("ingest", "--data", store, file).expect(0);
        return request;
    }

    private Ended export(Object... options) {
        Object[] all = Stream.concat(
                        Stream.of("export", "--data", data, "--endpoint", receiver.base(), "--json"),
                        Stream.of(options))
                .toArray();
        return Ended.of(all);
    }

    @Test
    void sendsWhatIsNewToEachNameOnce() throws Exception {
        List<ExportTraceServiceRequest> sent = List.of(ingest(data, 0, 60), ingest(data, 60, 95));
        JsonNode first = export().expect(0).json();
        assertThat(first.path("spans").asInt()).isEqualTo(95);
        assertThat(first.path("state").asText()).isEqualTo("done");
        assertThat(first.path("batches").asInt()).isEqualTo(receiver.accepted().size());
        assertThat(first.path("bytes").asLong())
                .isGreaterThan(first.path("wireBytes").asLong());
        assertThat(Requests.bag(
                        receiver.accepted().stream().map(Received::message).toList()))
                .isEqualTo(Requests.bag(sent));
        assertThat(receiver.received()).extracting(Received::path).containsOnly("/v1/traces");
        receiver.take();

        assertThat(export().expect(0).json().path("spans").asInt()).isZero();
        assertThat(Ended.of("export", "--data", data, "--endpoint", receiver.base())
                        .expect(0)
                        .out())
                .contains("--from-start", "--name");
        assertThat(receiver.take()).isZero();
        export("--name", "second", "--compression", "none").expect(0);
        assertThat(receiver.take()).isEqualTo(95);
        ingest(data, 95, 100);
        assertThat(export().expect(0).json().path("spans").asInt()).isEqualTo(5);
        export("--from-start").expect(0);
        assertThat(receiver.take()).isEqualTo(105);
    }

    @Test
    void anEndpointWithAPathIsUsedAsItIs() throws Exception {
        ingest(data, 0, 3);
        Ended.of("export", "--data", data, "--endpoint", receiver.base() + "/tenant/otlp")
                .expect(0);
        assertThat(receiver.received()).extracting(Received::path).containsExactly("/tenant/otlp");
    }

    @Test
    void aFileHasTheOldestSpansFirst() throws Exception {
        ingest(data, 0, 60);
        ingest(data, 60, 95);
        Path file = scratch.resolve("out.otlp");
        try (SpanStore store = SpanStore.open(data)) {
            store.append(new SpanDraft()
                    .clear()
                    .ids(9, 9, 9)
                    .name("open")
                    .times(Requests.EPOCH_NANOS + 500 * Requests.SECOND_NANOS, 1));
            Ended.of("export", "--data", data, "--output", file).expect(0);
        }
        List<Long> starts = Requests.readDelimited(file).stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .map(span -> span.getStartTimeUnixNano())
                .toList();
        assertThat(starts).hasSize(96).isSorted();
    }

    @Test
    void sendsWhatALivingWriterHasNotMovedToTheLogYet() throws Exception {
        try (SpanStore store = SpanStore.open(data)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 1; i <= 700; i++) {
                store.append(draft.clear().ids(1, i, i).name("alive").times(i, i + 1));
            }
            assertThat(export().expect(0).json().path("spans").asInt()).isEqualTo(700);
            assertThat(receiver.take()).isEqualTo(700);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--endpoint http://localhost:1/v1/traces --protocol grpc; has a path, --protocol",
                "--endpoint http://localhost:1 --protocol http/json; http/protobuf, grpc",
                "--endpoint http://localhost:1 --compression brotli; brotli, zstd",
                "--endpoint http://collector.example:4318; --allow-plain-http, https",
                "--endpoint localhost:4318; https://",
                "--endpoint http://user:canary-4711@local host:4318; --endpoint, not an address",
                "--endpoint http://localhost:1 --header canary-4711; --header number 1",
                "--endpoint http://localhost:1 --header host=canary-4711; 'host'",
                "--endpoint http://localhost:1 --name Über; a-z",
                "--endpoint http://localhost:1 --max-batch-bytes 5; 1024",
                "--endpoint http://localhost:1 --timeout 1h; timeout",
                "--endpoint http://localhost:1 --certificate none.pem; --certificate",
                "--endpoint http://localhost:1 --output f; --output",
                "--config none.properties; none.properties cannot be read",
                "--config f --endpoint http://localhost:1; --config",
                "--output f --follow; --output",
                "--follow; --endpoint"
            })
    void whatCannotBeSentIsRefusedByNameBeforeTheStoreIsTouched(String options, String named) throws Exception {
        Stream<Object> arguments = options.contains("local host")
                ? Stream.of("--endpoint", options.substring("--endpoint ".length()))
                : Stream.of((Object[]) options.split(" "));
        Ended ended = Ended.of(Stream.concat(Stream.of("export", "--data", data, "--json"), arguments)
                        .toArray())
                .expect(2);
        assertThat(ended.json().path("error").asText()).contains(named.split(", "));
        assertThat(ended.out() + ended.err()).doesNotContain(SECRET);
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void sendsOverGrpcToo(String compression) throws Exception {
        ingest(data, 0, 20);
        JsonNode answer = export("--protocol", "grpc", "--compression", compression)
                .expect(0)
                .json();
        assertThat(answer.path("spans").asInt()).isEqualTo(20);
        assertThat(answer.path("compression").asText()).isEqualTo(compression + ", as set");
        assertThat(receiver.received().get(0).headers()).containsEntry("grpc-encoding", compression);
        assertThat(receiver.take()).isEqualTo(20);
    }

    @Test
    void aReceiverThatTakesNothingKeepsNothingFromTheOthersOfTheFile() throws Exception {
        ingest(data, 0, 60);
        Path file = scratch.resolve("receivers.properties");
        try (OtlpReceiver closed = OtlpReceiver.start()) {
            closed.usually(Reply.answer(401));
            Files.write(
                    file,
                    List.of(
                            "closed.otlp_http.endpoint = " + closed.endpoint(),
                            "grpc.otlp_grpc.endpoint = " + receiver.base(),
                            "http.otlp_http.endpoint = " + receiver.endpoint()));
            JsonNode first = Ended.of("export", "--data", data, "--config", file, "--json")
                    .expect(1)
                    .json();
            assertThat(first.path("destinations"))
                    .extracting(each -> each.path("name").asText() + " "
                            + each.path("state").asText() + " "
                            + each.path("spans").asInt())
                    .containsExactly("closed paused 0", "grpc done 60", "http done 60");
            assertThat(first.path("error").asText()).startsWith("closed: ").contains("401");
            assertThat(first.path("exitCode").asInt()).isEqualTo(1);
            assertThat(receiver.take()).isEqualTo(120);
            ingest(data, 60, 95);
            closed.usually(Reply.ok());
            JsonNode second = Ended.of("export", "--data", data, "--config", file, "--json")
                    .expect(0)
                    .json();
            assertThat(second.path("destinations"))
                    .extracting(each -> each.path("spans").asInt())
                    .containsExactly(95, 35, 35);
            assertThat(Ended.of("export", "--data", data, "--config", file)
                            .expect(0)
                            .out())
                    .contains("grpc: 0 spans sent to http://localhost:", "another name in the file of --config")
                    .doesNotContain("--from-start");
        }
    }

    @Test
    void oneOfSeveralThatCannotStartKeepsNoOtherFromIt() throws Exception {
        ingest(data, 0, 20);
        export("--name", "broken").expect(0);
        receiver.take();
        Files.write(data.resolve("checkpoints").resolve("broken"), new byte[8192]);
        Path file = scratch.resolve("receivers.properties");
        Files.write(
                file,
                List.of(
                        "broken.otlp_http.endpoint = " + receiver.endpoint(),
                        "fine.otlp_http.endpoint = " + receiver.endpoint()));
        Ended ended =
                Ended.of("export", "--data", data, "--config", file, "--json").expect(3);
        Schemas.check("export", ended.json());
        assertThat(ended.json().path("destinations"))
                .extracting(each -> each.path("name").asText() + " "
                        + each.path("state").asText() + " "
                        + each.path("spans").asInt())
                .containsExactly("broken failed 0", "fine done 20");
        assertThat(ended.json().path("error").asText())
                .startsWith("broken: not started: ")
                .contains("intact");
        assertThat(receiver.take()).isEqualTo(20);
    }

    @Test
    void aReceiverThatTakesNothingLeavesTheCheckpointWhereItIs() throws Exception {
        ingest(data, 0, 20);
        receiver.usually(Reply.answer(401));
        Ended refused = export("--header", "authorization=Bearer " + SECRET).expect(1);
        assertThat(refused.out() + refused.err()).doesNotContain(SECRET);
        JsonNode answer = refused.json();
        assertThat(answer.path("state").asText()).isEqualTo("paused");
        assertThat(answer.path("reason").asText()).contains("401");
        assertThat(answer.path("spans").asInt()).isZero();
        assertThat(answer.path("checkpoint").asText()).isEqualTo("0000000000000000:0+0");
        assertThat(answer.path("exitCode").asInt()).isEqualTo(1);
        receiver.usually(Reply.ok());
        export().expect(0);
        assertThat(receiver.take()).isEqualTo(20);
    }

    @Test
    void aDeadReceiverIsGivenUpAndNothingIsLost() throws Exception {
        ingest(data, 0, 20);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Ended dead = giveUp(port, 300);
        // On a busy machine not even the first request has failed by then.
        for (int millis = 600; dead.json().path("retries").asInt() == 0 && millis < 60_000; millis *= 2) {
            dead = giveUp(port, millis);
        }
        assertThat(dead.json().path("state").asText()).isEqualTo("retrying");
        assertThat(dead.json().path("retries").asInt()).isPositive();
        assertThat(dead.err()).contains("--follow");
        export().expect(0);
        assertThat(receiver.take()).isEqualTo(20);
    }

    private Ended giveUp(int port, int millis) throws Exception {
        return Ended.of(
                        "export",
                        "--data",
                        data,
                        "--endpoint",
                        "http://127.0.0.1:" + port,
                        "--give-up",
                        millis + "ms",
                        "--json")
                .expect(1);
    }

    @Test
    void whatTheReceiverRejectsIsCountedAndStatusOne() throws Exception {
        ingest(data, 0, 20);
        receiver.usually(Reply.partial(3, ""));
        Ended partly = export().expect(1);
        assertThat(partly.json().path("rejected").asInt()).isEqualTo(3);
        assertThat(partly.json().path("spans").asInt()).isEqualTo(20);
        assertThat(partly.err()).contains("3 spans were rejected");
    }

    @Test
    void aCheckpointThatCannotBeUsedIsStatusThreeWithTheChoices() throws Exception {
        ingest(data, 0, 20);
        export().expect(0);
        Path checkpoint = data.resolve("checkpoints").resolve("otlp");
        Path other = scratch.resolve("other");
        ingest(other, 0, 10);
        Files.createDirectories(other.resolve("checkpoints"));
        Path copied = Files.copy(checkpoint, other.resolve("checkpoints").resolve("otlp"));
        expectRefusal(other, copied, "of the store");

        Path copy = scratch.resolve("copy");
        copy(data, copy);
        ingest(data, 20, 40);
        export().expect(0);
        Path ahead = copy.resolve("checkpoints").resolve("otlp");
        Files.write(ahead, Files.readAllBytes(checkpoint));
        expectRefusal(copy, ahead, "restored from a copy");

        Files.write(checkpoint, new byte[8192]);
        expectRefusal(data, checkpoint, "intact");
        receiver.take();
        export("--from-start").expect(0);
        assertThat(receiver.take()).isEqualTo(40);
    }

    @Test
    void statsSayHowFarEachExporterIs() throws Exception {
        ingest(data, 0, 20);
        export().expect(0);
        ingest(data, 20, 45);
        export("--name", "second").expect(0);
        Path damaged = data.resolve("checkpoints").resolve("third");
        Files.write(damaged, new byte[8192]);
        JsonNode stats = Ended.of("stats", "--data", data, "--json").expect(0).json();
        Schemas.check("stats", stats);
        assertThat(stats.path("storeId").asText()).hasSize(36);
        JsonNode first = stats.path("checkpoints").path("otlp");
        assertThat(first.path("lag").asInt()).isEqualTo(25);
        assertThat(first.path("live").asBoolean()).isTrue();
        assertThat(first.path("ageSeconds").isNumber()).isTrue();
        assertThat(stats.path("checkpoints").path("second").path("lag").asInt()).isZero();
        assertThat(stats.path("checkpoints").path("third").path("problem").asText())
                .contains("intact");
        assertThat(stats.path("checkpoints")).hasSize(3);

        Files.setLastModifiedTime(data.resolve("checkpoints").resolve("otlp"), FileTime.from(Instant.EPOCH));
        assertThat(Ended.of("stats", "--data", data).expect(0).out())
                .contains("checkpoints.otlp.live\tfalse", "checkpoints.otlp.lag\t25");
    }

    @Test
    void somethingElseInThePlaceOfTheCheckpointsIsStatusThree() throws Exception {
        ingest(data, 0, 20);
        Path place = Files.writeString(data.resolve("checkpoints"), "in the way");
        assertThat(export().expect(3).json().path("error").asText())
                .contains(place.toString(), "move away what has its name");
        assertThat(Files.readString(place)).isEqualTo("in the way");
        Files.delete(place);
        export().expect(0);
        assertThat(receiver.take()).isEqualTo(20);
    }

    @Test
    void whatItsWriterDoesNotMoveToTheLogInTimeIsSaidToBeMissing() throws Exception {
        StoreConfig lazy =
                StoreConfig.builder().syncInterval(Duration.ofHours(1)).build();
        try (SpanStore store = SpanStore.open(data, lazy)) {
            store.append(new SpanDraft().clear().ids(1, 1, 1).name("moved").times(1, 2));
            store.flush(Duration.ofSeconds(60));
            export().expect(0);
            assertThat(receiver.take()).isEqualTo(1);
            store.append(new SpanDraft().clear().ids(2, 2, 2).name("open").times(1, 2));
            Ended incomplete = export("--give-up", "1s").expect(1);
            assertThat(incomplete.json().path("spans").asInt()).isZero();
            assertThat(incomplete.json().path("error").asText()).contains("not in the log", "--give-up");
        }
        export().expect(0);
        assertThat(receiver.take()).isEqualTo(1);
    }

    private void expectRefusal(Path store, Path checkpoint, String found) {
        Ended refused = Ended.of("export", "--data", store, "--endpoint", receiver.base(), "--json")
                .expect(3);
        assertThat(refused.json().path("error").asText()).contains(found, checkpoint.toString(), "--from-start");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void twoExportersOfOneNameExcludeEachOther() throws Exception {
        ingest(data, 0, 20);
        ExportConfig config = ExportConfig.builder().checkpointName("otlp").build();
        try (StoreReader reader = StoreReader.open(data);
                ExportAgent first = ExportAgent.open(reader, data, config)) {
            assertThat(first.status().spans()).isZero();
            assertThat(export().expect(3).json().path("error").asText())
                    .contains("'otlp'", Long.toString(ProcessHandle.current().pid()), "name of its own");
        }
        export().expect(0);
    }
}
