package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.model.Resource;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command as a process of its own: its streams, its exit status, its files, beside other processes. */
class ProcessIT {
    @TempDir
    Path scratch;

    @Test
    void theJarRunsAndSaysItsVersion() throws Exception {
        assertThat(new CommandProcess(scratch).run("--version").expect(0).out())
                .startsWith("offspan 0.")
                .contains("Java ");
    }

    @Test
    void theExitStatusAndTheStreamsAreThoseOfTheProcess() throws Exception {
        CommandProcess offspan = new CommandProcess(scratch);
        Ended usage = offspan.run("query", "--json").expect(2);
        assertThat(usage.json().path("exitCode").asInt()).isEqualTo(2);
        assertThat(usage.err()).contains("--data", "--help");
        Ended unusable = offspan.run("stats", "--data", scratch.resolve("none")).expect(3);
        assertThat(unusable.out()).isEmpty();
        assertThat(unusable.err()).contains("none").hasLineCount(1);
    }

    @Test
    void readsBesideALivingWriterAndRefusesToBeASecondOne() throws Exception {
        Path data = scratch.resolve("store");
        CommandProcess offspan = new CommandProcess(scratch);
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 10)));
        try (SpanStore store = SpanStore.open(data)) {
            SpanDraft draft = new SpanDraft().clear();
            draft.resource(
                    Resource.builder().put("service.name", "living").build().toEnvelope());
            for (int i = 1; i <= 100; i++) {
                store.append(draft.clear().ids(1, i, i).name("alive").times(i, i + 1));
            }
            String count = offspan.run("query", "--data", data, "{ .service.name = \"living\" }", "--count")
                    .expect(0)
                    .out();
            assertThat(count.strip()).isEqualTo("100");
            Ended second = offspan.run("ingest", "--data", data, file, "--json").expect(3);
            assertThat(second.json().path("error").asText())
                    .contains(Long.toString(ProcessHandle.current().pid()));
            assertThat(offspan.environment("OFFSPAN_DATA", data.toString())
                            .run("verify", "--json")
                            .expect(0)
                            .json()
                            .path("spans")
                            .asLong())
                    .as("without --data, the store that the environment names")
                    .isEqualTo(100);
        }
    }

    @Test
    void tailShowsSpansOfALivingWriterAndEndsInPeaceWhenToldTo() throws Exception {
        Path data = scratch.resolve("store");
        Path out = scratch.resolve("tail.txt");
        try (SpanStore store = SpanStore.open(data)) {
            SpanDraft draft = new SpanDraft().clear();
            store.append(draft.ids(1, 1, 1).name("before").times(1, 2));
            store.flush(Duration.ofSeconds(60));
            Process tail =
                    new CommandProcess(scratch).start(out, "tail", "--data", data, "{ duration > 5ns }", "--json");
            try {
                // It follows from where the log ends when it starts, so that spans are made until one has come.
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                for (int i = 1; Files.size(out) == 0; i++) {
                    assertThat(System.nanoTime())
                            .as("nothing came within a minute")
                            .isLessThan(deadline);
                    store.append(draft.clear().ids(2, 2, i).name("short").times(1, 2));
                    store.append(draft.clear().ids(2, 2, i).name("long").times(1, 20));
                    tail.waitFor(20, TimeUnit.MILLISECONDS);
                }
                tail.destroy();
                assertThat(tail.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(tail.exitValue()).isZero();
            } finally {
                tail.destroyForcibly();
            }
        }
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).allMatch(line -> line.startsWith("{\"traceId\":") && line.contains("\"name\":\"long\""));
    }

    @Test
    void aPathThatTwoProcessesShareIsReadAsOne() throws Exception {
        Path path = scratch.resolve("spans");
        CommandProcess offspan = new CommandProcess(scratch).brief();
        Path web = Requests.write(scratch.resolve("web.bin"), Requests.request("web", Requests.spans(0, 5)));
        Path cart = Requests.write(scratch.resolve("cart.bin"), Requests.request("cart", Requests.spans(5, 10)));
        offspan.run("ingest", "--data", path.resolve("0"), web).expect(0);
        offspan.run("ingest", "--data", path.resolve("1"), cart).expect(0);
        assertThat(offspan.run("query", "--data", path, "{ } | count() = 10", "--json")
                        .expect(0)
                        .json()
                        .path("stores")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void writesNothingOutsideTheDataDirectory() throws Exception {
        Path home = Files.createDirectory(scratch.resolve("home"));
        Path temporary = Files.createDirectory(scratch.resolve("tmp"));
        Path work = Files.createDirectory(scratch.resolve("work"));
        Path file = Requests.write(scratch.resolve("a.bin"), Requests.request("cart", Requests.spans(0, 10)));
        Path data = scratch.resolve("store");
        CommandProcess offspan = new CommandProcess(scratch)
                .jvmOption("-Duser.home=" + home)
                .jvmOption("-Djava.io.tmpdir=" + temporary)
                .in(work);
        offspan.run("ingest", "--data", data, file).expect(0);
        offspan.run("query", "--data", data).expect(0);
        offspan.run("stats", "--data", data).expect(0);
        offspan.run("verify", "--data", data).expect(0);
        for (Path folder : List.of(home, temporary, work)) {
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).as("files left in %s", folder).isEmpty();
            }
        }
    }
}
