package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations of a file that changes: taken out, put in again, and with names that begin like each other. */
class SeveralDestinationsTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    private final Map<String, OtlpReceiver> receivers = new HashMap<>();
    private SpanStore store;

    @BeforeEach
    void open() {
        store = TestSpans.open(temporary.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        for (OtlpReceiver receiver : receivers.values()) {
            receiver.close();
        }
    }

    private OtlpReceiver receiver(String name) throws IOException {
        if (!receivers.containsKey(name)) {
            receivers.put(name, OtlpReceiver.start());
        }
        return receivers.get(name);
    }

    /** Sends what there is to the destinations of a file with these names, and returns what each exporter says. */
    private Map<String, ExportStatus> send(String... names) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(name + ".otlp_http.endpoint = " + receiver(name).endpoint());
        }
        Path file = Files.write(temporary.resolve("receivers.properties"), lines);
        Map<String, ExportAgent> agents = new HashMap<>();
        Map<String, ExportStatus> said = new HashMap<>();
        try {
            for (ExportConfig config : ExportFile.read(file, Map.of())) {
                agents.put(config.checkpointName(), ExportAgent.open(store.reader(), store.directory(), config));
            }
            for (Map.Entry<String, ExportAgent> each : agents.entrySet()) {
                assertThat(each.getValue().drain(WAIT)).as(each.getKey()).isTrue();
                said.put(each.getKey(), each.getValue().status());
            }
        } finally {
            agents.values().forEach(ExportAgent::close);
        }
        assertThat(said).containsOnlyKeys(names);
        return said;
    }

    /** Returns the ids that a receiver got, those that came twice twice. */
    private List<Long> got(String name) throws IOException {
        return receiver(name).ids().stream().sorted().toList();
    }

    private static List<Long> ids(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void oneThatIsPutInAgainGoesOnWhereItWasAndTheOtherNeverNoticed() throws IOException {
        TestSpans.append(store, 1, 10);
        send("eu", "us");
        TestSpans.append(store, 11, 20);
        send("eu");
        TestSpans.append(store, 21, 30);
        Map<String, ExportStatus> again = send("eu", "us");
        assertThat(again.get("eu").spans()).isEqualTo(10);
        assertThat(again.get("us").spans()).isEqualTo(20);
        assertThat(got("eu")).isEqualTo(ids(1, 30));
        assertThat(got("us")).isEqualTo(ids(1, 30));
    }

    @Test
    void whatWasDeletedWhileItWasTakenOutIsCountedAndTheRestIsSent() throws IOException {
        TestSpans.append(store, 1, 100);
        send("eu", "us");
        TestSpans.append(store, 101, 150);
        send("eu");
        store.close();
        // With slabs made anew an opening does not continue the last segment.
        Files.delete(temporary.resolve("store/slabs"));
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 151, 160);
        store.close();
        try (Stream<Path> files = Files.list(temporary.resolve("store/log"))) {
            Files.delete(files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow());
        }
        store = TestSpans.open(temporary.resolve("store"));
        Map<String, ExportStatus> again = send("eu", "us");
        assertThat(again.get("us").skippedByRetention()).isEqualTo(1);
        assertThat(again.get("us").spans()).isEqualTo(10);
        assertThat(got("us"))
                .isEqualTo(Stream.of(ids(1, 100), ids(151, 160))
                        .flatMap(List::stream)
                        .toList());
        assertThat(got("eu")).isEqualTo(ids(1, 160));
    }

    @Test
    void oneWhoseCheckpointWasDeletedBeginsAnew() throws IOException {
        TestSpans.append(store, 1, 10);
        send("eu", "us");
        Files.delete(store.directory().resolve("checkpoints/us"));
        Map<String, ExportStatus> again = send("eu", "us");
        assertThat(again.get("eu").spans()).isZero();
        assertThat(again.get("us").spans()).isEqualTo(10);
        assertThat(got("us").stream().distinct().toList()).isEqualTo(ids(1, 10));
    }

    @Test
    void namesThatBeginLikeEachOtherHaveNothingInCommon() throws IOException {
        String[] alike = {"eu", "eu.west", "eu.otlp_http", "eu-west", "eu.west.2"};
        TestSpans.append(store, 1, 10);
        send(alike);
        TestSpans.append(store, 11, 20);
        send("eu.west");
        for (String name : alike) {
            assertThat(got(name)).as(name).isEqualTo(ids(1, name.equals("eu.west") ? 20 : 10));
        }
        assertThat(KeptStatus.readAll(store.directory()))
                .extracting(KeptStatus::name)
                .containsExactlyInAnyOrder(alike);
    }
}
