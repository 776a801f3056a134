package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo does what it says, and loses nothing when its child is killed. */
class DemoIT {
    @TempDir
    Path scratch;

    @Test
    void theDemoStoresFindsExportsAndSurvivesAKill() throws Exception {
        Path data = scratch.resolve("store");
        Path home = Files.createDirectory(scratch.resolve("home"));
        CommandProcess offspan = new CommandProcess(scratch).jvmOption("-Duser.home=" + home);
        JsonNode answer = offspan.run("demo", "--data", data, "--visits", "60", "--seed", "7", "--json")
                .expect(0)
                .json();
        assertThat(answer.path("spans").asInt()).isGreaterThan(600);
        assertThat(answer.path("refused").asInt()).isZero();
        assertThat(answer.path("errors")).isNotEmpty();
        assertThat(answer.path("export").path("spans").asInt())
                .isEqualTo(answer.path("spans").asInt());
        JsonNode crash = answer.path("crash");
        assertThat(crash.path("acknowledged").asInt()).isGreaterThan(1000);
        assertThat(crash.path("lost").asInt()).isZero();
        assertThat(crash.path("twice").asInt()).isZero();
        assertThat(crash.path("found").asInt())
                .isGreaterThanOrEqualTo(crash.path("acknowledged").asInt());
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).isEmpty();
        }

        int all = answer.path("spans").asInt() + crash.path("found").asInt();
        List<Object> count = List.of("query", "--data", data, "--count", "--json");
        assertThat(offspan.run(count.toArray()).expect(0).json().path("matched").asInt())
                .isEqualTo(all);
        comesOutEqual(offspan, data.resolve("tmp").resolve("demo.otlp"));
    }

    /** What the demo recorded goes through another store and comes out equal: the proof for who has no other corpus. */
    private void comesOutEqual(CommandProcess offspan, Path recorded) throws Exception {
        Path second = scratch.resolve("second");
        Path exported = scratch.resolve("exported");
        int spans = offspan.run("ingest", "--data", second, recorded, "--json")
                .expect(0)
                .json()
                .path("spans")
                .asInt();
        assertThat(spans).isGreaterThan(600);
        offspan.run("export", "--data", second, "--output", exported, "--json").expect(0);
        assertThat(Requests.bag(Requests.readDelimited(exported)))
                .isEqualTo(Requests.bag(Requests.readDelimited(recorded)));
    }
}
