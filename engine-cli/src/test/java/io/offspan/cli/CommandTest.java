package io.offspan.cli;

import static io.offspan.cli.Requests.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command answers, and how it says no. */
class CommandTest {
    @TempDir
    Path scratch;

    private Path data;

    @BeforeEach
    void prepare() {
        data = scratch.resolve("store");
    }

    @Test
    void printsVersionAndHelp() throws Exception {
        assertThat(Ended.of("--version").expect(0).out()).startsWith("offspan ").contains("Java ");
        assertThat(Ended.of("--help").expect(0).out())
                .contains(
                        "Usage: offspan",
                        "demo",
                        "ingest",
                        "trace",
                        "query",
                        "export",
                        "stats",
                        "verify",
                        "Exit status")
                .doesNotContain("demo-writer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "ingest",
                "trace",
                "query",
                "traces",
                "services",
                "tags",
                "top",
                "graph",
                "tail",
                "export",
                "stats",
                "verify",
                "reindex"
            })
    void everyCommandExplainsItself(String command) throws Exception {
        assertThat(Ended.of(command, "--help").expect(0).out())
                .contains("Usage: offspan " + command, "Example", "--data", "--json", "--help", "--version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "querry",
                "query",
                "query --data d {nonsense}",
                "query --data d {}|rat()",
                "query --data d {}|rate() --count",
                "query --data d {}|rate() --by name",
                "query --data d {}|rate() --page first",
                "query --data d {}|rate() --order slowest",
                "query --data d {}|rate() --step 0s",
                "query --data d {}|rate() --step 1ms",
                "query --data d {}|rate() --step 1m --instant",
                "query --data d {}|rate() --from -1h --to -2h",
                "query --data d {}|rate() --limit 0",
                "query --data d {} --step 1m",
                "query --data d {} --instant",
                "query --data d {} {}",
                "query --data d --from yesterday",
                "query --data d --to 1e9",
                "query --data d --from 1764100000000000",
                "query --data d --from 2025-01-02 --to 2025-01-01",
                "query --data d --from -1h --to -2h",
                "query --data d --from 2025-01-02 --to 2025-01-02",
                "query --data d --limit 0",
                "query --data d --limit many",
                "query --data d {name=~\"(\"}",
                "query --data d --page nonsense",
                "query --data d --order fastest",
                "query --data d --by a&&b",
                "query --data d --by name,kind",
                "query --data d --by name --by kind --by status",
                "query --data d --by name --count",
                "tags --data d --scope everywhere",
                "tags --data d --limit 0",
                "traces --data d {nonsense}",
                "services --data d --from 2025-01-02 --to 2025-01-01",
                "ingest --data d --format xml pom.xml",
                "ingest --data d - -",
                "query --data d --no-such-option",
                "trace --data d",
                "trace --data d 0x",
                "trace --data d 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "trace --data d 4bf92f3577b34da6a3ce929d0e0e47360",
                "trace --data d zbf92f3577b34da6a3ce929d0e0e4736",
                "ingest --data d",
                "ingest --data d no-such-file",
                "ingest --data d .",
                "export --data d",
                "export --data d --output no/such/folder/file",
                "stats",
                "tail --data d --limit 0",
                "tail --data d {}|count()>3",
                "tail --data d {trace:duration>3s}",
                "completion fish",
                "demo --visits 0"
            })
    void wrongUsageIsStatusTwoAndTouchesNothing(String line) throws Exception {
        Ended ended = Ended.of((Object[]) line.split(" ")).expect(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).isNotBlank();
        assertThat(Path.of("d")).doesNotExist();
    }

    @Test
    void wrongUsageIsOneObjectWhenJsonIsAskedFor() throws Exception {
        JsonNode answer = Ended.of("query", "--json", "--limit", "3").expect(2).json();
        assertThat(answer.path("exitCode").asInt()).isEqualTo(2);
        assertThat(answer.path("error").asText()).contains("--data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query --data DIR",
                "trace --data DIR 4bf92f3577b34da6a3ce929d0e0e4736",
                "stats --data DIR",
                "verify --data DIR",
                "reindex --data DIR",
                "traces --data DIR",
                "services --data DIR",
                "tags --data DIR",
                "export --data DIR --output out"
            })
    void aDirectoryWithoutStoreIsStatusThree(String line) throws Exception {
        Object[] arguments = (line.replace("DIR", data.toString())
                                .replace("OUT", scratch.resolve("out").toString()) + " --json")
                .split(" ");
        assertThat(Ended.of(arguments).expect(3).json().path("error").asText()).contains(data.toString());
        assertThat(data).doesNotExist();

        Files.createDirectory(data);
        Files.writeString(data.resolve("letter.txt"), "not a store");
        Ended foreign = Ended.of(arguments).expect(3);
        assertThat(foreign.json().path("exitCode").asInt()).isEqualTo(3);
        assertThat(foreign.err()).contains(data.toString());
        try (Stream<Path> left = Files.list(data)) {
            assertThat(left).hasSize(1);
        }
        assertThat(scratch.resolve("out")).doesNotExist();
    }

    @Test
    void ingestRefusesADirectoryThatHoldsSomethingElse() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 10)));
        Files.createDirectory(data);
        Files.writeString(data.resolve("letter.txt"), "not a store");
        Ended ended = Ended.of("ingest", "--data", data, file, "--json").expect(3);
        assertThat(ended.json().path("error").asText()).contains("letter.txt");
    }

    @Test
    void ingestStoresOfAttributesWhatTheRulesLeave() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 10)));
        Ended.of(
                        "ingest",
                        "--data",
                        data,
                        file,
                        "--attributes",
                        "drop span.number",
                        "--attributes",
                        "mask .text b.cher")
                .expect(0);
        assertThat(count("{ span.number != nil }")).isZero();
        assertThat(count("{ .text =~ \"\\\\*.*\" }")).isEqualTo(10);
        assertThat(Ended.of("ingest", "--data", data, file, "--attributes", "drop number")
                        .expect(2)
                        .err())
                .contains("drop number", "drop span.user.email");
    }

    @Test
    void whatIsIngestedIsFoundShownCountedExportedAndVerified() throws Exception {
        ExportTraceServiceRequest cart = Requests.request("cart", Requests.spans(0, 60));
        ExportTraceServiceRequest shop = Requests.request("shop", Requests.spans(60, 95));
        Path first = Requests.write(scratch.resolve("a.bin"), cart);
        Path second = Requests.write(scratch.resolve("b.bin"), shop);
        JsonNode ingested = Ended.of("ingest", "--data", data, first, second, "--json")
                .expect(0)
                .json();
        assertThat(ingested.path("spans").asInt()).isEqualTo(95);
        assertThat(ingested.path("traces").asInt()).isEqualTo(10);
        assertThat(ingested.path("rejected")).isEmpty();
        assertThat(ingested.path("bytesIn").asLong()).isEqualTo(Files.size(first) + Files.size(second));
        assertThat(ingested.path("bytesOnDisk").asLong()).isPositive();
        assertThat(ingested.path("seconds").asDouble()).isPositive();

        checkQueries();
        checkPages();
        checkGroups();
        checkDiscovery();
        checkTail();
        checkTrace();
        checkExport(List.of(cart, shop));
        JsonNode stats = Ended.of("stats", "--data", data, "--json").expect(0).json();
        assertThat(stats.path("spans").asInt()).isEqualTo(95);
        assertThat(stats.path("traces").asInt()).isEqualTo(10);
        assertThat(stats.path("segments").asInt()).isPositive();
        assertThat(Ended.of("stats", "--data", data).expect(0).out()).contains("spans", "95");
        assertThat(Ended.of("verify", "--data", data, "--json").expect(0).json().path("damaged"))
                .isEmpty();
    }

    private void checkQueries() throws Exception {
        assertThat(count()).isEqualTo(95);
        assertThat(count("{ resource.service.name = \"cart\" }")).isEqualTo(60);
        assertThat(count("{ resource.service.name = \"other\" }")).isZero();
        assertThat(count("{ status = error }")).isEqualTo(10);
        assertThat(count("{ kind = server && name = \"span 1\" }")).isEqualTo(16);
        assertThat(count("{ duration >= 90ms }")).isEqualTo(5);
        assertThat(count("{ span.number >= 90 && .number < 92 }")).isEqualTo(2);
        assertThat(count("{ .text =~ \"b.cher [12]\" }")).isEqualTo(38);
        assertThat(count("{ status = error } | count() > 1")).isZero();
        assertThat(count("{ .nowhere != nil }")).isZero();
        assertThat(count("--from", "2023-11-14T22:14:20Z")).isEqualTo(35);
        assertThat(count("--to", Long.toString(Requests.EPOCH_NANOS + Requests.SECOND_NANOS)))
                .isEqualTo(1);
        assertThat(count("--from", "-1h")).isZero();
        assertThat(count("--from", "2023-11-14", "--to", "2023-11-15")).isEqualTo(95);
        assertThat(count("--from", "1700000060s")).isEqualTo(35);
        assertThat(count("--from", "-1500w")).isEqualTo(95);
        checkOneSpan();
    }

    private void checkPages() throws Exception {
        List<String> slowest = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        String token = "first";
        String textToken = "first";
        for (int page = 0; page < 3; page++) {
            List<Object> line =
                    List.of("query", "--data", data, "{ kind = server }", "--order", "slowest", "--limit", "20");
            List<Object> json = new ArrayList<>(line);
            json.addAll(List.of("--page", token, "--json"));
            JsonNode answer = Ended.of(json.toArray()).expect(0).json();
            Schemas.check("query", answer);
            assertThat(answer.path("matched").asInt()).isEqualTo(48);
            answer.path("spans").forEach(span -> slowest.add(span.path("spanId").asText()));
            token = answer.path("nextPage").asText();
            List<Object> text = new ArrayList<>(line);
            text.addAll(List.of("--page", textToken));
            Ended ended = Ended.of(text.toArray()).expect(0);
            ended.out().lines().skip(1).forEach(row -> texts.add(row.split("\t")[7]));
            textToken = ended.err().strip().replace("next page: ", "");
        }
        assertThat(token).isEqualTo("null");
        assertThat(textToken).isEmpty();
        assertThat(slowest).hasSize(48).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(texts).isEqualTo(slowest);
        String first = Ended.of("query", "--data", data, "--limit", "2", "--json")
                .expect(0)
                .json()
                .path("nextPage")
                .asText();
        assertThat(Ended.of("query", "--data", data, "{ status = error }", "--page", first, "--json")
                        .expect(2)
                        .json()
                        .path("error")
                        .asText())
                .contains("another query");
    }

    private JsonNode answer(String schema, Object... line) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of(line));
        arguments.addAll(List.of("--data", data, "--json"));
        JsonNode answer = Ended.of(arguments.toArray()).expect(0).json();
        Schemas.check(schema, answer);
        return answer;
    }

    private void checkGroups() throws Exception {
        JsonNode groups = answer("query", "query", "--by", "resource.service.name", "--by", "span.nowhere");
        assertThat(groups.path("groups").toString())
                .isEqualTo("[{\"by\":{\"resource.service.name\":\"cart\",\"span.nowhere\":null},\"spans\":60},"
                        + "{\"by\":{\"resource.service.name\":\"shop\",\"span.nowhere\":null},\"spans\":35}]");
        assertThat(groups.path("matched").asInt()).isEqualTo(95);
        Ended text = Ended.of("query", "--data", data, "--by", "span.number", "--limit", "2")
                .expect(0);
        assertThat(text.out()).isEqualTo("SPANS\tspan.number\n1\t0\n1\t1\n");
        assertThat(text.err()).contains("93 more groups of 93 spans beyond --limit");
        assertThat(Ended.of("query", "--data", data, "{ status = error }", "--by", "kind")
                        .expect(0)
                        .out())
                .startsWith("SPANS\tkind\n");
    }

    private void checkDiscovery() throws Exception {
        assertThat(answer("services", "services").path("services").toString())
                .isEqualTo(
                        "[{\"name\":\"cart\",\"spans\":60,\"errors\":6},{\"name\":\"shop\",\"spans\":35,\"errors\":4}]");
        JsonNode operations = answer("services", "services", "cart", "--limit", "1");
        assertThat(operations.path("operations")).hasSize(1);
        assertThat(operations.path("beyond").asInt()).isPositive();
        assertThat(Ended.of("services", "--data", data, "--where", "{ status = error }")
                        .expect(0)
                        .out())
                .isEqualTo("SERVICE\tSPANS\tERRORS\ncart\t6\t6\nshop\t4\t4\n");
        JsonNode keys = answer("tags", "tags", "--scope", "span");
        assertThat(keys.path("keys").toString())
                .contains("{\"scope\":\"span\",\"key\":\"number\",\"type\":\"int\",\"spans\":95}");
        assertThat(Ended.of("tags", "--data", data, "--scope", "resource", "--prefix", "service.")
                        .expect(0)
                        .out())
                .isEqualTo("SCOPE\tKEY\tTYPE\tSPANS\nresource\tservice.name\tstring\t95\n");
        JsonNode values = answer("tags", "tags", "number", "--prefix", "9", "--where", "{ status != error }");
        assertThat(values.path("values")).hasSize(5);
        assertThat(values.path("values").get(0).toString()).isEqualTo("{\"scope\":\"span\",\"value\":9,\"spans\":1}");
        JsonNode traces = answer("traces", "traces", "{ status = error }", "--order", "slowest", "--limit", "4");
        assertThat(traces.path("traces")).hasSize(4);
        assertThat(traces.path("beyond").asInt()).isEqualTo(6);
        JsonNode slowest = traces.path("traces").get(0);
        assertThat(slowest.path("traceId").asText()).isEqualTo(Requests.traceIdHex(8));
        assertThat(slowest.path("spans").asInt()).isEqualTo(10);
        assertThat(slowest.path("errors").asInt()).isEqualTo(1);
        assertThat(Ended.of("traces", "--data", data, "--limit", "1")
                        .expect(0)
                        .out()
                        .lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("START\tDURATION\tROOT SERVICE");
    }

    private void checkTail() throws Exception {
        Ended tail = Ended.of(
                        "tail", "--data", data, "{ status = error } | select(.number)", "--from-start", "--limit", "7")
                .expect(0);
        assertThat(tail.out().lines().map(line -> line.split("\t", -1)[8]))
                .containsExactly("0", "10", "20", "30", "40", "50", "60");
        assertThat(Ended.of("tail", "--data", data, "--from-start", "--limit", "5", "--json")
                        .expect(0)
                        .out()
                        .lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void wrongNamesAreAnsweredWithTheNearestOnes() throws Exception {
        assertThat(Ended.of("qurey").expect(2).err()).contains("Did you mean query");
        assertThat(Ended.of("query", "--data", data, "--limt", "3").expect(2).err())
                .contains("--limit");
        assertThat(Ended.of("ingest", "--data", data, "--format", "zipkin", "-")
                        .expect(2)
                        .err())
                .contains("otlp-json", "zipkin-json", "nezha-csv");
    }

    @Test
    void bashCompletesCommandsOptionsAndFormats() throws Exception {
        Path script = Files.writeString(
                scratch.resolve("offspan.bash"),
                Ended.of("completion", "bash").expect(0).out());
        assertThat(complete(script, "offspan", "in")).containsExactly("ingest");
        assertThat(complete(script, "offspan", "query", "--l")).containsExactly("--limit");
        assertThat(complete(script, "offspan", "ingest", "--format", "z")).containsExactly("zipkin-json");
        assertThat(complete(script, "offspan", "de")).containsExactly("demo");
        assertThat(Ended.of("completion", "zsh").expect(0).out())
                .startsWith("autoload")
                .contains("bashcompinit");
    }

    /** What bash offers for the last of some words. */
    private static List<String> complete(Path script, String... words) throws Exception {
        String line = "source '" + script + "'; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                + (words.length - 1) + "; _complete_offspan; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> offered = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
        assertThat(bash.waitFor()).isZero();
        return offered;
    }

    private void checkOneSpan() throws Exception {
        JsonNode answer = Ended.of(
                        "query",
                        "--data",
                        data,
                        "{ resource.service.name = \"cart\" } | select(span.number, .absent, trace:duration)",
                        "--limit",
                        "3",
                        "--explain",
                        "--json")
                .expect(0)
                .json();
        assertThat(answer.path("spans")).hasSize(3);
        JsonNode plan = answer.path("explain").path("plans").get(0);
        assertThat(plan.path("access").asText()).isEqualTo("SERVICE[] = \"cart\"");
        assertThat(plan.path("residual").asText()).isEmpty();
        JsonNode newest = answer.path("spans").get(0);
        assertThat(newest.path("traceId").asText()).isEqualTo(Requests.traceIdHex(5));
        assertThat(newest.path("spanId").asText()).isEqualTo("%016x".formatted(60));
        assertThat(newest.path("service").asText()).isEqualTo("cart");
        assertThat(newest.path("name").asText()).isEqualTo("span 2");
        assertThat(newest.path("startNanos").isTextual()).isTrue();
        assertThat(newest.path("startNanos").asLong()).isEqualTo(Requests.EPOCH_NANOS + 59 * Requests.SECOND_NANOS);
        assertThat(newest.path("durationNanos").asLong()).isEqualTo(59_000_000);
        assertThat(newest.path("status").asText()).isEqualTo("unset");
        assertThat(newest.path("kind").asText()).isEqualTo("client");
        assertThat(newest.path("select").toString())
                .isEqualTo("{\"span.number\":59,\".absent\":null,\"trace:duration\":9059000000}");
        assertThat(Ended.of("query", "--data", data, "{ status = error && duration > 1s }", "--count", "--explain")
                        .expect(0)
                        .err())
                .contains("query\t{ status = error && duration > 1s }")
                .containsPattern(
                        "plan\t1 part of the store, 95 spans, 95 of them indexed: STATUS\\[] = 2 && times; asked of each span: duration > 1s\n")
                .contains("ending\tregular\n");
        String text = Ended.of(
                        "query", "--data", data, "{ status = error } | select(.number, duration)", "--limit", "2")
                .expect(0)
                .out();
        assertThat(text.lines().toList()).hasSize(3);
        assertThat(text.lines().skip(1)).allMatch(line -> line.split("\t").length == 10);
        assertThat(text).contains("span.number".substring(4) + "\tduration\n", "\t90\t90.0ms\n");
    }

    @Test
    void aQueryThatIsNoneIsShownWithACaretUnderThePlace() throws Exception {
        Ended ended = Ended.of("query", "--data", data, "{ status == error }").expect(2);
        assertThat(ended.err()).contains("Line 1, column 10", "did you mean =?", "\n{ status == error }\n         ^\n");
        assertThat(Ended.of("query", "--data", data, "{ } | select(parent)")
                        .expect(2)
                        .err())
                .contains("field parent", "not supported");
    }

    /** Longer than a single argument may be on Linux, so that no process can be started with it. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "(", "{ !", "{ name =~ \"(", "{ .a = 1 } || ", "{ } | ", "\u0000"})
    void aQueryOfAMegabyteIsRefusedWithoutBeingRepeated(String text) throws Exception {
        String query = text.repeat((1 << 20) / text.length());
        Ended ended = Ended.of("query", "--data", data, query, "--json").expect(2);
        assertThat(ended.json().path("line").asInt()).isEqualTo(1);
        assertThat(ended.err()).hasSizeLessThan(1000);
    }

    private int count(Object... flags) throws Exception {
        List<Object> line = new ArrayList<>(List.of("query", "--data", data, "--count", "--json"));
        line.addAll(List.of(flags));
        JsonNode answer = Ended.of(line.toArray()).expect(0).json();
        return answer.path("matched").asInt();
    }

    private void checkTrace() throws Exception {
        String id = Requests.traceIdHex(2);
        Ended text = Ended.of("trace", "--data", data, id).expect(0);
        assertThat(text.out().lines().toList()).hasSize(12);
        assertThat(text.out()).contains(id, "10 spans", "error: tenth", "      span 2");
        JsonNode otlp = Ended.of("trace", "--data", data, id.toUpperCase(java.util.Locale.ROOT), "--json")
                .expect(0)
                .json();
        JsonNode spans =
                otlp.path("resourceSpans").get(0).path("scopeSpans").get(0).path("spans");
        assertThat(spans)
                .hasSize(10)
                .allMatch(span -> span.path("traceId").asText().equals(id));

        Ended unknown = Ended.of("trace", "--data", data, "4bf92f3577b34da6a3ce929d0e0e4736", "--json")
                .expect(1);
        assertThat(unknown.json().path("exitCode").asInt()).isEqualTo(1);
    }

    private void checkExport(List<ExportTraceServiceRequest> sent) throws Exception {
        Path file = scratch.resolve("spans.otlp");
        JsonNode exported = Ended.of("export", "--data", data, "--output", file, "--json")
                .expect(0)
                .json();
        assertThat(exported.path("spans").asInt()).isEqualTo(95);
        assertThat(exported.path("bytes").asLong()).isEqualTo(Files.size(file));
        List<ExportTraceServiceRequest> requests = Requests.readDelimited(file);
        assertThat(exported.path("batches").asInt()).isEqualTo(requests.size());
        assertThat(Requests.bag(requests)).isEqualTo(Requests.bag(sent));

        Path again = scratch.resolve("again");
        JsonNode ingested =
                Ended.of("ingest", "--data", again, file, "--json").expect(0).json();
        assertThat(ingested.path("spans").asInt()).isEqualTo(95);
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    void badInputIsCountedByReasonAndTheRestIsStored() throws Exception {
        Span good = Requests.span(1);
        Span shortId =
                good.toBuilder().setTraceId(ByteString.copyFromUtf8("short")).build();
        Path mixed = Requests.write(
                scratch.resolve("mixed.bin"), Requests.request("cart", List.of(good, shortId, Requests.span(2))));
        byte[] whole = Requests.request("shop", Requests.spans(0, 10)).toByteArray();
        Path truncated = Files.write(scratch.resolve("cut.bin"), java.util.Arrays.copyOf(whole, whole.length / 2));
        Path letter = Files.writeString(scratch.resolve("letter.txt"), "Dear reader, this is no request.");
        Path json = Files.writeString(scratch.resolve("spans.json"), "{\"resourceSpans\":[}");
        Path empty = Files.write(scratch.resolve("empty.bin"), new byte[0]);

        Ended ended = Ended.of("ingest", "--data", data, mixed, truncated, letter, json, empty, "--json")
                .expect(1);
        JsonNode answer = ended.json();
        assertThat(answer.path("spans").asInt()).isEqualTo(2);
        assertThat(answer.path("rejected").path("BAD_ID").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").path("BROKEN_REQUEST").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").path("FOREIGN").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").path("MALFORMED").asInt()).isEqualTo(1);
        assertThat(ended.err()).contains("cut.bin", "letter.txt", "spans.json: line 1, column 19");
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void anExportCutShortGivesWhatItHolds() throws Exception {
        Path delimited = scratch.resolve("two.otlp");
        try (var out = Files.newOutputStream(delimited)) {
            Requests.request("cart", Requests.spans(0, 10)).writeDelimitedTo(out);
            Requests.request("cart", Requests.spans(10, 20)).writeDelimitedTo(out);
        }
        byte[] bytes = Files.readAllBytes(delimited);
        Files.write(delimited, java.util.Arrays.copyOf(bytes, bytes.length - 7));

        JsonNode answer = Ended.of("ingest", "--data", data, delimited, "--json")
                .expect(1)
                .json();
        assertThat(answer.path("spans").asInt()).isEqualTo(10);
        assertThat(answer.path("rejected").path("TRUNCATED").asInt()).isEqualTo(1);
    }

    @Test
    void aSpanWithoutServiceOrWithControlCharactersPrintsAsOneRow() throws Exception {
        Span odd = Requests.span(3).toBuilder()
                .setName("tab\there\nand\u001b[31mthere")
                .addAttributes(attribute("k", "v"))
                .build();
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(Requests.request("x", List.of(odd)).getResourceSpans(0).toBuilder()
                        .clearResource())
                .build();
        Ended.of("ingest", "--data", data, Requests.write(scratch.resolve("odd.bin"), request))
                .expect(0);
        String text = Ended.of("query", "--data", data).expect(0).out();
        assertThat(text.lines().toList()).hasSize(2);
        assertThat(text).doesNotContain("\u001b").contains("tab here and");
    }

    @Test
    void readingCommandsLeaveTheStoreAsItIs() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 10)));
        Ended.of("ingest", "--data", data, file).expect(0);
        List<String> before = listing();
        for (String command : List.of("query", "stats", "verify")) {
            Ended.of(command, "--data", data).expect(0);
        }
        Ended.of("trace", "--data", data, Requests.traceIdHex(0)).expect(0);
        Ended.of("export", "--data", data, "--output", scratch.resolve("out.otlp"))
                .expect(0);
        assertThat(listing()).isEqualTo(before);
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            List<String> listing = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                String content = Files.isRegularFile(file)
                        ? Integer.toHexString(java.util.Arrays.hashCode(Files.readAllBytes(file)))
                        : "";
                listing.add(file + " " + Files.getLastModifiedTime(file) + " " + content);
            }
            return listing;
        }
    }

    @Test
    void aLimitedSearchThatMeetsDamageSaysSoThoughAnIndexCounts() throws Exception {
        Path newest = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(100, 110)));
        Path older = Requests.write(scratch.resolve("b.bin"), Requests.request("cart", Requests.spans(0, 10)));
        Ended.of("ingest", "--data", data, newest).expect(0);
        Ended.of("ingest", "--data", data, older).expect(0);
        try (Stream<Path> log = Files.list(data.resolve("log"))) {
            flip(
                    log.filter(path -> path.toString().endsWith(".cq4"))
                            .sorted()
                            .findFirst()
                            .orElseThrow(),
                    "bücher");
        }
        assertThat(Ended.of("query", "--data", data, "--limit", "1").expect(1).err())
                .contains("damaged");
    }

    @Test
    void oneFieldIsOneField() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 3)));
        Ended.of("ingest", "--data", data, file).expect(0);
        for (String wrong : List.of("name) | count() > 3 | select(name", "name, name", "name, kind")) {
            assertThat(Ended.of("query", "--data", data, "--by", wrong)
                            .expect(2)
                            .err())
                    .contains("more than one field");
        }
    }

    @Test
    void verifyNamesTheDamagedFileAndTheOffset() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 60)));
        Ended.of("ingest", "--data", data, file).expect(0);
        Path segment;
        try (Stream<Path> log = Files.list(data.resolve("log"))) {
            segment = log.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        int at = flip(segment, "bücher");
        JsonNode answer = Ended.of("verify", "--data", data, "--json").expect(1).json();
        JsonNode damage = answer.path("damaged").get(0);
        assertThat(damage.path("file").asText()).endsWith(segment.getFileName().toString());
        assertThat(damage.path("offset").asLong()).isBetween(1L, (long) at);
        assertThat(Ended.of("verify", "--data", data).expect(1).out())
                .contains(segment.getFileName().toString());
        JsonNode repaired = Ended.of("verify", "--data", data, "--repair", "--json")
                .expect(0)
                .json();
        assertThat(repaired.path("repair").path("lostSpans").asInt()).isEqualTo(60);
        assertThat(repaired.path("repair").path("setAside")).hasSize(1);
        assertThat(repaired.path("findings").asInt()).isZero();
        assertThat(Ended.of("verify", "--data", data, "--repair").expect(0).out())
                .contains("There was nothing to repair")
                .contains("nothing is damaged");
    }

    @Test
    void whatIsIngestedIsIndexedAndReindexMakesItAnew() throws Exception {
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 60)));
        Ended.of("ingest", "--data", data, file).expect(0);
        JsonNode plan = plan();
        assertThat(plan.path("spansIndexed").asInt()).isEqualTo(60);
        assertThat(stats("indexedSpans")).isEqualTo(60);
        assertThat(stats("notIndexedSpans")).isZero();

        Path index = data.resolve("index/19700101-0005V.idx");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);
        assertThat(plan().path("spansIndexed").asInt()).isZero();
        assertThat(stats("unusableIndexFiles")).isEqualTo(1);
        assertThat(Ended.of("stats", "--data", data).expect(0).out())
                .contains("indexFiles.damaged\t1")
                .doesNotContain("indexFiles.whole");
        assertThat(Ended.of("verify", "--data", data).expect(0).out())
                .contains("index/19700101-0005V.idx is not used, and no span is lost by that", "nothing is damaged");
        JsonNode verified =
                Ended.of("verify", "--data", data, "--json").expect(0).json();
        Schemas.check("verify", verified);
        assertThat(verified.path("unusableIndexFiles").get(0).path("state").asText())
                .isEqualTo("damaged");

        JsonNode reindexed =
                Ended.of("reindex", "--data", data, "--json").expect(0).json();
        Schemas.check("reindex", reindexed);
        assertThat(reindexed.path("spans").asInt()).isEqualTo(60);
        assertThat(reindexed.path("bytes").asLong()).isEqualTo(Files.size(index));
        assertThat(plan().path("spansIndexed").asInt()).isEqualTo(60);
        assertThat(Ended.of("reindex", "--data", data).expect(0).out()).contains("60 spans of 1 segment are indexed");
        assertThat(stats("unusableIndexFiles")).isZero();
        assertThat(Ended.of("stats", "--data", data).expect(0).out()).contains("indexFiles.partial\t1");
    }

    private JsonNode plan() throws Exception {
        JsonNode answer = Ended.of("query", "--data", data, "{ name = \"none\" }", "--explain", "--json")
                .expect(0)
                .json();
        return answer.path("explain").path("plans").get(0);
    }

    private int stats(String field) throws Exception {
        JsonNode answer = Ended.of("stats", "--data", data, "--json").expect(0).json();
        Schemas.check("stats", answer);
        return answer.path(field).asInt();
    }

    /** Changes one byte of the first occurrence of a text; returns where. */
    private static int flip(Path file, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1)
                .indexOf(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        assertThat(at).as("place of a stored text in %s", file).isPositive();
        bytes[at] ^= 1;
        Files.write(file, bytes);
        return at;
    }
}
