package io.offspan.it.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.offspan.core.StoreReader;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gate failing calls: one system call on a file of the store fails, the first, the second and so on of its kind. The service stores on in
 * the same process, its threads notice nothing, and every span that was acknowledged is there.
 */
@Timeout(300)
class FailingCallsIT {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    /** A call, what it fails with, and which of them. */
    private static final List<String> SMOKE = List.of("openat:EIO:9", "fallocate:EIO:2", "fdatasync:EIO:1");

    private static final List<String> MORE = List.of(
            "openat:EMFILE:2",
            "openat:EMFILE:5",
            "openat:EMFILE:12",
            "openat:EIO:16",
            "openat:EACCES:7",
            "fallocate:ENOSPC:1",
            "mmap:ENOMEM:1",
            "mmap:ENOMEM:2",
            "ftruncate:EIO:1",
            "rename:EACCES:1");

    private static final Pattern STORED = Pattern.compile("accepted=(\\d{3,}) written=[1-9]");
    private static final Pattern END = Pattern.compile("end accepted=(\\d+) thrown=(\\d+)");

    @TempDir
    Path scratch;

    @Test
    void oneFailedCallStopsNothingAndLosesNothing() throws IOException {
        Gate gate = new Gate("failing-calls", 0);
        String why = unavailable();
        if (why != null) {
            gate.notRun(why);
        }
        assumeThat(why).isNull();
        List<String> faults = new ArrayList<>(SMOKE);
        if (Gate.size(0, 1) == 1) {
            faults.addAll(MORE);
        }
        int fell = 0;
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            String[] fault = faults.get(i).split(":");
            Path path = Files.createDirectory(scratch.resolve("spans" + i));
            Path trace = scratch.resolve("trace" + i);
            try (ChildJvm child = host(path, trace, fault).start()) {
                awaitStored(child);
                child.go();
                int ended = child.await(60);
                Matcher said = END.matcher(child.output());
                boolean sound = ended == 0
                        && said.find()
                        && said.group(2).equals("0")
                        && spans(path.resolve("0")) == Long.parseLong(said.group(1));
                if (!sound) {
                    wrong.add(faults.get(i) + ": " + child.report());
                }
            }
            fell += Files.readString(trace).contains("(INJECTED)") ? 1 : 0;
        }
        boolean good = wrong.isEmpty() && fell > 0;
        gate.put("runs", faults.size())
                .put("fell", fell)
                .put("wrong", wrong.size())
                .report(good);
        assertThat(wrong).isEmpty();
        assertThat(fell).as("a fault that falls").isPositive();
    }

    private static String unavailable() throws IOException {
        if (!Files.isExecutable(STRACE)) {
            return "no strace";
        }
        Process trial = new ProcessBuilder(STRACE.toString(), "-f", "-o", "/dev/null", "true")
                .redirectErrorStream(true)
                .start();
        try {
            return trial.waitFor(20, TimeUnit.SECONDS) && trial.exitValue() == 0 ? null : "no right to trace a process";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private ChildJvm.Builder host(Path path, Path trace, String[] fault) {
        Path store = path.resolve("0");
        List<String> command = new ArrayList<>(List.of(STRACE.toString(), "-f", "-qq", "-o", trace.toString()));
        for (String file : List.of(
                "",
                "slabs",
                "slabs.new",
                "log",
                "log/metadata.cq4t",
                "log/19700101-0005V.cq4",
                "log/19700101-0005V.precreated")) {
            command.add("-P");
            command.add(file.isEmpty() ? store.toString() : store.resolve(file).toString());
        }
        command.addAll(List.of(
                "-e", "trace=" + fault[0], "-e", "inject=" + fault[0] + ":error=" + fault[1] + ":when=" + fault[2]));
        return ChildJvm.of(TroubledHost.class)
                .prefix(command.toArray(new String[0]))
                .scratch(scratch)
                .property("otel.traces.exporter", "offspan")
                .property("otel.metrics.exporter", "none")
                .property("otel.logs.exporter", "none")
                .property("otel.exporter.offspan.path", path.toString())
                .property("otel.exporter.offspan.budget", "100MiB")
                .property("otel.exporter.offspan.sync.interval", "100ms");
    }

    /** Waits until more spans are stored than before the fault, and in the log. */
    private static void awaitStored(ChildJvm child) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!STORED.matcher(child.output()).find()) {
            assertThat(child.alive() && System.nanoTime() - deadline < 0)
                    .as(child.report())
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static long spans(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            return reader.stats().spans();
        }
    }
}
