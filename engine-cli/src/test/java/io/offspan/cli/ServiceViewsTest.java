package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code top} and {@code graph} show services: those of a shop whose web calls its cart, and the cart its database. */
class ServiceViewsTest {
    private static final int VISITS = 100;
    private static final long VISIT_NANOS = Requests.SECOND_NANOS / 10;
    private static final String END = "2023-11-14T22:13:30Z";

    @TempDir
    static Path scratch;

    private static Path data;

    @BeforeAll
    static void store() throws Exception {
        data = scratch.resolve("store");
        List<Span> web = new ArrayList<>();
        List<Span> cart = new ArrayList<>();
        for (int i = 0; i < VISITS; i++) {
            web.add(span(i, 1, 0, "GET /", Span.SpanKind.SPAN_KIND_SERVER, 40).build());
            web.add(span(i, 2, 1, "ask cart", Span.SpanKind.SPAN_KIND_CLIENT, 30)
                    .build());
            Span.Builder add = span(i, 3, 2, "add \"item\"", Span.SpanKind.SPAN_KIND_SERVER, 20);
            if (i % 4 == 0) {
                add.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
            }
            cart.add(add.build());
            cart.add(span(i, 4, 3, "INSERT", Span.SpanKind.SPAN_KIND_CLIENT, 10)
                    .addAttributes(Requests.attribute("db.system", "post\"gres"))
                    .build());
        }
        Ended.of(
                        "ingest",
                        "--data",
                        data,
                        Requests.write(scratch.resolve("web.bin"), Requests.request("web", web)),
                        Requests.write(scratch.resolve("cart.bin"), Requests.request("cart", cart)))
                .expect(0);
    }

    private static Span.Builder span(int visit, int number, int parent, String name, Span.SpanKind kind, long millis) {
        long start = Requests.EPOCH_NANOS + visit * VISIT_NANOS;
        Span.Builder span = Span.newBuilder()
                .setTraceId(Requests.traceId(visit))
                .setSpanId(Requests.id(number))
                .setName(name)
                .setKind(kind)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + millis * 1_000_000);
        return parent == 0 ? span : span.setParentSpanId(Requests.id(parent));
    }

    private static JsonNode ask(String schema, Object... arguments) {
        JsonNode answer = Ended.of(arguments).expect(0).json();
        Schemas.check(schema, answer);
        return answer;
    }

    private static List<String> watch(int columns, Object... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.of(out, out, true).colours(false).columns(columns);
        Offspan.run(terminal, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void graphShowsWhoCallsWhom() {
        JsonNode calls = ask("graph", "graph", "--data", data, "--json").path("calls");
        assertThat(calls).hasSize(3);
        assertThat(calls.get(0).toString())
                .startsWith("{\"caller\":null,\"callee\":\"web\",\"kind\":\"entry\",\"calls\":100,\"errors\":0,");
        assertThat(calls.get(1).toString())
                .startsWith("{\"caller\":\"cart\",\"callee\":\"post\\\"gres\",\"kind\":\"database\",\"calls\":100,");
        assertThat(calls.get(2).toString())
                .startsWith(
                        "{\"caller\":\"web\",\"callee\":\"cart\",\"kind\":\"request\",\"calls\":100,\"errors\":25,");
        assertThat(calls.get(2).path("p99Nanos").asDouble()).isBetween(20e6 * 0.996, 20e6 * 1.004);
        assertThat(ask("graph", "graph", "--data", data, "--limit", 1, "--json")
                        .path("beyond")
                        .asInt())
                .isEqualTo(2);
        assertThat(ask("graph", "graph", "--data", data, "--from", END, "--json")
                        .path("calls"))
                .isEmpty();
    }

    @Test
    void graphPrintsATableOrALanguageForGraphviz() {
        assertThat(Ended.of("graph", "--data", data).expect(0).out().lines())
                .hasSize(4)
                .first()
                .isEqualTo("CALLER\tCALLEE\tKIND\tCALLS\tERRORS\tP50\tP95\tP99");
        assertThat(Ended.of("graph", "--data", data).expect(0).out()).contains("(outside)\tweb\tentry\t100\t0\t");
        String dot = Ended.of("graph", "--data", data, "--dot").expect(0).out();
        assertThat(dot)
                .startsWith("digraph calls {\n")
                .endsWith("}\n")
                .contains("\"database post\\\"gres\" [label=\"post\\\"gres\", shape=cylinder];")
                .contains("\"service web\" -> \"service cart\" [label=\"100, 25 failed, p95 ", ", color=red];")
                .contains("\"entry (outside)\" -> \"service web\"");
        assertThat(Ended.of("graph", "--data", data, "--dot", "--json")
                        .expect(2)
                        .err())
                .contains("leave one out");
    }

    @Test
    void topCountsTheSpansThatAreCalledByServiceOrOperation() {
        JsonNode top = ask("top", "top", "--data", data, "--to", END, "--window", "20s", "--sort", "errors", "--json");
        assertThat(top.path("rows")).hasSize(2);
        JsonNode cart = top.path("rows").get(0);
        assertThat(cart.path("service").asText()).isEqualTo("cart");
        assertThat(cart.path("spans").asInt()).isEqualTo(100);
        assertThat(cart.path("errors").asInt()).isEqualTo(25);
        assertThat(cart.path("spansPerSecond").asDouble()).isEqualTo(5);
        JsonNode slowest = ask(
                        "top",
                        "top",
                        "--data",
                        data,
                        "--to",
                        END,
                        "--by",
                        "operation",
                        "--sort",
                        "p99",
                        "--where",
                        "{ }",
                        "--limit",
                        3,
                        "--json")
                .path("rows");
        assertThat(slowest).hasSize(3);
        assertThat(slowest.get(0).path("name").asText()).isEqualTo("GET /");
        assertThat(slowest.get(1).path("kind").asText()).isEqualTo("client");
        assertThat(Ended.of("top", "--data", data, "--to", END, "--window", "20s")
                        .expect(0)
                        .out())
                .startsWith("SERVICE\tRATE\tERRORS\tP50\tP95\tP99\ncart\t5/s\t25%\t");
    }

    @Test
    void topLooksAgainOnATerminalAndDrawsOverWhatItShowed() {
        List<String> lines =
                watch(80, "top", "--data", data, "--to", END, "--by", "operation", "--rounds", 3, "--every", "1ms");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("\u001b[H\u001b[J"))
                .hasSize(3);
        assertThat(lines).filteredOn(line -> line.startsWith("web ")).hasSize(3);
        List<String> once = watch(80, "top", "--data", data, "--to", END);
        assertThat(once.get(0)).isEqualTo("2023-11-14T22:08:30.000000Z to 2023-11-14T22:13:30.000000Z");
        assertThat(once).hasSize(4);
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int columns : new int[] {20, 60, 120}) {
            assertThat(watch(columns, "graph", "--data", data)).allMatch(line -> Cells.width(line) <= columns);
            assertThat(watch(columns, "top", "--data", data, "--to", END, "--by", "operation"))
                    .filteredOn(line -> !line.contains(" to "))
                    .hasSizeGreaterThan(2)
                    .allMatch(line -> Cells.width(line) <= columns);
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedWithWhatToDo() {
        assertThat(Ended.of("top", "--data", data, "--window", "0s").expect(2).err())
                .contains("--window", "such as 5m");
        assertThat(Ended.of("top", "--data", data, "--rounds", "0").expect(2).err())
                .contains("at least 1");
        assertThat(Ended.of("top", "--data", data, "--by", "trace").expect(2).err())
                .contains("'trace' is none of service, operation");
        assertThat(Ended.of("top", "--data", data, "--sort", "name").expect(2).err())
                .contains("none of spans, errors, p50, p95, p99");
    }
}
