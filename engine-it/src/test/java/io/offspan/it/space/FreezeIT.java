package io.offspan.it.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.offspan.core.StoreReader;
import io.offspan.it.space.SmallDisk.Kind;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gate freeze: a file system is frozen, as it is for a snapshot of a volume or a virtual machine. On a disk the end of a span may wait for
 * as long as that lasts and no longer, on a tmpfs there is nothing to freeze; nothing acknowledged is lost.
 */
@Timeout(300)
class FreezeIT {
    private static final int DISK_MIB = 160;
    private static final long FREEZE_MILLIS = 1_500;
    /** What a busy machine may add; only a run at length has it to itself and may look at the clock. */
    private static final long MARGIN_MILLIS = Gate.size(60_000, 1_000);

    private static final Pattern END = Pattern.compile("end accepted=(\\d+) thrown=(\\d+) longest=(\\d+)");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(names = {"TMPFS", "EXT4"})
    void anEndWaitsNoLongerThanTheFreeze(Kind kind) throws IOException {
        Gate gate = new Gate("freeze-" + kind, 0);
        String why = SmallDisk.unavailable(scratch);
        if (why == null && !Files.isExecutable(Path.of("/usr/sbin/fsfreeze"))) {
            why = "no fsfreeze of util-linux";
        }
        if (why != null) {
            gate.notRun(why);
        }
        assumeThat(why).isNull();
        try (SmallDisk disk = SmallDisk.mount(kind, DISK_MIB, scratch);
                ChildJvm child = host(disk).start()) {
            awaitLine(child, "written=[1-9]");
            long millis = kind == Kind.TMPFS ? 0 : freeze(disk);
            child.go();
            assertThat(child.await(90)).as(child.report()).isZero();
            Matcher said = END.matcher(child.output());
            assertThat(said.find()).as(child.report()).isTrue();
            long longest = Long.parseLong(said.group(3));
            long found = spans(disk.resolve("spans/0"));
            boolean good = longest <= millis + MARGIN_MILLIS
                    && said.group(2).equals("0")
                    && found == Long.parseLong(said.group(1));
            gate.put("frozen_ms", millis)
                    .put("longest_end_ms", longest)
                    .put("accepted", said.group(1))
                    .put("found", found)
                    .report(good);
            assertThat(good).as(child.report()).isTrue();
        }
    }

    private ChildJvm.Builder host(SmallDisk disk) {
        return ChildJvm.of(TroubledHost.class)
                .scratch(scratch)
                .property("otel.traces.exporter", "offspan")
                .property("otel.metrics.exporter", "none")
                .property("otel.logs.exporter", "none")
                .property("otel.exporter.offspan.path", disk.resolve("spans").toString())
                .property("otel.exporter.offspan.budget", "100MiB")
                .property("otel.exporter.offspan.sync.interval", "100ms");
    }

    /** Freezes the disk for a while, and returns how long it was in the end. */
    private static long freeze(SmallDisk disk) throws IOException {
        String mount = disk.resolve("").toString();
        long from = System.nanoTime();
        SmallDisk.run("fsfreeze", "-f", mount);
        try {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FREEZE_MILLIS);
            while (System.nanoTime() - until < 0) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
        } finally {
            SmallDisk.run("fsfreeze", "-u", mount);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
    }

    private static void awaitLine(ChildJvm child, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        while (!wanted.matcher(child.output()).find()) {
            assertThat(child.alive()).as(child.report()).isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static long spans(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            return reader.stats().spans();
        }
    }
}
