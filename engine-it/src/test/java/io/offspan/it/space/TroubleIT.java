package io.offspan.it.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.offspan.core.StoreReader;
import io.offspan.it.space.SmallDisk.Kind;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gate trouble: what has been in the way of a store is over, and the same service stores on within a second; nothing acknowledged is lost. */
@Timeout(300)
class TroubleIT {
    private static final int DISK_MIB = 160;
    private static final int PATIENCE_MILLIS = 90_000;
    /** Only a run at length has the machine to itself and may look at the clock. */
    private static final long LIMIT_MILLIS = Gate.size(PATIENCE_MILLIS, 1_000);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String OPENED_AGAIN = "from now on";
    /** How long a trouble lasts; a store that asked ever more rarely would be asleep by then. */
    private static final long LASTS_MILLIS = Gate.size(1_000, 3_000);

    private static final Pattern STATE = Pattern.compile("at=(\\d+) accepted=(\\d+) written=(\\d+)\n");
    private static final Pattern END = Pattern.compile("end accepted=(\\d+) thrown=(\\d+) longest=(\\d+)");

    @TempDir
    Path scratch;

    /** What may be in the way. */
    private enum Trouble {
        FULL_AT_START(true, true),
        FULL(true, true),
        NO_PERMISSION(true, true),
        NO_DESCRIPTORS(true, true),
        LOCK_DELETED(false, true),
        SLABS_CUT(false, false),
        SEGMENT_CUT(false, false);

        /** Whether it stays until it is ended, or is over when it was done. */
        private final boolean lasts;
        /** Whether every span that was acknowledged has to be there afterwards. */
        private final boolean harmless;

        Trouble(boolean lasts, boolean harmless) {
            this.lasts = lasts;
            this.harmless = harmless;
        }
    }

    private record State(long at, long accepted, long written) {}

    @ParameterizedTest
    @EnumSource
    void theServiceStoresOnWithinASecondOfItsEnd(Trouble trouble) throws IOException {
        Gate gate = new Gate("trouble-" + trouble, 0);
        String why = SmallDisk.unavailable(scratch);
        if (why == null && !hasCommands()) {
            why = "no setpriv and prlimit of util-linux";
        }
        if (why != null) {
            gate.notRun(why);
        }
        assumeThat(why).isNull();
        try (SmallDisk disk = SmallDisk.mount(Kind.TMPFS, DISK_MIB, scratch)) {
            Path store = disk.resolve("spans/0");
            if (trouble == Trouble.FULL_AT_START) {
                disk.fill(0);
            }
            try (ChildJvm child = host(disk).start()) {
                await(child, "", 0, 0, trouble == Trouble.FULL_AT_START ? 0 : 1);
                begin(trouble, disk, store, child);
                if (trouble.lasts) {
                    pause();
                }
                end(trouble, disk, store, child);
                long ended = System.currentTimeMillis();
                String from = trouble.lasts ? "" : OPENED_AGAIN;
                long logged = trouble == Trouble.FULL_AT_START ? 0 : last(child).written + 1;
                long millis = await(child, from, ended, last(child).accepted + 1, logged).at - ended;
                Matcher said = finish(child);
                long accepted = Long.parseLong(said.group(1));
                long found = spans(store);
                boolean kept = found == accepted || !trouble.harmless;
                boolean good = millis <= LIMIT_MILLIS && kept && said.group(2).equals("0");
                gate.put("lasted_ms", trouble.lasts ? LASTS_MILLIS : 0)
                        .put("stores_on_after_ms", millis)
                        .put("accepted", accepted)
                        .put("found", found)
                        .put("longest_end_ms", said.group(3))
                        .put("thrown", said.group(2))
                        .report(good);
                assertThat(good).as(tail(child)).isTrue();
            }
        }
    }

    private ChildJvm.Builder host(SmallDisk disk) {
        // Root without the right to pass over permissions.
        return ChildJvm.of(TroubledHost.class)
                .prefix("setpriv", "--bounding-set", "-all", "--inh-caps", "-all")
                .scratch(scratch)
                .property("otel.traces.exporter", "offspan")
                .property("otel.metrics.exporter", "none")
                .property("otel.logs.exporter", "none")
                .property("otel.exporter.offspan.path", disk.resolve("spans").toString())
                .property("otel.exporter.offspan.budget", "100MiB")
                .property("otel.exporter.offspan.sync.interval", "100ms")
                .property("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%n");
    }

    private static boolean hasCommands() {
        return Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isExecutable(Path.of("/usr/bin/prlimit"));
    }

    private static void begin(Trouble trouble, SmallDisk disk, Path store, ChildJvm child) throws IOException {
        switch (trouble) {
            case FULL_AT_START -> {}
            case FULL -> disk.fill(0);
            case NO_PERMISSION -> SmallDisk.run("chmod", "000", store.toString());
            case NO_DESCRIPTORS -> limit(child, 1);
            case LOCK_DELETED -> Files.delete(store.resolve("lock"));
            case SLABS_CUT -> cut(store.resolve("slabs"));
            case SEGMENT_CUT -> {
                for (String name : disk.names("spans/0/log")) {
                    if (name.endsWith(".cq4")) {
                        cut(store.resolve("log").resolve(name));
                    }
                }
            }
        }
    }

    private static void end(Trouble trouble, SmallDisk disk, Path store, ChildJvm child) throws IOException {
        switch (trouble) {
            case FULL_AT_START, FULL -> disk.empty();
            case NO_PERMISSION -> SmallDisk.run("chmod", "700", store.toString());
            case NO_DESCRIPTORS -> limit(child, 1_024);
            case LOCK_DELETED, SLABS_CUT, SEGMENT_CUT -> {}
        }
    }

    private static void limit(ChildJvm child, int files) throws IOException {
        SmallDisk.run("prlimit", "--pid", Long.toString(child.pid()), "--nofile=" + files + ":1024");
    }

    private static void cut(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(0);
        }
    }

    private static void pause() {
        long until = System.currentTimeMillis() + LASTS_MILLIS;
        while (System.currentTimeMillis() < until) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static State last(ChildJvm child) {
        State state = new State(0, 0, 0);
        Matcher said = STATE.matcher(child.output());
        while (said.find()) {
            state = state(said);
        }
        return state;
    }

    private static State state(Matcher said) {
        return new State(Long.parseLong(said.group(1)), Long.parseLong(said.group(2)), Long.parseLong(said.group(3)));
    }

    /** Waits for what a service says behind some words and after an instant, with so many spans stored and bytes in its log. */
    private static State await(ChildJvm child, String from, long after, long accepted, long written) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (System.nanoTime() - deadline < 0 && child.alive()) {
            String output = child.output();
            int begin = output.indexOf(from);
            Matcher said = STATE.matcher(begin < 0 ? "" : output.substring(begin));
            while (said.find()) {
                State state = state(said);
                if (state.at > after && state.accepted >= accepted && state.written >= written) {
                    return state;
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("nothing is stored: " + tail(child));
    }

    private static Matcher finish(ChildJvm child) {
        child.go();
        assertThat(child.await(90)).as(tail(child)).isZero();
        Matcher said = END.matcher(child.output());
        assertThat(said.find()).as(tail(child)).isTrue();
        return said;
    }

    private static String tail(ChildJvm child) {
        List<String> lines =
                child.output().lines().filter(line -> !line.startsWith("at=")).toList();
        return String.join("\n", lines) + "\n" + last(child) + "\n" + child.errors();
    }

    private static long spans(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            return reader.stats().spans();
        }
    }
}
