package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests captured from the OpenTelemetry demo go through the command and come out equal. */
class CorpusIT {
    @TempDir
    Path scratch;

    @Test
    void everySpanOfTheCorpusComesOutOfTheCommandEqual() throws Exception {
        List<Path> files = requests();
        Path data = scratch.resolve("store");
        List<Object> line = new ArrayList<>(List.of("ingest", "--data", data, "--json"));
        line.addAll(files);
        CommandProcess offspan = new CommandProcess(scratch);
        JsonNode ingested = offspan.run(line.toArray()).expect(0).json();
        assertThat(ingested.path("spans").asInt()).isEqualTo(3318);
        assertThat(ingested.path("traces").asInt()).isEqualTo(795);
        assertThat(ingested.path("rejected")).isEmpty();
        assertThat(ingested.path("bytesIn").asInt()).isEqualTo(1_612_140);

        assertThat(count(data, "{ status = error }")).isEqualTo(8);
        assertThat(count(data, "{ duration >= 100ms }")).isEqualTo(91);
        Path exported = scratch.resolve("exported");
        JsonNode answer = offspan.run("export", "--data", data, "--output", exported, "--json")
                .expect(0)
                .json();
        assertThat(answer.path("spans").asInt()).isEqualTo(3318);
        List<ExportTraceServiceRequest> originals = new ArrayList<>();
        for (Path file : files) {
            originals.add(ExportTraceServiceRequest.parseFrom(Files.readAllBytes(file)));
        }
        assertThat(Requests.bag(Requests.readDelimited(exported))).isEqualTo(Requests.bag(originals));
        SamplingByHand.check(data, originals, scratch);
    }

    @Test
    void everyRowOfNezhaIsStoredRepeatedOnesToo() throws Exception {
        Path rows = corpus("nezha").resolve("trainticket-2023-01-30.csv.gz");
        Path data = scratch.resolve("store");
        JsonNode ingested =
                Ended.of("ingest", "--data", data, "--json", rows).expect(0).json();
        assertThat(ingested.path("spans").asInt()).isEqualTo(179_170);
        assertThat(ingested.path("traces").asInt()).isEqualTo(2_475);
        assertThat(ingested.path("rejected")).isEmpty();

        Path exported = scratch.resolve("exported");
        Ended.of("export", "--data", data, "--output", exported).expect(0);
        SamplingByHand.check(data, Requests.readDelimited(exported), scratch);
    }

    @Test
    void theTraceOfSmartThingsPrintsEachOfItsSpansThoughTheyShareIds() throws Exception {
        Path folder = corpus("smartthings");
        Path data = scratch.resolve("store");
        Ended.of("ingest", "--data", data, folder.resolve("smartthings-mobile-web-install.json"))
                .expect(0);
        String id = "000000000000000014b60fd9ae504820";
        List<String> lines = new CommandProcess(scratch)
                .run("trace", "--data", data, id)
                .expect(0)
                .out()
                .lines()
                .toList();
        assertThat(lines).hasSize(1041 + 2);
        assertThat(lines.get(0)).contains("1,041 spans of 16 services", "2 errors", "with the id of another");

        Ended json = Ended.of("trace", "--data", data, id, "--json").expect(0);
        List<String> ids = json.json().findValuesAsText("spanId");
        assertThat(ids).hasSize(1041);
        assertThat(ids.stream().distinct()).hasSize(663);

        Path file = Files.writeString(scratch.resolve("trace.json"), json.out());
        Path again = scratch.resolve("again");
        Ended.of("ingest", "--data", again, "--format", "otlp-json", file).expect(0);
        assertThat(exported(again)).isEqualTo(exported(data));
    }

    private static int count(Path data, String query) {
        JsonNode answer = Ended.of("query", "--data", data, query, "--count", "--json")
                .expect(0)
                .json();
        return answer.path("matched").asInt();
    }

    private Map<Requests.Stored, Integer> exported(Path data) throws Exception {
        Path file = scratch.resolve(data.getFileName() + ".otlp");
        Ended.of("export", "--data", data, "--output", file).expect(0);
        return Requests.bag(Requests.readDelimited(file));
    }

    private static List<Path> requests() throws IOException {
        try (Stream<Path> files = Files.list(corpus("otel-demo"))) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }

    private static Path corpus(String part) {
        String named = System.getenv("OFFSPAN_CORPUS");
        boolean there = named != null && Files.isDirectory(Path.of(named, part));
        if (!there) {
            System.out.println("NOT RUN: CorpusIT, because OFFSPAN_CORPUS names no folder with " + part + " in it");
        }
        assumeTrue(there, "OFFSPAN_CORPUS");
        return Path.of(named, part);
    }
}
