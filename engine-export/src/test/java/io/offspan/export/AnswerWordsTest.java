package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.send.Setting;
import io.offspan.testkit.receiver.Reply;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is understood of a receiver's words, in whatever form it says them, and how the exporter introduces itself. */
class AnswerWordsTest {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json; charset=utf-8";

    @TempDir
    static Path directory;

    private static SpanStore store;
    /** Of one span, so that nothing is split to find out what is refused. */
    private static SpanStore one;

    @BeforeAll
    static void open() {
        store = SpanStore.open(directory.resolve("store"));
        TestSpans.append(store, 1, 10);
        one = SpanStore.open(directory.resolve("one"));
        TestSpans.append(one, 1, 1);
    }

    @AfterAll
    static void close() {
        store.close();
        one.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    /** A google.rpc.Status with some details behind its message. */
    private static byte[] status(int code, String message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeInt32(1, code);
        out.writeString(2, message);
        out.writeByteArray(3, new byte[] {10, 1, 'x'});
        out.flush();
        return bytes.toByteArray();
    }

    private static ExportStatus answered(SpanStore from, int code, byte[] body, String... headers) throws IOException {
        try (TestDestination to = new TestDestination(from)) {
            to.receiver.usually(Reply.answer(code, body, headers));
            return to.run();
        }
    }

    private static String reason(int code, byte[] body, String... headers) throws IOException {
        return answered(one, code, body, headers).reason();
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "404", "413", "429", "500", "503"})
    void aStatusInProtobufIsShownWithEveryRefusal(int code) throws IOException {
        assertThat(reason(code, status(3, "bad thing"), "content-type", PROTOBUF))
                .startsWith(code + " from http://localhost:")
                .contains(": bad thing");
    }

    @Test
    void aStatusIsShownInEachFormThatItMayHave() throws IOException {
        byte[] json = utf8("{\"code\":3,\"message\":\"bad \\u201ething\\u201c\",\"details\":[{\"@type\":\"x\"}]}");
        assertThat(reason(400, json, "content-type", JSON)).endsWith(": bad „thing“");
        assertThat(reason(400, gzip(json), "content-type", JSON, "content-encoding", "gzip"))
                .endsWith(": bad „thing“");
        assertThat(reason(400, gzip(status(3, "bad")), "content-type", PROTOBUF, "content-encoding", "gzip"))
                .endsWith(": bad");
        assertThat(reason(400, json)).endsWith(": bad „thing“");
        assertThat(reason(400, status(3, "bad"))).endsWith(": bad");
        assertThat(reason(400, utf8("{\"error\":{\"message\":\"no tenant\"}}"), "content-type", JSON))
                .endsWith(": no tenant");
        assertThat(reason(400, utf8("not json"), "content-type", JSON)).endsWith(": not json");
        assertThat(reason(400, utf8("a plain word\n"), "content-type", "text/plain"))
                .endsWith(": a plain word");
        assertThat(reason(400, utf8("text as protobuf"), "content-type", PROTOBUF))
                .endsWith(": text as protobuf");
    }

    @Test
    void whatIsNoStatusIsNotShownAndDoesNoHarm() throws IOException {
        byte[] zeros = new byte[200_000];
        Arrays.fill(zeros, (byte) 0);
        byte[] deep = utf8("{\"a\":".repeat(5_000));
        assertThat(reason(400, new byte[] {(byte) 0xff, 1, 2}, "content-type", PROTOBUF))
                .doesNotContain("\ufffd")
                .endsWith("/v1/traces");
        assertThat(reason(400, gzip(zeros), "content-type", PROTOBUF, "content-encoding", "gzip"))
                .startsWith("400 from");
        assertThat(reason(400, utf8("no gzip"), "content-type", PROTOBUF, "content-encoding", "gzip"))
                .endsWith("/v1/traces");
        assertThat(reason(400, deep, "content-type", JSON)).contains("{\"a\":");
        assertThat(reason(400, utf8("<html>"), "content-type", "text/html")).endsWith("/v1/traces");
    }

    @Test
    void whatIsShownHasNoHalvedCharactersAndNoMarksThatTurnIt() throws IOException {
        assertThat(reason(400, status(3, "x".repeat(199) + "😀😀"), "content-type", PROTOBUF))
                .endsWith("x😀…");
        assertThat(reason(400, status(3, "a\u202eb\u0007c"), "content-type", PROTOBUF))
                .endsWith(": a?b?c");
    }

    @Test
    void rejectionsAreCountedInEachFormOfAnAcceptedAnswer() throws IOException {
        byte[] protobuf = ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(3)
                        .setErrorMessage("too old"))
                .build()
                .toByteArray();
        expectRejected(3, protobuf, "content-type", PROTOBUF);
        expectRejected(3, gzip(protobuf), "content-type", PROTOBUF, "content-encoding", "gzip");
        byte[] json = utf8("{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"too old\"}}");
        expectRejected(3, json, "content-type", JSON);
        expectRejected(3, json);
        expectRejected(3, gzip(json), "content-type", JSON, "content-encoding", "gzip");
        expectRejected(
                3,
                utf8("{\"partial_success\": {\"rejected_spans\": 3, \"error_message\": \"old\"}}"),
                "content-type",
                JSON);
        expectRejected(0, utf8("{}"), "content-type", JSON);
        expectRejected(0, utf8("{\"partialSuccess\":{}}\n"), "content-type", JSON);
        expectRejected(0, utf8("{\"partialSuccess\":null}"), "content-type", JSON);
    }

    private static void expectRejected(long count, byte[] body, String... headers) throws IOException {
        ExportStatus done = answered(store, 200, body, headers);
        assertThat(done.state()).isEqualTo(State.IDLE);
        assertThat(done.rejectedSpans()).isEqualTo(count);
        assertThat(done.reason()).doesNotContain("not OTLP");
    }

    @Test
    void theExporterNamesItselfUnlessAnotherNameIsWanted() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.run();
            assertThat(to.receiver.received().get(0).headers().get("user-agent"))
                    .matches("Offspan-OTLP-Exporter/\\S+ \\(Java .+\\)");
        }
        try (TestDestination to = new TestDestination(store)) {
            to.config.header("User-Agent", "mine/1");
            to.run();
            assertThat(to.receiver.received().get(0).headers()).containsEntry("user-agent", "mine/1");
        }
    }

    @Test
    void remediesNameSettingsAsTheyWereMade() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config.called(Setting.ENDPOINT, "--endpoint").called(Setting.HEADERS, "--header");
            to.receiver.then(Reply.answer(404));
            assertThat(to.run().reason())
                    .contains("check the path of --endpoint")
                    .doesNotContain("OTEL_");
        }
        assertThat(reason(404, new byte[0])).contains("check the path of OTEL_EXPORTER_OTLP_ENDPOINT");
        assertThat(reason(401, new byte[0])).contains("OTEL_EXPORTER_OTLP_HEADERS");
    }

    @Test
    void whatNeverLeftIsNotCountedAsSent() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.receiver.close();
            ExportStatus down = to.run();
            assertThat(down.state()).isEqualTo(State.RETRYING);
            assertThat(down.wireBytes()).isZero();
        }
        assertThat(answered(store, 503, new byte[0]).wireBytes()).isPositive();
    }
}
