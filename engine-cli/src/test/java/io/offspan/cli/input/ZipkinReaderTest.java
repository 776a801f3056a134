package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.input.Readers.Outcome;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zipkin v2 spans and rows of the Nezha data set, field by field. */
class ZipkinReaderTest {
    private static final AtomicLong traces = new AtomicLong(0xe000);
    private static Readers readers;

    @BeforeAll
    static void open() throws IOException {
        readers = new Readers();
    }

    @AfterAll
    static void close() throws IOException {
        readers.close();
    }

    private static Outcome read(String json) {
        return readers.read(null, json.replace('\'', '"'));
    }

    @Test
    void readsEveryFieldOfASpan() {
        assertThat(read("[{'tags':{'http.method':'GET','error':'404'},'annotations':[{'value':'ws','timestamp':"
                                + "1472470996250000}],'timestamp':1472470996199001,'duration':207001,'kind':'CLIENT',"
                                + "'localEndpoint':{'serviceName':'frontend','ipv4':'10.0.0.1','ipv6':'::1','port':80},"
                                + "'remoteEndpoint':{'serviceName':'backend','ipv6':'::2'},'shared':true,'debug':true,"
                                + "'parentId':'6b221d5bc9e6496c','name':'get /api','id':'5b4185666d50f68b',"
                                + "'traceId':'0000000000000007000000000000a001'}]")
                        .stored())
                .isEqualTo(1);
        Span span = readers.trace(0xa001).get(0);
        assertThat(span.traceIdHigh()).isEqualTo(7);
        assertThat(span.parentSpanId()).isEqualTo("6b221d5bc9e6496c");
        assertThat(span.startNanos()).isEqualTo(1472470996199001000L);
        assertThat(span.durationNanos()).isEqualTo(207_001_000);
        assertThat(span.kindName()).isEqualTo("CLIENT");
        assertThat(span.serviceName()).isEqualTo("frontend");
        assertThat(span.statusName()).isEqualTo("ERROR");
        assertThat(span.statusMessage()).isEqualTo("404");
        assertThat(span.events().get(0).timeNanos()).isEqualTo(1472470996250000000L);
        assertThat(span.attributes().toString())
                .contains("http.method=GET", "error=404", "network.local.address=10.0.0.1")
                .contains("network.local.address.ipv6=::1", "network.local.port=80", "network.peer.address=::2")
                .contains("peer.service=backend", "zipkin.shared=true", "zipkin.debug=true");
    }

    @Test
    void keepsWhatIsAbsentApart() {
        read("{'traceId':'a002','id':'1'}\n{'traceId':'a002','id':'2','duration':5}");
        Span first = readers.trace(0xa002).get(0);
        assertThat(first.startNanos()).isZero();
        assertThat(first.hasParent()).isFalse();
        assertThat(first.hasStatus()).isFalse();
        assertThat(first.kind()).isZero();
        assertThat(first.resource().attributes()).isEmpty();
        assertThat(readers.trace(0xa002).get(1).durationNanos()).isEqualTo(5_000);
    }

    @Test
    void givesBackWhatAnExporterOfOpenTelemetryTurnedIntoTags() {
        read("[{'traceId':'a003','id':'1','tags':{'otel.status_code':'OK','otel.scope.name':'lib',"
                + "'otel.scope.version':'3','error':'false'}}]");
        Span span = readers.trace(0xa003).get(0);
        assertThat(span.statusName()).isEqualTo("OK");
        assertThat(span.scope().name()).isEqualTo("lib");
        assertThat(span.scope().version()).isEqualTo("3");
        assertThat(span.attributes().get("otel.status_code")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`'otel.status_code':'Error','error':'boom'`, ERROR, boom",
                "`'otel.status_code':'STATUS_CODE_ERROR','otel.status_description':'why','error':'true'`, ERROR, why",
                "`'otel.status_code':'error'`, ERROR, ``",
                "`'otel.status_code':'ERROR','otel.status_description':'Something failed'`, ERROR, Something failed",
                "`'otel.status_code':'Unset'`, UNSET, ``",
                "`'otel.status_code':'STATUS_CODE_UNSET','error':'false'`, UNSET, ``",
                "`'otel.status_code':'UNSET','error':'boom'`, ERROR, boom",
                "`'otel.status_code':'Ok'`, OK, ``",
                "`'otel.status_code':'STATUS_CODE_OK','error':'boom'`, ERROR, boom",
                "`'otel.status_code':'fine'`, UNSET, ``",
                "`'otel.status_code':'fine','error':'boom'`, ERROR, boom",
                "`'error':''`, ERROR, ``",
                "`'error':true`, ERROR, ``",
                "`'error':'false'`, ERROR, false"
            })
    void readsTheStatusInEverySpellingAndTakesWhatItDoesNotKnowForNone(String tags, String status, String message) {
        long trace = traces.incrementAndGet();
        read("[{'traceId':'%x','id':'1','tags':{%s}}]".formatted(trace, tags));
        Span span = readers.trace(trace).get(0);
        assertThat(span.statusName()).isEqualTo(status);
        assertThat(span.statusMessage()).isEqualTo(message);
        assertThat(span.attributes().text("otel.status_code")).isEqualTo(tags.contains("fine") ? "fine" : null);
    }

    @Test
    void takesTagsOfOtherTypesAsTheyAreWrittenAndKindsInEverySpelling() throws IOException {
        Outcome outcome = readers.read(null, Readers.resource("zipkin-tag-types.json"));
        assertThat(outcome.rejected()).hasToString("{BAD_ID=1, MALFORMED=1}");
        assertThat(outcome.stored()).isEqualTo(16);
        Map<String, Span> spans =
                readers.trace(0xd1).stream().collect(Collectors.toMap(Span::name, span -> span, (a, b) -> a));
        assertThat(spans.get("num").attributes().get("http.status_code")).isEqualTo(Value.of("200"));
        assertThat(spans.get("bool").attributes().get("x")).isEqualTo(Value.of("true"));
        assertThat(spans.get("null").attributes().get("x")).isEqualTo(Value.of(""));
        assertThat(spans.get("bad kind").kindName()).isEqualTo("INTERNAL");
        assertThat(spans.get("frac").startNanos()).isEqualTo(1764000000000000500L);
        assertThat(spans.get("float time").startNanos()).isEqualTo(1764000000000000000L);
        assertThat(spans.get("strtime").durationNanos()).isEqualTo(7_131_000);
    }

    @Test
    void refusesWrongSpansAndWhatIsNoObjectAlone() {
        Outcome outcome = read("[{'traceId':'a004','id':'1'},{'traceId':'a004','id':'x'},{'traceId':'a004'},"
                + "{'traceId':'a004','id':'2','kind':'UNKNOWN'},{'traceId':'a004','id':'3','timestamp':1e17},"
                + "{'traceId':'a004','id':'4','tags':{'a':{}}},{'traceId':'a004','id':'5'},\n 7]");
        assertThat(outcome.stored()).isEqualTo(2);
        assertThat(outcome.rejected()).hasToString("{BAD_ID=2, MALFORMED=4}");
        assertThat(outcome.problems()).hasSize(6).allMatch(text -> text.matches(".*line \\d+, column \\d+: .*"));
        assertThat(outcome.problems().get(5)).contains("line 2, column 2", "expected an object, found '7]'");
    }

    @Test
    void readsRowsOfNezhaByTheNamesOfTheColumnsAndNamesTheLineOfABadOne() {
        String header = "SpanID,TraceID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n";
        Outcome outcome = readers.read(
                InputFormat.NEZHA_CSV,
                header + "1,b001,root,ts-auth-service-7f8d7d756d-kzp47,\"GET \"\"a,b\"\"\",1000,4000,3\n"
                        + "2,b001,1,plain,b,2000,1000,9\n" + "3,b001,1,plain\n" + "zz,b001,1,plain,b,1,2,0\n"
                        + "5,b001,1,plain,b,soon,2,0\n");
        assertThat(outcome.stored()).isEqualTo(2);
        assertThat(outcome.rejected()).hasToString("{BAD_ID=1, MALFORMED=2}");
        assertThat(outcome.problems())
                .extracting(text -> text.replaceAll(".*(line \\d+).*", "$1"))
                .containsExactly("line 4", "line 5", "line 6");
        List<Span> spans = readers.trace(0xb001);
        assertThat(spans.get(0).serviceName()).isEqualTo("ts-auth-service");
        assertThat(spans.get(0).resource().attributes().text("k8s.pod.name"))
                .isEqualTo("ts-auth-service-7f8d7d756d-kzp47");
        assertThat(spans.get(0).name()).isEqualTo("GET \"a,b\"");
        assertThat(spans.get(0).hasParent()).isFalse();
        assertThat(spans.get(1).parentIdBits()).isEqualTo(1);
        assertThat(spans.get(1).serviceName()).isEqualTo("plain");
        assertThat(spans.get(1).attributes().get("nezha.duration_us")).isEqualTo(Value.of(9));
    }

    @Test
    void refusesOtherTablesAndShowsTheFirstTenProblemsOnly() {
        assertThat(readers.read(InputFormat.NEZHA_CSV, "a,b\n1,2\n").rejected()).hasToString("{FOREIGN=1}");
        String header = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n";
        Outcome outcome = readers.read(null, header + "short,row\n".repeat(25));
        assertThat(outcome.rejected()).hasToString("{MALFORMED=25}");
        assertThat(outcome.problems()).hasSize(10);
        assertThat(readers.read(null, header + "1,\"never closed\n").rejected()).hasToString("{MALFORMED=1}");
    }
}
