package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The path that several JVMs share, read as one store: trace 1 is in two of its stores. */
class SharedPathTest {
    @TempDir
    static Path scratch;

    private static Path path;

    @BeforeAll
    static void stores() throws Exception {
        path = scratch.resolve("spans");
        ingest("0", "web", 0, 15);
        ingest("1", "cart", 15, 25);
        ingest("10", "cart", 25, 30);
    }

    private static void ingest(String store, String service, int from, int to) throws Exception {
        Path file =
                Requests.write(scratch.resolve(store + ".bin"), Requests.request(service, Requests.spans(from, to)));
        Ended.of("ingest", "--data", path.resolve(store), file).expect(0);
    }

    private static JsonNode ask(String command, Object... more) throws Exception {
        List<Object> line = new ArrayList<>(List.of(command, "--data", path, "--json"));
        line.addAll(List.of(more));
        JsonNode answer = Ended.of(line.toArray()).expect(0).json();
        Schemas.check(command, answer);
        return answer;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    @Test
    void aQueryFindsTheSpansOfAllAndSaysWhereEachIs() throws Exception {
        JsonNode answer = ask("query", "--limit", 16);
        assertThat(answer.path("matched").asInt()).isEqualTo(30);
        assertThat(texts(answer.path("stores"))).containsExactly("0", "1", "10");
        JsonNode spans = answer.path("spans");
        assertThat(spans.get(0).path("store").asText()).isEqualTo("10");
        assertThat(spans.get(5).path("store").asText()).isEqualTo("1");
        assertThat(spans.get(15).path("store").asText()).isEqualTo("0");
        Ended text = Ended.of("query", "--data", path, "--limit", 1).expect(0);
        assertThat(text.out().lines().map(line -> line.split("\t")[8])).containsExactly("STORE", "10");
        assertThat(text.err()).contains("asked as one: 0, 1, 10 of " + path);
    }

    @Test
    void countsGroupsAndWholeTracesAreThoseOfAll() throws Exception {
        assertThat(ask("query", "--count").path("matched").asInt()).isEqualTo(30);
        assertThat(ask("query", "{ } | count() = 10", "--count").path("matched").asInt())
                .as("three traces of ten spans, two of them in two stores each")
                .isEqualTo(30);
        assertThat(ask("query", "--by", "resource.service.name").path("groups").size())
                .isEqualTo(2);
        JsonNode traces = ask("traces").path("traces");
        assertThat(traces).hasSize(3).allMatch(trace -> trace.path("spans").asInt() == 10);
        assertThat(texts(traces.get(1).path("services"))).containsExactly("cart", "web");
        assertThat(ask("services").path("services").get(0).path("spans").asInt())
                .isEqualTo(15);
        assertThat(ask("tags", "number", "--limit", 100).path("values")).hasSize(30);
    }

    @Test
    void aTraceIsWholeWhereverItsSpansAre() throws Exception {
        Ended text = Ended.of("trace", "--data", path, Requests.traceIdHex(1)).expect(0);
        assertThat(text.out()).contains("10 spans of 2 services").doesNotContain("without their parent");
        assertThat(text.err()).contains("the trace is in 0 (5 spans), 1 (5 spans) of " + path);
        ask("trace", Requests.traceIdHex(1));
        assertThat(Ended.of("trace", "--data", path, "ffff").expect(1).err()).contains("is stored in " + path);
    }

    @Test
    void statsAreThoseOfEach() throws Exception {
        JsonNode stores = ask("stats").path("stores");
        assertThat(stores).hasSize(3);
        assertThat(stores.get(2).path("store").asText()).isEqualTo("10");
        assertThat(stores.get(2).path("spans").asInt()).isEqualTo(5);
        assertThat(Ended.of("stats", "--data", path).expect(0).out()).contains("0.spans\t15\n", "10.spans\t5\n");
    }

    @Test
    void anExportWritesAllOfThem() throws Exception {
        Path file = scratch.resolve("all.otlp");
        JsonNode written = ask("export", "--output", file);
        assertThat(written.path("spans").asInt()).isEqualTo(30);
        assertThat(written.path("stores").get(1).path("spans").asInt()).isEqualTo(10);
        assertThat(Requests.bag(Requests.readDelimited(file))).hasSize(30);
    }

    @Test
    void whatNeedsOneStoreSaysWhichThereAre() {
        assertThat(Ended.of("query", "--data", path, "--page", "first")
                        .expect(2)
                        .err())
                .contains("one store", "0, 1, 10");
        assertThat(Ended.of("export", "--data", path, "--endpoint", "http://localhost:1")
                        .expect(3)
                        .err())
                .contains("name one of them");
    }

    /** A path of two stores of ten spans each, of which one is a copy or cannot be read. */
    private static Path twoStores(String name) throws Exception {
        Path shared = scratch.resolve(name);
        for (String store : List.of("0", "1")) {
            Path file = Requests.write(
                    scratch.resolve(name + store + ".bin"), Requests.request("web", Requests.spans(0, 10)));
            Ended.of("ingest", "--data", shared.resolve(store), file).expect(0);
        }
        return shared;
    }

    @Test
    void oneThatCannotBeReadIsLeftOutAndNamedByEveryAnswer() throws Exception {
        Path shared = twoStores("unread");
        Path log = shared.resolve("1/log");
        Files.move(log, scratch.resolve("moved"));
        Files.createSymbolicLink(log, scratch.resolve("moved"));
        for (String command : List.of("query", "traces", "services", "stats")) {
            Ended ended = Ended.of(command, "--data", shared, "--json").expect(1);
            JsonNode answer = ended.json();
            Schemas.check(command, answer);
            assertThat(answer.path("unreadStores").get(0).path("store").asText())
                    .isEqualTo("1");
            assertThat(answer.path("stores")).hasSize(1);
            assertThat(ended.err()).contains("the answer leaves out the store 1: ");
        }
        JsonNode written = Ended.of("export", "--data", shared, "--output", scratch.resolve("half.otlp"), "--json")
                .expect(1)
                .json();
        Schemas.check("export", written);
        assertThat(written.path("spans").asInt()).isEqualTo(10);
        Ended trace =
                Ended.of("trace", "--data", shared, Requests.traceIdHex(0)).expect(1);
        assertThat(trace.out()).contains("10 spans");
        assertThat(trace.err()).contains("the answer leaves out the store 1: ");
        Files.move(shared.resolve("0/log"), scratch.resolve("moved too"));
        Files.createSymbolicLink(shared.resolve("0/log"), scratch.resolve("moved too"));
        assertThat(Ended.of("query", "--data", shared).expect(3).err())
                .as("no store is left")
                .contains(shared.resolve("0").toString());
    }

    @Test
    void aCopyOfAStoreIsNamedSinceItsSpansCountTwice() throws Exception {
        Path shared = twoStores("copied");
        copy(shared.resolve("0"), shared.resolve("2"));
        Ended ended = Ended.of("query", "--data", shared, "--count", "--json").expect(1);
        Schemas.check("query", ended.json());
        assertThat(texts(ended.json().path("copiedStores").get(0))).containsExactly("0", "2");
        assertThat(ended.json().path("matched").asInt()).isEqualTo(30);
        assertThat(ended.err()).contains("0 and 2 are copies of one store");
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
