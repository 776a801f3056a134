package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service comes first: whatever keeps a store from opening, it runs, one line says what to do, and a meter counts. */
@Timeout(300)
class SdkHostIT {
    private static final int SPANS = 500;
    private static final long POLL_NANOS = 1_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int MANY_SPANS = 1_500;
    /** More than the slabs hold. */
    private static final List<String> MUCH = List.of(
            "-Dspans=" + MANY_SPANS, "-Dpayload=32768", "-DuntilDropped=true", "-Dotel.exporter.offspan.overflow=wait");

    private static final String NO_MOUNT = "no privilege to mount a small tmpfs in a namespace of its own";
    private static final String STORED = "offspan.store.spans.accepted = " + SPANS;
    private static final String DROPPED = "offspan.store.spans.dropped notOpen = " + SPANS;

    @TempDir
    Path scratch;

    private Path path() {
        return scratch.resolve("spans");
    }

    private ChildJvm.Builder host() {
        return ChildJvm.of(SdkHost.class)
                .flag("-Dotel.traces.exporter=offspan")
                .flag("-Dotel.metrics.exporter=none")
                .flag("-Dotel.logs.exporter=none")
                .flag("-Dotel.exporter.offspan.path=" + path())
                .flag("-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%n")
                .scratch(scratch);
    }

    /** Runs a service to its end and returns the warnings that it has logged. */
    private static List<String> logged(ChildJvm.Builder host, String counted) {
        try (ChildJvm child = host.start()) {
            child.go();
            awaitServed(child);
            assertThat(child.output()).as(child.report()).contains(counted);
            return child.output()
                    .lines()
                    .filter(line -> line.matches("(WARNING|SEVERE): .*"))
                    .collect(Collectors.toList());
        }
    }

    private static void awaitServed(ChildJvm child) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!child.output().contains("served\n")) {
            assertThat(child.alive() && System.nanoTime() - deadline < 0)
                    .as(child.report())
                    .isTrue();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void oneLine(List<String> lines, String... remedy) {
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("WARNING: Offspan: ").contains(remedy);
    }

    @Test
    void runsWithoutTheFlags() {
        List<String> lines = logged(host().withoutAccess(), DROPPED);
        oneLine(
                lines,
                "--add-opens java.base/sun.nio.ch=ALL-UNNAMED",
                "JDK_JAVA_OPTIONS",
                "otel.exporter.offspan.open.modules=true");
        assertThat(lines.get(0)).as("in vain").doesNotContain("tried again");
        assertThat(path().resolve("0/slabs")).doesNotExist();
        new Gate("sdk-host-flags", 0).put("dropped", SPANS).put("lines", 1).report(true);
    }

    @Test
    void storesWithoutTheFlagsWhereItMayOpenModules() {
        List<String> lines = logged(
                host().withoutAccess()
                        .flag("-Dotel.exporter.offspan.open.modules=true")
                        .flag("-Dotel.exporter.offspan.durability=process"),
                STORED);
        assertThat(lines).isEmpty();
    }

    @Test
    void runsBesideAnotherProcessThatHoldsTheOnlyDirectory() {
        try (SpanStore held = SpanStore.open(path().resolve("0"))) {
            oneLine(
                    logged(host().flag("-Dotel.exporter.offspan.max.directories=1"), DROPPED),
                    "raise otel.exporter.offspan.max.directories",
                    "process " + ProcessHandle.current().pid());
            assertThat(held.failure()).isNull();
        }
        new Gate("sdk-host-locked", 0).put("dropped", SPANS).put("lines", 1).report(true);
    }

    @Test
    void runsWhereThePlatformIsNotSupported() {
        oneLine(logged(host().flag("-Dos.name=Windows 11"), DROPPED), "runs on Linux and macOS, not on Windows 11");
    }

    @Test
    void runsOnADiskWithoutRoomForAStore() throws IOException {
        Gate gate = new Gate("sdk-host-disk-full", 0);
        if (!mayMount()) {
            gate.notRun(NO_MOUNT);
            return;
        }
        oneLine(
                logged(host().prefix(onSmallDisk("8m", path())), DROPPED),
                "Free some space",
                "set otel.exporter.offspan.path to a directory of another disk");
        gate.put("disk_bytes", 8 << 20).put("dropped", SPANS).put("lines", 1).report(true);
    }

    @Test
    void runsOnADiskThatFillsUpLater() throws IOException {
        Gate gate = new Gate("sdk-host-disk-fills", 0);
        if (!mayMount()) {
            gate.notRun(NO_MOUNT);
            return;
        }
        List<String> lines = logged(
                host().prefix(onSmallDisk("24m", path())).flags(MUCH).flag("-Dotel.exporter.offspan.max.wait=2s"),
                "offspan.store.spans.dropped noSlab = 1\n");
        oneLine(lines, "(noSlab)", "free some space");
        gate.put("disk_bytes", 24 << 20).put("dropped", 1).put("lines", 1).report(true);
    }

    @Test
    void storesAsMuchWhereTheDiskHasRoom() throws IOException {
        // What the test above takes for the disk's doing must not come from anything else.
        List<String> lines = logged(
                host().flags(MUCH).flag("-Dotel.exporter.offspan.max.wait=60s"),
                "offspan.store.spans.accepted = " + MANY_SPANS);
        assertThat(lines).isEmpty();
    }

    private static String[] onSmallDisk(String size, Path where) {
        String script = "mount -t tmpfs -o size=" + size + " tmpfs \"$0\" && exec \"$@\"";
        return new String[] {"unshare", "-m", "sh", "-c", script, where.toString()};
    }

    private boolean mayMount() throws IOException {
        Path where = Files.createDirectory(path());
        try {
            Process trial = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", where.toString())
                    .redirectErrorStream(true)
                    .start();
            return trial.waitFor(10, TimeUnit.SECONDS) && trial.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void recordsWithDefaultsWhereSettingsCannotBeUsed() {
        List<String> lines = logged(
                host().flag("-Dotel.exporter.offspan.durability=forever")
                        .flag("-Dotel.exporter.offspan.export.endpoint=http://localhost:4318"),
                STORED);
        oneLine(
                lines,
                "otel.exporter.offspan.durability = 'forever'",
                "set process or interval",
                "otel.exporter.offspan.export.endpoint is no setting");
        assertThat(NumberedSpans.of(path().resolve("0")).spans()).isEqualTo(SPANS);
        new Gate("sdk-host-settings", 0).put("accepted", SPANS).put("lines", 1).report(true);
    }

    @Test
    void twoServicesOnOnePathBothRecordEachInADirectoryOfItsOwn() {
        try (ChildJvm one = host().start();
                ChildJvm other = host().start()) {
            one.go();
            other.go();
            awaitServed(one);
            awaitServed(other);
            assertThat(one.output()).contains(STORED).doesNotContain("WARNING");
            assertThat(other.output()).contains(STORED).doesNotContain("WARNING");
        }
        assertThat(NumberedSpans.of(path().resolve("0")).spans()).isEqualTo(SPANS);
        assertThat(NumberedSpans.of(path().resolve("1")).spans()).isEqualTo(SPANS);
        assertThat(path().resolve("2")).doesNotExist();
        new Gate("sdk-two-services", 0).put("each", SPANS).report(true);
    }
}
