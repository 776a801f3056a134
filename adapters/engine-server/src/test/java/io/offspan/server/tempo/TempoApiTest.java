package io.offspan.server.tempo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.offspan.server.ServerCase;
import io.offspan.server.otlp.Requests;
import io.offspan.testkit.otlp.SpanBag;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of Tempo, over one trace of a root and a call that failed, and one without a root. */
class TempoApiTest extends ServerCase {
    private static final String TRACE = "00000000000000000000000000000001";
    private static final long START = 1_700_000_000_000_000_000L;

    private ExportTraceServiceRequest whole;

    @BeforeEach
    void store() {
        ExportTraceServiceRequest.Builder request = Requests.of(1, 2).toBuilder();
        Span.Builder call =
                request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).getSpansBuilder(1);
        call.setName("pay")
                .setParentSpanId(Requests.id(8, 1001))
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("http/status")
                        .setValue(AnyValue.newBuilder().setIntValue(503)));
        whole = request.build();
        ExportTraceServiceRequest.Builder torn = Requests.of(2, 1).toBuilder();
        torn.getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .getSpansBuilder(0)
                .setParentSpanId(ByteString.copyFrom(new byte[] {9, 9, 9, 9, 9, 9, 9, 9}));
        assertThat(store.appendOtlp(whole.toByteArray()).accepted()).isEqualTo(2);
        assertThat(store.appendOtlp(torn.build().toByteArray()).accepted()).isEqualTo(1);
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> protobuf(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(at(path))
                        .header("Accept", "application/protobuf")
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.isObject() ? each.path("value").asText() : each.asText()));
        return texts;
    }

    @Test
    void findsTracesWithTheSpansThatPass() throws Exception {
        JsonNode traces = json("/api/search?q=" + encoded("{ status = error } | select(span.http/status, kind)"))
                .path("traces");
        assertThat(traces).hasSize(1);
        JsonNode trace = traces.get(0);
        assertThat(trace.path("traceID").asText()).isEqualTo(TRACE);
        assertThat(trace.path("rootServiceName").asText()).isEqualTo("cart");
        assertThat(trace.path("rootTraceName").asText()).isEqualTo("GET /cart");
        assertThat(trace.path("durationMs").asInt()).isEqualTo(100);
        assertThat(trace.path("startTimeUnixNano")).isEqualTo(new ObjectMapper().readTree("\"" + START + "\""));
        assertThat(trace.path("serviceStats").path("cart").toString()).isEqualTo("{\"spanCount\":2,\"errorCount\":1}");
        JsonNode set = trace.path("spanSets").get(0);
        assertThat(set).isEqualTo(trace.path("spanSet"));
        assertThat(set.path("matched").asInt()).isEqualTo(1);
        assertThat(set.path("spans").get(0).path("name").asText()).isEqualTo("pay");
        assertThat(set.path("spans").get(0).path("attributes").get(0).toString())
                .isEqualTo("{\"key\":\"http/status\",\"value\":{\"intValue\":\"503\"}}");
    }

    @Test
    void saysSoWhereARootIsMissing() throws Exception {
        JsonNode traces = json("/api/search?limit=5").path("traces");
        assertThat(traces).hasSize(2);
        assertThat(traces.findValuesAsText("rootServiceName")).contains(Search.NO_ROOT);
    }

    @Test
    void keepsToTheTimesOfAQuestion() throws Exception {
        assertThat(json("/api/search?q=%7B%7D&start=1700000000&end=1700000001").path("traces"))
                .hasSize(2);
        assertThat(json("/api/search?q=%7B%7D&start=1700000001&end=1700000002").path("traces"))
                .isEmpty();
    }

    @Test
    void understandsQuestionsFromBeforeTraceQl() throws Exception {
        assertThat(json("/api/search?tags=" + encoded("service.name=cart name=\"pay\""))
                        .path("traces"))
                .hasSize(1);
        assertThat(json("/api/search?minDuration=50ms&maxDuration=1m").path("traces"))
                .hasSize(2);
        assertThat(json("/api/search?minDuration=1s").path("traces")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/search?limit=0",
                "/api/search?limit=x",
                "/api/search?start=2&end=1",
                "/api/search?start=yesterday",
                "/api/search?start=1e999999999",
                "/api/search?q=%7B",
                "/api/search?q=%7B%7D&tags=a%3Db",
                "/api/search?tags=%22",
                "/api/search?minDuration=long",
                // As many digits as there is memory for.
                "/api/search?start=1e600000000",
                "/api/search?end=1e-2147483647",
                "/api/v2/search/tags?scope=all",
                "/api/v2/search/tag/%20/values",
                "/api/traces/xyz",
                "/api/v2/traces/000000000000000000000000000000001",
                "/api/metrics/query_range",
                "/api/metrics/query_range?q=%7B%7D",
                "/api/metrics/query_range?q=%7B%7D%7Crate()&start=1&end=1000000000&step=1ms",
                "/api/metrics/query_range?q=%7B%7D%7Crate()&step=-1s"
            })
    void refusesWithASentence(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(answer.body()).hasSizeGreaterThan(20);
    }

    @Test
    void givesATraceAsProtobufAndAsItsJson() throws Exception {
        HttpResponse<byte[]> old = protobuf("/api/traces/1");
        assertThat(new SpanBag().add(old.body())).isEqualTo(SpanBag.of(whole));
        byte[] wrapped = protobuf("/api/v2/traces/" + TRACE).body();
        // Field 1, of more than 127 bytes and less than 16 KiB.
        byte[] inner = Arrays.copyOfRange(wrapped, 3, wrapped.length);
        assertThat(wrapped[0]).isEqualTo((byte) 0x0a);
        assertThat(new SpanBag().add(inner)).isEqualTo(SpanBag.of(whole));
        JsonNode span = json("/api/traces/" + TRACE)
                .path("batches")
                .get(0)
                .path("scopeSpans")
                .get(0)
                .path("spans")
                .get(1);
        assertThat(span.path("kind").asText()).isEqualTo("SPAN_KIND_CLIENT");
        assertThat(span.path("status").path("code").asText()).isEqualTo("STATUS_CODE_ERROR");
        assertThat(Base64.getDecoder().decode(span.path("parentSpanId").asText()))
                .isEqualTo(Requests.id(8, 1001).toByteArray());
        assertThat(json("/api/v2/traces/" + TRACE).path("trace").path("resourceSpans"))
                .hasSize(1);
    }

    @Test
    void tellsATraceThatThereIsNot() throws Exception {
        assertThat(get("/api/traces/abc").statusCode()).isEqualTo(404);
        assertThat(json("/api/v2/traces/abc").path("trace").path("resourceSpans"))
                .isEmpty();
        assertThat(protobuf("/api/v2/traces/abc").body()).containsExactly(0x0a, 0);
    }

    @Test
    void namesKeysByScope() throws Exception {
        JsonNode scopes = json("/api/v2/search/tags").path("scopes");
        assertThat(scopes.findValuesAsText("name")).containsExactly("intrinsic", "resource", "span");
        assertThat(texts(scopes.get(0).path("tags"))).contains("duration", "trace:rootService");
        assertThat(texts(scopes.get(1).path("tags"))).containsExactly("service.name");
        assertThat(texts(scopes.get(2).path("tags"))).containsExactly("http/status");
        assertThat(json("/api/v2/search/tags?scope=resource").path("scopes")).hasSize(1);
        assertThat(texts(json("/api/search/tags?scope=span").path("tagNames"))).containsExactly("http/status");
    }

    @Test
    void namesValuesWithTheirTypes() throws Exception {
        assertThat(json("/api/v2/search/tag/span.http%2Fstatus/values")
                        .path("tagValues")
                        .toString())
                .isEqualTo("[{\"type\":\"int\",\"value\":\"503\"}]");
        assertThat(json("/api/v2/search/tag/status/values").path("tagValues").toString())
                .contains("{\"type\":\"keyword\",\"value\":\"error\"}");
        assertThat(texts(json("/api/v2/search/tag/resource.service.name/values").path("tagValues")))
                .containsExactly("cart");
        assertThat(texts(json("/api/search/tag/service.name/values").path("tagValues")))
                .containsExactly("cart");
    }

    @Test
    void helpsWhereAQuestionIsNotWrittenToItsEnd() throws Exception {
        assertThat(texts(json("/api/v2/search/tag/name/values?q="
                                + encoded("{ status = error && resource.service.name = }"))
                        .path("tagValues")))
                .containsExactly("pay");
        assertThat(texts(json("/api/v2/search/tag/name/values?q=" + encoded("{ name = }"))
                        .path("tagValues")))
                .containsExactlyInAnyOrder("GET /cart", "pay");
        assertThat(texts(json("/api/v2/search/tag/name/values?q=" + encoded("}{"))
                        .path("tagValues")))
                .hasSize(2);
    }

    @Test
    void countsOverTime() throws Exception {
        String times = "&start=1700000000&end=1700000060";
        JsonNode series = json("/api/metrics/query_range?step=60s&q=" + encoded("{} | count_over_time() by(name)")
                        + times)
                .path("series");
        assertThat(series).hasSize(2);
        assertThat(series.findValuesAsText("stringValue")).containsExactlyInAnyOrder("GET /cart", "pay");
        assertThat(series.get(0).path("samples").get(0).path("timestampMs").isTextual())
                .isTrue();
        JsonNode instant = json("/api/metrics/query?q=" + encoded("{ status = error } | count_over_time()") + times)
                .path("series");
        assertThat(instant.get(0).path("value").asDouble()).isEqualTo(1);
    }

    @Test
    void saysThatItIsThere() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(json("/api/status/buildinfo").has("version")).isTrue();
    }
}
