package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes the operating system's lock away from a living writer lets no second one in. */
class TwoWritersIT {
    private static final int SPANS = 500;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .segmentBytes(8 << 20)
            .budgetBytes(1L << 40)
            .syncInterval(Duration.ofMillis(50))
            .build();

    @TempDir
    Path scratch;

    private final SpanDraft draft = new SpanDraft();
    private final StampedSpan span = new StampedSpan();
    private Path directory;
    private SpanStore first;

    @BeforeEach
    void open() {
        directory = scratch.resolve("store");
        first = SpanStore.open(directory, CONFIG);
        for (int i = 1; i <= SPANS; i++) {
            span.fill(draft, 1, i);
            assertThat(first.append(draft)).isEqualTo(AppendResult.ACCEPTED);
            if (i == SPANS / 2) {
                assertThat(first.flush(LONG)).isTrue();
            }
        }
    }

    @AfterEach
    void close() {
        first.close();
    }

    /** Lets another process try, and tells what it said. */
    private String second(Path where) {
        try (ChildJvm child =
                ChildJvm.of(Holder.class).scratch(scratch).arguments(where).start()) {
            assertThat(child.await(60)).as(child.report()).isZero();
            return child.output();
        }
    }

    private void assertSecondIsRefused() {
        assertThat(second(directory))
                .contains("locked")
                .contains(String.valueOf(ProcessHandle.current().pid()));
    }

    /** Goes on writing, and counts what is in the store in the end. */
    private void assertFirstGoesOn() {
        for (int i = SPANS + 1; i <= 2 * SPANS; i++) {
            span.fill(draft, 1, i);
            assertThat(first.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        }
        assertThat(first.awaitSynced(LONG)).isTrue();
        assertThat(first.failure()).isNull();
        first.close();
        assertHolds(directory, 2 * SPANS);
    }

    private static void assertHolds(Path where, int spans) {
        try (StoreReader reader = StoreReader.open(where)) {
            Census census = new Census(2);
            census.count(reader);
            assertThat(census.of(1).cardinality()).isEqualTo(spans);
            assertThat(census.duplicates()).as("spans twice").isZero();
            assertThat(census.broken() + census.damagedBlocks()).isZero();
            assertThat(reader.verify(damage -> {}).sound()).isTrue();
        }
    }

    @Test
    void aHostThatReadsTheLockFileLetsNobodyIn() throws IOException {
        assertThat(Files.readString(directory.resolve("lock"))).isNotEmpty();
        assertSecondIsRefused();
        assertFirstGoesOn();
    }

    @Test
    void aHostThatCopiesTheDirectoryLetsNobodyIn() throws IOException {
        Files.copy(directory.resolve("lock"), scratch.resolve("copied"));
        assertSecondIsRefused();
        assertFirstGoesOn();
    }

    @Test
    void aHostThatReplacesTheSystemPropertiesDoesNotOpenTwice() {
        Properties before = System.getProperties();
        Properties fresh = new Properties();
        before.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("io.offspan"))
                .forEach(name -> fresh.setProperty(name, before.getProperty(name)));
        System.setProperties(fresh);
        try {
            assertThatThrownBy(() -> SpanStore.open(directory, CONFIG))
                    .isInstanceOf(SpanStoreException.Locked.class)
                    .hasMessageContaining("already open in this process");
        } finally {
            System.setProperties(before);
        }
        assertSecondIsRefused();
        assertFirstGoesOn();
    }

    @Test
    void aDeletedLockStopsTheFirstAndLetsNobodyIn() throws IOException {
        Files.delete(directory.resolve("lock"));
        assertSecondIsRefused();
        first.flush(LONG);
        assertThat(first.failure()).isInstanceOf(SpanStoreException.Lost.class).hasMessageContaining("lock");
        assertThat(first.append(draft)).isEqualTo(AppendResult.FAILED);
        first.close();
        first = SpanStore.open(directory, CONFIG);
        assertThat(first.flush(LONG)).isTrue();
        assertHolds(directory, SPANS);
    }

    @Test
    void aMovedStoreIsStillHeldAndTakesUpWhereItStoppedOnceItIsNot() throws IOException {
        Path moved = scratch.resolve("moved");
        Files.move(directory, moved);
        assertThat(second(moved)).contains("locked");
        first.flush(LONG);
        assertThat(first.failure()).isInstanceOf(SpanStoreException.Lost.class).hasMessageContaining("moved");
        first.close();
        try (SpanStore again = SpanStore.open(moved, CONFIG)) {
            assertThat(again.flush(LONG)).isTrue();
        }
        assertHolds(moved, SPANS);
    }

    @Test
    void aCopyIsOpenedWhileTheOriginalIsWritten() throws Exception {
        assertThat(first.awaitSynced(LONG)).isTrue();
        Path copy = scratch.resolve("copy");
        Process cp = new ProcessBuilder("cp", "-a", directory.toString(), copy.toString())
                .inheritIO()
                .start();
        assertThat(cp.waitFor()).isZero();
        try (SpanStore other = SpanStore.open(copy, CONFIG)) {
            assertThat(other.flush(LONG)).isTrue();
        }
        assertHolds(copy, SPANS);
        assertFirstGoesOn();
    }
}
