package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts by which a trace is found, and the numbers that answers have in JSON. */
class TraceLookupTest {
    private static final String W3C = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String NEAR = "4bf92f3577b34da6ffffffffffffffff";
    private static final String ZIPKIN = "0000000000000000463ac35c9f6413ad";
    private static final String SMALL = "0000000000000000000000000000ab01";
    private static final String AB = "ab01000000000000000000000000000f";

    @TempDir
    static Path scratch;

    private static Path data;

    @BeforeAll
    static void store() throws Exception {
        data = scratch.resolve("store");
        List<Span> spans = new ArrayList<>();
        for (String id : List.of(W3C, NEAR, ZIPKIN, SMALL, AB)) {
            spans.add(Requests.span(1).toBuilder()
                    .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(id)))
                    .addAttributes(Requests.attribute("exact", 1L << 53))
                    .addAttributes(Requests.attribute("beyond", (1L << 53) + 1))
                    .addAttributes(Requests.attribute("least", Long.MIN_VALUE))
                    .setEndTimeUnixNano(Requests.EPOCH_NANOS + 20_000_000 * Requests.SECOND_NANOS)
                    .build());
        }
        Ended.of("ingest", "--data", data, Requests.write(scratch.resolve("a.bin"), Requests.request("cart", spans)))
                .expect(0);
    }

    @ParameterizedTest
    @CsvSource({
        W3C + "," + W3C,
        "4BF92F3577B34DA6A3CE929D0E0E4736," + W3C,
        "0x4bf92f3577b34da6a3ce929d0e0e4736," + W3C,
        "4bf92f3577b34da6a," + W3C,
        "0X4BF92F3577B34DA6A," + W3C,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01," + W3C,
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00," + W3C,
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later," + W3C,
        "463ac35c9f6413ad," + ZIPKIN,
        "000000000000463ac35c9f6413ad," + ZIPKIN,
        "ab010," + AB
    })
    void findsTheOneTraceThatATextMeans(String text, String id) {
        assertThat(Ended.of("trace", "--data", data, text).expect(0).out()).startsWith("trace " + id + ": 1 span ");
    }

    @Test
    void theBeginningOfSeveralIsRefusedWithTheirNames() {
        assertThat(Ended.of("trace", "--data", data, "4bf9").expect(1).err())
                .contains("'4bf9' could be 2 traces", W3C + ", " + NEAR, "give more digits");
        assertThat(Ended.of("trace", "--data", data, "ab01").expect(1).err())
                .as("the padded id and the beginning of another")
                .contains(SMALL + ", " + AB);
        // A beginning counts from the first of the 32 digits, not from the first that is not 0.
        Ended.of("trace", "--data", data, "463ac").expect(1);
        assertThat(Ended.of("trace", "--data", data, "77", "--json")
                        .expect(1)
                        .json()
                        .path("error")
                        .asText())
                .contains("no span of trace 00000000000000000000000000000077", "begins with 77");
    }

    @Test
    void numbersThatADoubleCannotHoldAreStringsInJson() {
        JsonNode span = Ended.of(
                        "query",
                        "--data",
                        data,
                        "{ } | select(.exact, .beyond, .least, span:duration, span:start, span:end)",
                        "--limit",
                        "1",
                        "--json")
                .expect(0)
                .json()
                .path("spans")
                .get(0);
        Schemas.check("span", span);
        assertThat(span.path("startNanos").textValue()).isEqualTo("1700000001000000000");
        assertThat(span.path("durationNanos").textValue()).isEqualTo("19999999000000000");
        assertThat(span.path("select").toString())
                .isEqualTo("{\".exact\":9007199254740992,\".beyond\":\"9007199254740993\","
                        + "\".least\":\"-9223372036854775808\",\"duration\":\"19999999000000000\","
                        + "\"span:start\":\"1700000001000000000\",\"span:end\":\"1720000000000000000\"}");
    }
}
