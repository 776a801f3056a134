package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.offspan.cli.input.Readers.Outcome;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as other tools write them: read to the last span, or named with what to do. */
class FilesOfOthersTest {
    private static final String REQUEST =
            "{'resourceSpans':[{'resource':{},'scopeSpans':[{'scope':{},'spans':[%s]}]}]}";
    private static Readers readers;

    @BeforeAll
    static void open() throws IOException {
        readers = new Readers();
    }

    @AfterAll
    static void close() throws IOException {
        readers.close();
    }

    private static String request(int trace, int... spans) {
        StringBuilder all = new StringBuilder();
        for (int span : spans) {
            all.append(all.isEmpty() ? "" : ",")
                    .append("{'traceId':'%032x','spanId':'%016x','name':'s%d'}".formatted(trace, span, span));
        }
        return REQUEST.formatted(all);
    }

    private static Outcome read(String text) {
        return readers.read(null, text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "old-instrumentationLibrarySpans.json, 2",
        "snake-scope_spans.json, 1",
        "python-nan.json, 3",
        "tempo-batches.json, 1",
        "base64-ids.json, 1",
        "java-logging-otlp.jsonl, 1",
        "zipkin-list-of-lists.json, 2",
        "zipkin-v1.json, 1",
        "zipkin-go-status.json, 9",
        "five-lines.jsonl, 5",
        "three-members.gz, 3",
        "bom.csv, 1",
        "one.bin, 2",
        "tempo-traces-v2.pb, 2",
        "collector-file-proto.pb, 10",
        "five-lines.jsonl.zst, 5"
    })
    void readsEverySpanOf(String file, int spans) throws IOException {
        Outcome outcome = readers.read(null, Readers.resource(file));
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.stored()).isEqualTo(spans);
        assertThat(outcome.rejected()).isEmpty();
        assertThat(outcome.unknownFields()).isZero();
    }

    @Test
    void goesOnBehindALineThatIsTorn() throws IOException {
        Outcome outcome = readers.read(null, Readers.resource("torn-line.jsonl"));
        assertThat(outcome.stored()).isEqualTo(4);
        assertThat(outcome.rejected()).hasToString("{TRUNCATED=1}");
        assertThat(outcome.problems().get(0)).contains("line 3, column 201", "2 spans before that are stored");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'resourceSpans':[{'resource':{},'scopeSpans':[`, 3",
                "`{'resourceSpans':[{'resource':{},'scopeSpans':[{'scope':{},'spans':[{'traceId':'1', `, 3",
                "`{'resourceSpans':`, 3",
                "`{`, 3",
                "`{'resourceSpans':[}]}`, 3",
                "`{'resourceSpans':[]} trailing`, 3",
                "`nonsense`, 3",
                "`\"resourceSpans\":[]}`, 3",
                "`]}]}]}`, 3",
                "`{'resourceSpans':[{'scopeSpans':7}]}`, 3",
                "`{'resourceSpans':[{'schemaUrl':'\\q'}]}`, 3"
            })
    void goesOnAtTheNextLineThatBeginsARequest(String torn, int spans) {
        Outcome outcome =
                read(request(0xf1, 1) + "\n" + torn + "\n" + request(0xf1, 2) + "\n" + request(0xf1, 3) + "\n");
        assertThat(outcome.stored()).as("%s", outcome.problems()).isEqualTo(spans);
        assertThat(outcome.rejected().values()).as("%s", outcome.problems()).containsExactly(1L);
        assertThat(outcome.problems())
                .singleElement()
                .asString()
                .contains("line 2")
                .doesNotContain("Jackson", "JSON-");
    }

    @Test
    void keepsTheWholeSpansOfATornLineWhoseResourceAndScopeAreKnown() {
        String whole = request(0xf2, 1, 2, 3);
        Outcome outcome = read(whole.substring(0, whole.indexOf("'s3'") + 2) + "\n" + request(0xf2, 4));
        assertThat(outcome.stored()).isEqualTo(3);
        assertThat(outcome.rejected()).hasToString("{TRUNCATED=1}");
        String unknown = whole.replace("'scope':{},", "");
        assertThat(read(unknown.substring(0, unknown.indexOf("'s3'"))).rejected())
                .hasToString("{INCOMPLETE=2, TRUNCATED=1}");
    }

    @Test
    void refusesOnlyTheSpanOfATextANumberOrANestingBeyondTheLimits() {
        String trace = "'traceId':'%032x',".formatted(0xf3);
        String good = "{" + trace + "'spanId':'0000000000000001'}";
        for (String bad : new String[] {
            "'name':'" + "é\\u00e9".repeat(JsonRecords.MAX_TEXT_BYTES / 4) + "'",
            "'flags':" + "1".repeat(5_000),
            "'x':" + "[".repeat(600) + "'\\\"]'" + "]".repeat(600),
            "'" + "k".repeat(JsonRecords.MAX_TEXT_BYTES + 1) + "':1"
        }) {
            Outcome outcome =
                    read(REQUEST.formatted(good + ",{" + trace + bad + ",'spanId':'0000000000000002'}," + good) + "\n"
                            + request(0xf3, 4));
            assertThat(outcome.stored()).as("%s", outcome.problems()).isEqualTo(3);
            assertThat(outcome.rejected().toString()).matches("\\{TOO_(LARGE|DEEP)=1}");
            assertThat(outcome.problems()).singleElement().asString().matches("(?s).*line 1, column \\d+: .*allowed");
        }
    }

    @Test
    void readsBareNumbersThatAreNoneAndRecordSeparators() {
        String values = "[{'key':'nan','value':{'doubleValue':NaN}},{'key':'low','value':{'doubleValue':-Infinity}},"
                + "{'key':'high','value':{'doubleValue':Infinity}}]";
        assertThat(read("\u001e" + request(0xf4, 1).replace("'name'", "'attributes':" + values + ",'name'") + "\n\u001e"
                                + request(0xf4, 2) + "\n")
                        .stored())
                .isEqualTo(2);
        Span span = readers.trace(0xf4).get(0);
        assertThat(span.attributes().get("nan")).isEqualTo(Value.of(Double.NaN));
        assertThat(span.attributes().get("low")).isEqualTo(Value.of(Double.NEGATIVE_INFINITY));
        assertThat(span.attributes().get("high")).isEqualTo(Value.of(Double.POSITIVE_INFINITY));
    }

    @Test
    void readsSpansOutOfALog() {
        String line =
                request(0xf5, 1).replaceFirst("\\{'resourceSpans':\\[", "").replaceFirst("]}$", "");
        Outcome outcome =
                read("Started in 3 s\n[otel.javaagent 2026-11-27 03:10:17:123 +0000] [main] INFO io.x.Exporter - "
                        + line + "\n\tat nowhere {}\n{'level':'INFO'}\n03:10:18 INFO " + request(0xf5, 2) + "\n");
        assertThat(outcome.stored()).isEqualTo(2);
        assertThat(outcome.rejected()).isEmpty();
        assertThat(outcome.unknownFields()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'result':%s}`, 1",
                "`{'trace':%s}`, 1",
                "`{'result':{'trace':%s}}`, 1",
                "`[[%s],[%s]]`, 2",
                "`%s,\n%s`, 2",
                "`[\n%s,\n%s\n]`, 2"
            })
    void readsRequestsInEveryWrapping(String wrapping, int spans) {
        Outcome outcome = read(wrapping.replace("%s", request(0xf6, 1)));
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.stored()).isEqualTo(spans);
    }

    @Test
    void readsNamesAsTheyAreDeclaredInProtobuf() {
        assertThat(read("{'resource_spans':[{'resource':{'dropped_attributes_count':1},'schema_url':'u','scope_spans':["
                                + "{'schema_url':'v','spans':[{'trace_id':'000000000000000000000000000000f7','span_id':"
                                + "'0000000000000001','parent_span_id':'0000000000000002','trace_state':'a=b',"
                                + "'start_time_unix_nano':'5','end_time_unix_nano':'7','dropped_links_count':2,"
                                + "'attributes':[{'key':'k','value':{'string_value':'t'}},{'key':'l','value':{'array_value':"
                                + "{'values':[{'int_value':3}]}}}],'events':[{'time_unix_nano':6}],'links':[{'trace_id':"
                                + "'00000000000000000000000000000009','span_id':'0000000000000009'}]}]}]}]}")
                        .unknownFields())
                .isZero();
        Span span = readers.trace(0xf7).get(0);
        assertThat(span.parentIdBits()).isEqualTo(2);
        assertThat(span.traceState()).isEqualTo("a=b");
        assertThat(span.durationNanos()).isEqualTo(2);
        assertThat(span.attributes().toString()).contains("k=t", "l=[3]");
        assertThat(span.events().get(0).timeNanos()).isEqualTo(6);
        assertThat(span.links().get(0).spanIdBits()).isEqualTo(9);
        assertThat(span.droppedLinks()).isEqualTo(2);
        assertThat(span.scope().schemaUrl()).isEqualTo("v");
    }

    @Test
    void givesVersionOneOfZipkinTheKindServiceTagsAndErrorOfVersionTwo() throws IOException {
        readers.read(null, Readers.resource("zipkin-v1.json"));
        Span span = readers.trace(0xc1).get(0);
        assertThat(span.serviceName()).isEqualTo("catalog");
        assertThat(span.kindName()).isEqualTo("SERVER");
        assertThat(span.statusName()).isEqualTo("ERROR");
        assertThat(span.statusMessage()).isEqualTo("500");
        assertThat(span.attributes().text("http.path")).isEqualTo("/catalog");
        assertThat(span.durationNanos()).isEqualTo(10_341_000);
        assertThat(span.events()).isEmpty();

        read(
                "[{'traceId':'c2','id':'1','annotations':[{'timestamp':1000,'value':'cs','endpoint':{'serviceName':'web'}},"
                        + "{'timestamp':1100,'value':'sr','endpoint':{'serviceName':'db'}},"
                        + "{'timestamp':1300,'value':'cr','endpoint':{'serviceName':'web'}}],"
                        + "'binaryAnnotations':[{'key':'sa','value':true,'type':'BOOL','endpoint':{'serviceName':'db','port':5432}}]}]");
        Span shared = readers.trace(0xc2).get(0);
        assertThat(shared.kindName()).isEqualTo("CLIENT");
        assertThat(shared.serviceName()).isEqualTo("web");
        assertThat(shared.startNanos()).isEqualTo(1_000_000);
        assertThat(shared.durationNanos()).isEqualTo(300_000);
        assertThat(shared.attributes().toString()).contains("peer.service=db", "network.peer.port=5432");
        assertThat(shared.events().get(0).name()).isEqualTo("sr");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{}`",
                "`[]`",
                "`[[]]`",
                "`{'resourceSpans':[]}`",
                "` \n\t`",
                "`TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n`"
            })
    void refusesAFileThatHoldsSomethingAndNoSpan(String content) {
        assertThat(read(content).rejected()).hasToString("{NO_SPANS=1}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'resourceLogs':[{'resource':{}}]}`, logs of OpenTelemetry",
                "`{'resourceMetrics':[]}`, metrics of OpenTelemetry",
                "`{'data':[],'total':0,'errors':null}`, Jaeger's own JSON",
                "`[{'traceID':'1','spans':[],'processes':{}}]`, /api/v3/traces",
                "`{'log':'x','stream':'stdout','time':'t'}`, jq -r .log",
                "`{'code':404,'message':'not found'}`, a message of a server",
                "`{'colour':1}`, no span in it",
                "`<!DOCTYPE html><html>`, HTML",
                "`Dear reader, this is no request.`, it starts with 'Dear reader",
                "`PK\u0003\u0004`, unzip -p FILE",
                "`BZh91AY`, bzip2 -dc FILE"
            })
    void namesWhatIsNotRead(String content, String what) {
        Outcome outcome = read(content);
        assertThat(outcome.stored()).isZero();
        assertThat(outcome.rejected()).hasSize(1);
        assertThat(outcome.problems()).singleElement().asString().contains(what).doesNotContain("zipkin-json");
    }

    @Test
    void readsTheFramesOfTheCollectorPackedOrNotAndOtherSignalsBetweenThem() throws IOException {
        byte[] one = Readers.resource("one.bin");
        byte[] logs = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .addScopeLogs(ScopeLogs.newBuilder()
                                .addLogRecords(LogRecord.newBuilder()
                                        .setTimeUnixNano(1)
                                        .setSeverityNumberValue(9))))
                .build()
                .toByteArray();
        byte[] json = request(0xf8, 1).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] content :
                List.of(logs, one, Zstd.compress(one), Zstd.compress(json), new byte[0], Zstd.compress(logs))) {
            file.write(ByteBuffer.allocate(4).putInt(content.length).array());
            file.write(content);
        }
        Outcome outcome = readers.read(null, file.toByteArray());
        assertThat(outcome.stored()).as("%s", outcome.problems()).isEqualTo(5);
        assertThat(outcome.rejected()).isEmpty();
        assertThat(outcome.unknownNames()).containsExactly("logs of OpenTelemetry 2 standard input: request 1");
        byte[] cut = Arrays.copyOf(file.toByteArray(), logs.length + one.length + 40);
        assertThat(readers.read(null, cut).rejected()).hasToString("{TRUNCATED=1}");
    }

    @Test
    void emptyRequestsBehindVarintsAreNoLengthsInFourBytes() throws IOException {
        byte[] one = Readers.resource("one.bin");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ExportTraceServiceRequest.getDefaultInstance().writeDelimitedTo(file);
        ExportTraceServiceRequest.parseFrom(one).writeDelimitedTo(file);
        ExportTraceServiceRequest small = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(io.opentelemetry.proto.trace.v1.Span.newBuilder()
                                        .setTraceId(ByteString.copyFrom(new byte[16]))
                                        .setSpanId(ByteString.copyFrom(new byte[8])))))
                .build();
        assertThat(readers.read(null, file.toByteArray()).stored()).isEqualTo(2);
        file.reset();
        ExportTraceServiceRequest.getDefaultInstance().writeDelimitedTo(file);
        small.writeDelimitedTo(file);
        assertThat(readers.read(null, file.toByteArray()).stored()).isEqualTo(1);
    }

    @Test
    void namesOtherSignalsAndRequestsOfFieldsThatNobodyKnows() {
        ExportMetricsServiceRequest metrics = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("http.server.dur")
                                        .setDescription("how long")
                                        .setUnit("ms")
                                        .setSum(Sum.newBuilder()
                                                .addDataPoints(NumberDataPoint.newBuilder()
                                                        .setAsInt(1))))))
                .build();
        assertThat(readers.read(null, metrics.toByteArray()).problems())
                .singleElement()
                .asString()
                .contains("metrics of OpenTelemetry; only spans are stored");
        byte[] unknown = {0x0a, 4, 0x22, 2, 1, 1};
        assertThat(readers.read(null, unknown).rejected()).hasToString("{NO_SPANS=1}");
    }

    @Test
    void saysWhereZstdIsCutOffOrDamaged() throws IOException {
        byte[] packed = Readers.resource("five-lines.jsonl.zst");
        assertThat(readers.read(null, Arrays.copyOf(packed, packed.length - 9)).problems())
                .anyMatch(text -> text.contains("the zstd stream is cut off"));
        packed[60] ^= 0x55;
        packed[packed.length - 2] ^= 0x55;
        assertThat(readers.read(null, packed).problems()).anyMatch(text -> text.contains("the zstd stream is damaged"));
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void storesALargeElementInPartsAndNamesWhatStandsTooLate() {
        String trace =
                "{\"traceId\":\"%032x\",\"spanId\":\"%%016x\",\"name\":\"%s\"}".formatted(0xf9, "n".repeat(500_000));
        StringBuilder spans = new StringBuilder();
        for (int i = 1; i <= 80; i++) {
            spans.append(i == 1 ? "" : ",").append(trace.formatted(i));
        }
        String element = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
                + "{\"stringValue\":\"big\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"lib\"},\"spans\":[" + spans
                + "]%s}]}]}";
        Outcome whole = readers.read(null, element.formatted(""));
        assertThat(whole.stored()).as("%s", whole.problems()).isEqualTo(80);
        assertThat(whole.rejected()).isEmpty();
        assertThat(readers.trace(0xf9))
                .allMatch(span ->
                        span.serviceName().equals("big") && span.scope().name().equals("lib"));
        Outcome late = readers.read(null, element.formatted(",\"schemaUrl\":\"u\""));
        assertThat(late.stored()).isEqualTo(80);
        assertThat(late.rejected()).hasToString("{LATE=1}");
        assertThat(late.problems()).singleElement().asString().contains("schemaUrl stands behind 68 spans");
    }

    @Test
    void namesTheSpanThatIsTooLargeForTheStoreUnderOneName() {
        String text = "x".repeat(2_000_000);
        String large = "'attributes':[{'key':'big','value':{'stringValue':'" + text + "'}}],";
        Outcome json =
                read(request(0xfa, 1, 2) + "\n" + request(0xfa, 3).replace("{'traceId'", "{" + large + "'traceId'"));
        assertThat(json.stored()).isEqualTo(2);
        assertThat(json.rejected()).hasToString("{TOO_LARGE=1}");
        assertThat(json.problems()).singleElement().asString().contains("line 2, column 69", "1.0 MiB allowed");
        Outcome zipkin = read("[{'traceId':'fa','id':'1'},\n{'tags':{'big':'" + text + "'},'traceId':'fa','id':'2'}]");
        assertThat(zipkin.rejected()).hasToString("{TOO_LARGE=1}");
        assertThat(zipkin.problems()).singleElement().asString().contains("line 2, column 1: ");
    }

    @Test
    void namesJaegersFileAndSuggestsFormatsToWhatLooksLikeThem() throws IOException {
        assertThat(readers.read(null, Readers.resource("jaeger-ui.json"))
                        .problems()
                        .get(0))
                .contains("Jaeger", "/api/v3/traces");
        byte[] zipkin = "[{\"traceId\":\"1\",\"id\":\"1\"}]".getBytes(StandardCharsets.UTF_8);
        assertThat(readers.read(InputFormat.OTLP_JSON, zipkin).problems().get(0))
                .contains("--format zipkin-json");
        assertThat(readers.read(InputFormat.ZIPKIN_JSON, request(1, 1).replace('\'', '"'))
                        .problems())
                .singleElement()
                .asString()
                .contains("--format otlp-json");
    }
}
