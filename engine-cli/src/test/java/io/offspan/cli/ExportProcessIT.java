package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export as a process of its own: beside a living writer, after one that was killed, and until Ctrl-C. */
class ExportProcessIT {
    @TempDir
    Path scratch;

    @Test
    void followsALivingWriterUntilCtrlC() throws Exception {
        Path data = scratch.resolve("store");
        Path out = scratch.resolve("export.json");
        try (OtlpReceiver receiver = OtlpReceiver.start();
                SpanStore store = SpanStore.open(data)) {
            SpanDraft draft = new SpanDraft();
            store.append(draft.clear().ids(1, 1, 1).name("before").times(1, 2));
            Process export = new CommandProcess(scratch)
                    .start(out, "export", "--data", data, "--endpoint", receiver.base(), "--follow", "--json");
            try {
                await(() -> receiver.spans() == 1);
                store.append(draft.clear().ids(2, 2, 2).name("later").times(1, 2));
                await(() -> receiver.spans() == 2);
                interrupt(export);
                assertThat(export.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(export.exitValue()).isZero();
            } finally {
                export.destroyForcibly();
            }
        }
        var answer = new ObjectMapper().readTree(out.toFile());
        assertThat(answer.path("spans").asInt()).isEqualTo(2);
        assertThat(answer.path("state").asText()).isEqualTo("stopped");
    }

    @Test
    void sendsWhatAKilledWriterHasLeft() throws Exception {
        Path data = scratch.resolve("store");
        Path acknowledged = scratch.resolve("acknowledged");
        Process writer = new CommandProcess(scratch).start(acknowledged, "demo-writer", "--data", data, "--run", "it");
        try {
            await(() -> length(acknowledged) > 10_000);
        } finally {
            writer.destroyForcibly().waitFor();
        }
        long least = Files.readString(acknowledged).lines().count() - 1;
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            Ended sent = new CommandProcess(scratch)
                    .environment("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.base())
                    .environment("OFFSPAN_EXPORT_CHECKPOINT", "mine")
                    .run("export", "--data", data, "--json")
                    .expect(0);
            assertThat(sent.json().path("spans").asLong()).isGreaterThanOrEqualTo(least);
            assertThat(sent.json().path("name").asText()).isEqualTo("mine");
            assertThat((long) receiver.spans())
                    .isEqualTo(sent.json().path("spans").asLong());
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within a minute").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Sends what Ctrl-C sends; where this process was started with that ignored, its children ignore it, too. */
    private static void interrupt(Process process) throws Exception {
        String ignored = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        boolean deaf = (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 2) != 0;
        String signal = deaf ? "-TERM" : "-INT";
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
