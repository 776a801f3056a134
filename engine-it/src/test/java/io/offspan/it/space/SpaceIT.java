package io.offspan.it.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.StampedSpan;
import io.offspan.it.space.SmallDisk.Kind;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gate space: the budget holds everywhere, a full disk is survived, and the last of it is left to others. */
class SpaceIT {
    private static final int MIB = 1 << 20;
    /** What a file system takes for itself. */
    private static final long FILE_SYSTEM_BYTES = 8L * MIB;

    private static final int RESTARTS = Gate.size(10, 30);
    private static final int WRITES = Gate.size(20, 60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    private final StampedSpan stamp = new StampedSpan().small();
    private long counter;

    @BeforeEach
    void requireDisks() {
        String why = SmallDisk.unavailable(scratch);
        if (why != null) {
            new Gate("space", 0).notRun(why);
        }
        assumeThat(why).isNull();
    }

    private static StoreConfig.Builder small() {
        return StoreConfig.builder()
                .slabs(16)
                .slabBytes(64 << 10)
                .stripes(4)
                .maxSpanBytes(64 << 10)
                .budgetBytes(1L << 40)
                .segmentBytes(32 * MIB)
                .syncInterval(Duration.ofMillis(100));
    }

    private int append(SpanAppender appender, int textBytes) {
        stamp.fill(appender.draft(), 0, counter);
        appender.draft().attribute("text", counter + "x".repeat(textBytes));
        int result = appender.append();
        counter += result == AppendResult.ACCEPTED ? 1 : 0;
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void theBudgetHoldsOverManyRestarts(Kind kind) throws IOException {
        long budget = 64L * MIB;
        try (SmallDisk disk = SmallDisk.mount(kind, 400, scratch)) {
            try (ChildJvm child = ChildJvm.of(SpaceHost.class)
                    .scratch(scratch)
                    .arguments(SpaceHost.RESTART, disk.resolve("store"), RESTARTS, budget)
                    .start()) {
                assertThat(child.await(240)).as(child.report()).isZero();
            }
            long taken = disk.taken();
            boolean held = taken < budget + FILE_SYSTEM_BYTES;
            new Gate("space-budget-" + kind, 0)
                    .put("restarts", RESTARTS)
                    .put("budget_mib", budget / MIB)
                    .put("taken_mib", taken / MIB)
                    .put("files", disk.names("store/log").size())
                    .report(held);
            assertThat(held).as("%d bytes taken", taken).isTrue();
            assertThat(disk.names("store/log")).hasSizeLessThan(12);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TMPFS", "EXT4"})
    void aNeighbourCanWriteWhateverTheStoreWants(Kind kind) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(kind, 160, scratch)) {
            disk.fill(30L * MIB);
            try (SpanStore store = SpanStore.open(disk.resolve("store"), small().build())) {
                AtomicBoolean end = new AtomicBoolean();
                Thread host = new Thread(() -> appendUntil(store, end));
                host.start();
                int failed = 0;
                long least = Long.MAX_VALUE;
                byte[] file = new byte[MIB];
                for (int i = 0; i < WRITES; i++) {
                    try (OutputStream neighbour = Files.newOutputStream(disk.resolve("neighbour"))) {
                        neighbour.write(file);
                    } catch (IOException full) {
                        failed++;
                    }
                    Files.deleteIfExists(disk.resolve("neighbour"));
                    least = Math.min(least, disk.free());
                    LockSupport.parkNanos(50_000_000);
                }
                end.set(true);
                host.join();
                disk.empty();
                long from = System.nanoTime();
                boolean resumed = store.flush(PATIENCE);
                long millis = (System.nanoTime() - from) / 1_000_000;
                boolean good = failed == 0 && least > 8L * MIB && resumed && store.failure() == null;
                new Gate("space-neighbour-" + kind, 0)
                        .put("writes", WRITES)
                        .put("failed", failed)
                        .put("least_free_mib", least / MIB)
                        .put("resumed_ms", millis)
                        .report(good);
                assertThat(failed).isZero();
                assertThat(least).isGreaterThan(8L * MIB);
                assertThat(resumed).isTrue();
            }
        }
    }

    private void appendUntil(SpanStore store, AtomicBoolean end) {
        SpanAppender appender = store.newAppender();
        while (!end.get()) {
            if (append(appender, 1_500) != AppendResult.ACCEPTED) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TMPFS", "EXT4"})
    void aNewStoreOnADiskWithLittleRoomIsRefusedAsFullOrServes(Kind kind) throws IOException {
        int refused = 0;
        int[] levels = {0, 64, 1_000, 2_200, 2_300, 2_600, 3_200, 5_000, 9_000};
        for (int kibibytes : levels) {
            try (SmallDisk disk = SmallDisk.mount(kind, 32, scratch)) {
                disk.fill(kibibytes * 1024L);
                Path directory = disk.resolve("store");
                try (SpanStore store = SpanStore.open(directory, small().build())) {
                    assertThat(append(store.newAppender(), 100)).isEqualTo(AppendResult.ACCEPTED);
                    store.flush(Duration.ofMillis(300));
                    assertThat(store.failure()).as("at %d KiB", kibibytes).isNull();
                    disk.empty();
                    assertThat(store.flush(PATIENCE)).isTrue();
                } catch (SpanStoreException.DiskFull full) {
                    refused++;
                    assertThat(full).hasMessageContaining("ree some space");
                }
                disk.empty();
                assertServes(directory);
            }
        }
        new Gate("space-open-" + kind, 0)
                .put("levels", levels.length)
                .put("refused", refused)
                .report(true);
        assertThat(refused).isBetween(1, levels.length - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"TMPFS", "EXT4"})
    void aStoreThatIsThereOpensOnAFullDisk(Kind kind) throws IOException {
        for (int kibibytes : new int[] {0, 64, 124}) {
            try (SmallDisk disk = SmallDisk.mount(kind, 32, scratch)) {
                Path directory = disk.resolve("store");
                assertServes(directory);
                disk.fill(kibibytes * 1024L);
                try (SpanStore store = SpanStore.open(directory, small().build())) {
                    assertThat(append(store.newAppender(), 100)).isEqualTo(AppendResult.ACCEPTED);
                    disk.empty();
                    assertThat(store.flush(PATIENCE)).isTrue();
                    assertThat(store.failure()).isNull();
                }
            }
        }
    }

    private void assertServes(Path directory) {
        try (SpanStore store = SpanStore.open(directory, small().build())) {
            assertThat(append(store.newAppender(), 100)).isEqualTo(AppendResult.ACCEPTED);
            assertThat(store.awaitSynced(PATIENCE)).isTrue();
        }
    }

    @Test
    void aStoreOverItsBudgetShrinksOnAFullDisk() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(Kind.TMPFS, 170, scratch)) {
            Path directory = disk.resolve("store");
            try (SpanStore store =
                    SpanStore.open(directory, small().segmentBytes(8 * MIB).build())) {
                SpanAppender appender = store.newAppender();
                while (counter < 50_000) {
                    if (append(appender, 1_900) != AppendResult.ACCEPTED) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            }
            assertThat(disk.taken()).isGreaterThan(80L * MIB);
            disk.fill(0);
            StoreConfig config =
                    small().segmentBytes(8 * MIB).budgetBytes(64L * MIB).build();
            try (SpanStore store = SpanStore.open(directory, config)) {
                append(store.newAppender(), 100);
                assertThat(store.flush(PATIENCE)).isTrue();
                assertThat(disk.free()).isGreaterThan(10L * MIB);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TMPFS", "EXT4"})
    void slabsWithHolesOnAFullDiskAreRefusedByName(Kind kind) throws IOException {
        try (SmallDisk disk = SmallDisk.mount(kind, 32, scratch)) {
            Path directory = disk.resolve("store");
            assertServes(directory);
            makeHoles(directory.resolve("slabs"));
            disk.fill(100 * 1024L);
            assertThatCode(() -> SpanStore.open(directory, small().build()).close())
                    .isInstanceOf(SpanStoreException.DiskFull.class);
            disk.empty();
            assertServes(directory);
        }
    }

    /** Writes a file again as a copying tool does that leaves out zeros. */
    private static void makeHoles(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(0);
            open.setLength(bytes.length);
            byte[] zeros = new byte[4096];
            for (int at = 0; at < bytes.length; at += zeros.length) {
                if (!Arrays.equals(bytes, at, at + zeros.length, zeros, 0, zeros.length)) {
                    open.seek(at);
                    open.write(bytes, at, zeros.length);
                }
            }
        }
    }
}
