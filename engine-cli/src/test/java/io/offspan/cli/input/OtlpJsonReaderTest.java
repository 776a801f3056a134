package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.input.Readers.Outcome;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OTLP/JSON as the specification writes it, as others write it, and as nobody should. */
class OtlpJsonReaderTest {
    private static final String IDS = "'traceId':'4bf92f3577b34da6a3ce929d0e0e4736','spanId':'00f067aa0ba902b7'";
    private static Readers readers;

    @BeforeAll
    static void open() throws IOException {
        readers = new Readers();
    }

    @AfterAll
    static void close() throws IOException {
        readers.close();
    }

    private static String spans(String... spans) {
        return "{'resourceSpans':[{'scopeSpans':[{'spans':[" + String.join(",", spans) + "]}]}]}";
    }

    private static String with(String fields) {
        return spans("{" + IDS + (fields.isEmpty() ? "" : ",") + fields + "}");
    }

    private static String attribute(String value) {
        return with("'attributes':[{'key':'k','value':" + value + "}]");
    }

    private static Outcome read(String json) {
        return readers.read(InputFormat.OTLP_JSON, json.replace('\'', '"'));
    }

    private static Span readOne(long trace, String fields) {
        String ids = "'traceId':'%032X','spanId':'00F067AA0BA902B7',".formatted(trace);
        assertThat(read(spans("{" + ids + fields + "}")).stored()).isEqualTo(1);
        return readers.trace(trace).get(0);
    }

    @Test
    void readsEveryFieldOfASpanByTheMappingOfProtobuf() {
        Span span = readOne(
                0x101,
                "'parentSpanId':'eee19b7ec3c1b174','traceState':'a=b','flags':257,'name':'I\\u00f1','kind':2,"
                        + "'startTimeUnixNano':'18446744073709551615','endTimeUnixNano':1544712661000000000,"
                        + "'droppedAttributesCount':'4294967295','status':{'code':2,'message':'m'},"
                        + "'events':[{'timeUnixNano':'7','name':'e','attributes':[{'key':'x','value':{'intValue':1}}],"
                        + "'droppedAttributesCount':3}],'links':[{'traceId':'00000000000000000000000000000009',"
                        + "'spanId':'000000000000000a','traceState':'l','flags':5}],'droppedEventsCount':1,"
                        + "'droppedLinksCount':2");
        assertThat(span.spanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.parentSpanId()).isEqualTo("eee19b7ec3c1b174");
        assertThat(span.traceState()).isEqualTo("a=b");
        assertThat(span.flags()).isEqualTo(257);
        assertThat(span.name()).isEqualTo("Iñ");
        assertThat(span.kind()).isEqualTo(2);
        assertThat(span.startNanos()).isEqualTo(-1);
        assertThat(span.endNanos()).isEqualTo(1544712661000000000L);
        assertThat(span.droppedAttributes()).isEqualTo(-1);
        assertThat(span.statusCode()).isEqualTo(2);
        assertThat(span.statusMessage()).isEqualTo("m");
        assertThat(span.events().get(0).timeNanos()).isEqualTo(7);
        assertThat(span.events().get(0).attributes().get("x")).isEqualTo(Value.of(1));
        assertThat(span.links().get(0).spanIdBits()).isEqualTo(10);
        assertThat(span.droppedEvents()).isEqualTo(1);
        assertThat(span.droppedLinks()).isEqualTo(2);
    }

    @Test
    void readsEnumerationsByNameAndNumbersAsStringsAndNullAsNothing() {
        Span span = readOne(
                0x102,
                "'kind':'SPAN_KIND_PRODUCER','status':{'code':'STATUS_CODE_OK','message':null},'name':null,"
                        + "'attributes':null,'events':null,'parentSpanId':'','startTimeUnixNano':1e3,'flags':'1'");
        assertThat(span.kind()).isEqualTo(4);
        assertThat(span.statusCode()).isEqualTo(1);
        assertThat(span.hasParent()).isFalse();
        assertThat(span.startNanos()).isEqualTo(1000);
        assertThat(span.flags()).isEqualTo(1);
    }

    @Test
    void readsEveryKindOfValue() {
        Span span = readOne(
                0x103,
                "'attributes':[{'key':'long','value':{'intValue':'-9223372036854775808'}},"
                        + "{'key':'real','value':{'doubleValue':'-Infinity'}},{'key':'nan','value':{'doubleValue':'NaN'}},"
                        + "{'key':'bytes','value':{'bytesValue':'-_8='}},{'key':'flag','value':{'boolValue':true}},"
                        + "{'key':'list','value':{'arrayValue':{'values':[{'stringValue':'a'},{}]}}},"
                        + "{'key':'map','value':{'kvlistValue':{'values':[{'key':'in','value':{'doubleValue':1}}]}}},"
                        + "{'key':'empty','value':{}},{'key':'absent'},{'key':'none','value':{'stringValue':''}}]");
        assertThat(span.attributes().get("long")).isEqualTo(Value.of(Long.MIN_VALUE));
        assertThat(span.attributes().get("real")).isEqualTo(Value.of(Double.NEGATIVE_INFINITY));
        assertThat(span.attributes().get("nan")).isEqualTo(Value.of(Double.NaN));
        assertThat(span.attributes().get("bytes")).isEqualTo(Value.of(new byte[] {(byte) 0xfb, (byte) 0xff}));
        assertThat(span.attributes().get("flag")).isEqualTo(Value.of(true));
        assertThat(span.attributes().get("list")).isEqualTo(Value.of(List.of(Value.of("a"), Value.EMPTY)));
        assertThat(span.attributes().text("map")).isEqualTo("{in=1.0}");
        assertThat(span.attributes().get("empty")).isEqualTo(Value.EMPTY);
        assertThat(span.attributes().get("absent")).isEqualTo(Value.EMPTY);
        assertThat(span.attributes().get("none")).isEqualTo(Value.of(""));
    }

    @Test
    void findsResourceScopeAndSchemasBehindTheSpans() {
        assertThat(read("{'resourceSpans':[{'schemaUrl':'r1','scopeSpans':[{'spans':[{'traceId':"
                                + "'00000000000000000000000000000104','spanId':'0000000000000001'}],"
                                + "'scope':{'name':'lib','version':'2'},'schemaUrl':'s1'}],"
                                + "'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'cart'}}]}}]}")
                        .stored())
                .isEqualTo(1);
        Span span = readers.trace(0x104).get(0);
        assertThat(span.serviceName()).isEqualTo("cart");
        assertThat(span.resource().schemaUrl()).isEqualTo("r1");
        assertThat(span.scope().name()).isEqualTo("lib");
        assertThat(span.scope().schemaUrl()).isEqualTo("s1");
    }

    static Stream<Arguments> inputs() {
        String good = "{" + IDS + "}";
        String nested = "{'arrayValue':{'values':[".repeat(60) + "{}" + "]}}".repeat(60);
        return Stream.of(
                input("nothing", "", 0, ""),
                input("an empty request", "{}", 0, "NO_SPANS=1"),
                input("a plain span", with(""), 1, ""),
                input("a request a line", with("") + "\n" + with("") + "\n", 2, ""),
                input("requests in an array", "[" + with("") + "," + with("") + "]", 2, ""),
                input("a key twice", with("'name':'a','name':'b'"), 1, ""),
                input("an id that is no hexadecimal", spans("{'traceId':'xyz','spanId':'1'}", good), 1, "BAD_ID=1"),
                input("an id in base64", spans("{'traceId':'S/kvNXezTaajzpKdDg5HNg==','spanId':'1'}"), 0, "BAD_ID=1"),
                input("a span without ids", spans("{}", good), 1, "BAD_ID=1"),
                input("a number of 40 digits", with("'flags':" + "9".repeat(40)), 0, "MALFORMED=1"),
                input("a number that would fill the memory", with("'flags':1e2000000000"), 0, "MALFORMED=1"),
                input("a time below zero", with("'startTimeUnixNano':-1"), 0, "MALFORMED=1"),
                input("half a nanosecond", with("'startTimeUnixNano':0.5"), 0, "MALFORMED=1"),
                input("a double beyond its range", attribute("{'doubleValue':1e999}"), 0, "MALFORMED=1"),
                input("a double of Java", attribute("{'doubleValue':'0x1p3'}"), 0, "MALFORMED=1"),
                input("a truth in a string", attribute("{'boolValue':'true'}"), 0, "MALFORMED=1"),
                input("bytes that are no base64", attribute("{'bytesValue':'*'}"), 0, "MALFORMED=1"),
                input("a value that is no object", attribute("'text'"), 0, "MALFORMED=1"),
                input("a name that is an object", spans("{" + IDS + ",'name':{'a':[1,{}]}}", good), 1, "MALFORMED=1"),
                input("attributes that are an object", with("'attributes':{'a':1}"), 0, "MALFORMED=1"),
                input("an event that is a number", with("'events':[1]"), 0, "MALFORMED=1"),
                input(
                        "values 60 deep",
                        spans("{" + IDS + ",'attributes':[{'key':'k','value':" + nested + "}]}", good),
                        1,
                        "TOO_DEEP=1"),
                input(
                        "a wrong resource",
                        "{'resourceSpans':[{'scopeSpans':[{'spans':[" + good + "," + good
                                + "]}],'resource':{'attributes':[{'key':1}]}},{'scopeSpans':[{'spans':[" + good
                                + "]}]}]}",
                        1,
                        "MALFORMED=2"),
                input(
                        "a wrong resource at the end",
                        "{'resourceSpans':[{'scopeSpans':[{'spans':[" + good + "]}]},{'scopeSpans':[{'spans':[" + good
                                + "," + good + "]}],'resource':{'attributes':[{'key':1}]}}]}",
                        1,
                        "MALFORMED=2"),
                input(
                        "a wrong scope",
                        "{'resourceSpans':[{'scopeSpans':[{'scope':{'name':[]},'spans':[" + good + "]},{'spans':["
                                + good + "]}]}]}",
                        1,
                        "MALFORMED=1"),
                input("spans that are no array", with("") + "{'resourceSpans':7}", 1, "MALFORMED=1"),
                input("a span that is null", spans("null"), 0, "MALFORMED=1"),
                input("text cut off", with("") + with("").substring(0, 90), 1, "TRUNCATED=1"),
                input(
                        "an element cut off behind a span",
                        with("") + spans(good, good).substring(0, 140),
                        1,
                        "INCOMPLETE=1 TRUNCATED=1"),
                input("a bare word", with("") + "nonsense", 1, "MALFORMED=1"),
                input("arrays 5,000 deep", with("") + "{'x':" + "[".repeat(5000), 1, "TRUNCATED=1"),
                input("a control character", with("'name':'a\u0001b'"), 1, ""),
                input("metrics", "{'resourceMetrics':[]}", 0, "FOREIGN=1"));
    }

    private static Arguments input(String what, String json, int stored, String rejected) {
        return Arguments.of(what, json, stored, rejected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void everyInputIsStoredOrCountedWithItsPlace(String what, String json, int stored, String rejected) {
        Outcome outcome = read(json);
        String counts = outcome.rejected().entrySet().stream()
                .map(Map.Entry::toString)
                .sorted()
                .reduce((a, b) -> a + " " + b)
                .orElse("");
        assertThat(outcome.stored() + " " + counts)
                .as("%s: %s", what, outcome.problems())
                .isEqualTo(stored + " " + rejected);
        assertThat(outcome.problems())
                .allMatch(text ->
                        rejected.matches("(FOREIGN|NO_SPANS).*") || text.matches(".*line \\d+, column \\d+: .*"));
    }

    @ParameterizedTest
    @CsvSource({
        "ff, \ufffd",
        "c3a9, \u00e9",
        "c3, \ufffd",
        "e282, \ufffd",
        "f09f9880, \ud83d\ude00",
        "80e282ac80, \ufffd\u20ac\ufffd"
    })
    void bytesThatAreNoUtf8BecomeTheCharacterThatStandsForThem(String hex, String expected) {
        long trace = 0x180 + hex.hashCode() % 64;
        String json =
                "{'resourceSpans':[{'scopeSpans':[{'spans':[{'traceId':'%032x','spanId':'%016x','name':'a~b'}]}]}]}"
                        .formatted(trace, 1)
                        .replace('\'', '"')
                        .replace("~", new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
        Outcome outcome = readers.read(InputFormat.OTLP_JSON, json.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(outcome.rejected()).isEmpty();
        assertThat(readers.trace(trace)).anyMatch(span -> span.name().equals("a" + expected + "b"));
    }

    @Test
    void unknownFieldsAndNamesArePassedOverAndCounted() {
        Outcome outcome = read(with("'colour':{'deep':[1,2,{}]},'tracestate':'x','kind':'SPAN_KIND_NEW'"));
        assertThat(outcome.stored()).isEqualTo(1);
        assertThat(outcome.unknownFields()).isEqualTo(3);
        assertThat(outcome.unknownNames())
                .containsExactly(
                        "colour 1 standard input: line 1, column 127",
                        "tracestate 1 standard input: line 1, column 158",
                        "kind SPAN_KIND_NEW 1 standard input: line 1, column 169");
    }

    @Test
    void namesTheLineAndTheColumn() {
        assertThat(read(with("") + "\n{'resourceSpans': }").problems().get(0))
                .contains("line 2, column 19", "expected a value", "1 span before that is stored");
        assertThat(read("{'resourceSpans':[}").problems().get(0))
                .contains("line 1, column 19", "expected a value or ']', found '}'");
    }
}
