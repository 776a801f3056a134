package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.testkit.gate.Gate;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo does what it says, and loses nothing when its child is killed. */
class DemoIT {
    @TempDir
    Path scratch;

    @Test
    void theDemoStoresFindsExportsAndSurvivesAKill() throws Exception {
        Path data = scratch.resolve("spans");
        Path home = Files.createDirectory(scratch.resolve("home"));
        CommandProcess offspan = new CommandProcess(scratch).jvmOption("-Duser.home=" + home);
        Ended demo = offspan.run("demo", "--data", data, "--visits", "60", "--seed", "7", "--json")
                .expect(0);
        JsonNode answer = demo.json();
        Schemas.check("demo", answer);
        assertThat(answer.path("spans").asInt()).isGreaterThan(600);
        assertThat(answer.path("refused").asInt()).isZero();
        assertThat(answer.path("errors")).isNotEmpty();
        JsonNode export = answer.path("export");
        assertThat(export.path("spans").asInt()).isEqualTo(answer.path("spans").asInt());
        assertThat(export.path("arrived").asInt())
                .isEqualTo(answer.path("spans").asInt());
        assertThat(answer.path("totalSeconds").asDouble()).isLessThan(Gate.size(600, 60));
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
        JsonNode plans = offspan.run("query", "--data", data, "{ status = error }", "--explain", "--json")
                .expect(0)
                .json()
                .path("explain")
                .path("plans");
        assertThat(sum(plans, "spansIndexed"))
                .as(plans.toPrettyString())
                .isEqualTo(all)
                .isEqualTo(sum(plans, "spans"));
        JsonNode checkpoint = offspan.run("stats", "--data", data, "--json")
                .expect(0)
                .json()
                .path("checkpoints")
                .path("demo");
        assertThat(checkpoint.path("lag").asInt()).isEqualTo(crash.path("found").asInt());
        Path recorded = scratch.resolve("recorded");
        offspan.run("export", "--data", data, "--output", recorded).expect(0);
        comesOutEqual(offspan, recorded);
        whatItSuggestsIsAnswered(demo.err());
        if (Gate.size(0, 1) == 1) {
            theReadmeCanBeFollowed(offspan);
        }
    }

    private static long sum(JsonNode plans, String field) {
        long sum = 0;
        for (JsonNode plan : plans) {
            sum += plan.path(field).asLong();
        }
        return sum;
    }

    /** Runs the lines of the README one after another in one shell, beside the store that the demo, its first line, has made. */
    private void theReadmeCanBeFollowed(CommandProcess offspan) throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        String section = readme.substring(readme.indexOf("## On the command line"));
        List<String> lines =
                section.lines().filter(line -> line.startsWith("./offspan ")).toList();
        assertThat(lines).hasSizeGreaterThan(12);
        assertThat(lines.get(0)).startsWith("./offspan demo   --data spans ");
        Path command = scratch.resolve("offspan");
        String java = String.join("' '", offspan.brief().command());
        Files.writeString(command, "#!/bin/sh\nexec '" + java + "' \"$@\"\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            List<String> script = new ArrayList<>(List.of("set -e -x -o pipefail"));
            for (String line : lines.subList(1, lines.size())) {
                if (!line.startsWith("./offspan bench ")) { // a module of its own
                    // tail waits for as many failed spans as it is told to show, and the visitors here are fewer.
                    script.add(line.replace("http://localhost:4318", receiver.base())
                            .replace("--from-start --limit 5", "--from-start --limit 1"));
                }
            }
            Path said = scratch.resolve("said");
            Process shell = new ProcessBuilder("bash", "-c", String.join("\n", script))
                    .directory(scratch.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            boolean ended = shell.waitFor(3, TimeUnit.MINUTES);
            shell.destroyForcibly();
            assertThat(ended).as(Files.readString(said)).isTrue();
            assertThat(shell.exitValue()).as(Files.readString(said)).isZero();
            assertThat(Files.readString(said)).contains(" spans of ", " spans sent to ", " sound; ");
            assertThat(receiver.spans()).isPositive();
        }
    }

    private static void whatItSuggestsIsAnswered(String told) {
        List<String> suggested = told.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("./offspan ") && line.contains("--data"))
                .toList();
        assertThat(suggested).hasSizeGreaterThan(4).anyMatch(line -> line.contains(" export "));
        for (String line : suggested) {
            List<Object> arguments = new ArrayList<>();
            Matcher words = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
            while (words.find()) {
                arguments.add(words.group(1) == null ? words.group(2) : words.group(1));
            }
            if (!line.contains(" export ")) {
                Ended.of(arguments.subList(1, arguments.size()).toArray()).expect(0);
            }
        }
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
