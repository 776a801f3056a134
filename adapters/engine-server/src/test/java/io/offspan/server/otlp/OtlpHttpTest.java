package io.offspan.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.offspan.server.ServerCase;
import io.offspan.testkit.otlp.SpanBag;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OtlpHttpTest extends ServerCase {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    private HttpResponse<byte[]> post(String type, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at("/v1/traces"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void storesWhatComesAsProtobuf() throws Exception {
        HttpResponse<byte[]> answer = post(PROTOBUF, Requests.of(1, 3).toByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ExportTraceServiceResponse.parseFrom(answer.body()))
                .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
        assertThat(stored()).isEqualTo(SpanBag.of(Requests.of(1, 3)));
    }

    @Test
    void storesWhatComesByGzip() throws Exception {
        assertThat(post(PROTOBUF, Requests.gzip(Requests.of(1, 3).toByteArray()), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
        assertThat(stored()).isEqualTo(SpanBag.of(Requests.of(1, 3)));
    }

    @Test
    void storesWhatComesAsJson() throws Exception {
        String json = """
                {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]},
                 "scopeSpans": [{"spans": [{"traceId": "00000000000000000000000000000001", "spanId": "00000000000003E9",
                   "parentSpanId": "", "name": "GET /cart", "kind": 0, "startTimeUnixNano": "1700000000000000000",
                   "endTimeUnixNano": 1700000000100000000, "new in 2030": {"a": [1, {}]}}]}]}]}""";
        HttpResponse<byte[]> answer = post(JSON + "; charset=utf-8", json.getBytes(StandardCharsets.UTF_8));
        assertThat(text(answer)).isEqualTo("{}");
        assertThat(answer.headers().firstValue("content-type")).contains(JSON);
        assertThat(stored()).isEqualTo(SpanBag.of(Requests.of(1, 1)));
        assertThat(post(JSON, Requests.gzip(json.getBytes(StandardCharsets.UTF_8)), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
        assertThat(stored().size()).isEqualTo(2);
    }

    @Test
    void saysHowManySpansAreRejectedAndWhy() throws Exception {
        ExportTraceServiceRequest.Builder request = Requests.of(1, 3).toBuilder();
        request.getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .getSpansBuilder(1)
                .setTraceId(ByteString.copyFrom(new byte[3]));
        HttpResponse<byte[]> answer = post(PROTOBUF, request.build().toByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        ExportTraceServiceResponse said = ExportTraceServiceResponse.parseFrom(answer.body());
        assertThat(said.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
        assertThat(said.getPartialSuccess().getErrorMessage())
                .contains("1 BAD_ID")
                .contains("3 bytes");
        assertThat(stored().size()).isEqualTo(2);
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        HttpResponse<byte[]> noProtobuf = post(PROTOBUF, new byte[] {0x0a, 0x7f, 1});
        assertThat(noProtobuf.statusCode()).isEqualTo(400);
        assertThat(noProtobuf.headers().firstValue("content-type")).contains(PROTOBUF);
        assertThat(text(noProtobuf)).contains("the rest of the request is not");
        HttpResponse<byte[]> noJson = post(JSON, "{\"resourceSpans\": [".getBytes(StandardCharsets.UTF_8));
        assertThat(noJson.statusCode()).isEqualTo(400);
        assertThat(text(noJson))
                .startsWith("{\"code\":3,\"message\":\"The request is no JSON")
                .contains("at line 1");
        assertThat(text(post(JSON, "[".repeat(100_000).getBytes(StandardCharsets.UTF_8))))
                .contains("\"code\":3");
        assertThat(text(post(JSON, ("{\"x\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8))))
                .contains("\"code\":3");
        // To read so many digits would take hours.
        String digits = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":\""
                + "9".repeat(8 << 20) + "\"}]}]}]}";
        assertThat(text(post(JSON, digits.getBytes(StandardCharsets.UTF_8))))
                .contains("it is a whole number of 64 bits");
        assertThat(post(PROTOBUF, new byte[] {1, 2, 3}, "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("text/plain", new byte[0]).statusCode()).isEqualTo(415);
        assertThat(post(PROTOBUF, new byte[0], "Content-Encoding", "br").statusCode())
                .isEqualTo(415);
        assertThat(stored().size()).isZero();
    }

    @Test
    void refusesWhatIsTooLargePackedOrNot() throws Exception {
        HttpResponse<byte[]> large = post(PROTOBUF, new byte[OtlpHttp.MAX_BYTES + 1]);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(text(large)).contains("larger than " + OtlpHttp.MAX_BYTES + " bytes; send fewer spans at once");
        assertThat(post(PROTOBUF, Requests.bomb(OtlpHttp.MAX_BYTES + 1L), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(413);
        assertThat(post(PROTOBUF, Requests.of(1, 1).toByteArray()).statusCode()).isEqualTo(200);
    }

    @Test
    void asksToComeAgainWhenTheStoreIsClosed() throws Exception {
        store.close();
        HttpResponse<byte[]> answer = post(PROTOBUF, Requests.of(1, 3).toByteArray());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
        assertThat(text(answer)).contains("3 closed");
    }
}
