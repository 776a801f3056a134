package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreState;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.retain.CheckpointFile;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTest {
    private static final Checkpoint FIRST = new Checkpoint(new UUID(1, 2), Position.START, 1, 0);

    @TempDir
    Path directory;

    @Test
    void aCheckpointIsForcedBeforeItHasItsNameAndItsDirectoryAfterwards() throws IOException {
        try (FailingDisk disk = FailingDisk.below(directory)) {
            new CheckpointFile(directory.resolve("otlp")).create(FIRST);
            assertThat(disk.done())
                    .containsExactly(
                            "DELETE otlp.new",
                            "CREATE otlp.new",
                            "FORCE otlp.new",
                            "RENAME otlp.new",
                            "OPEN ",
                            "FORCE ");
        }
    }

    @Test
    void aStoreForcesItsNewSlabsBeforeTheyHaveTheirName() {
        Path path = directory.resolve("store");
        try (FailingDisk disk = FailingDisk.below(path)) {
            SpanStore.open(path).close();
            List<String> slabs = disk.done().stream()
                    .filter(work -> work.matches("(CREATE|FORCE|RENAME|MAP) slabs.*"))
                    .toList();
            assertThat(slabs).containsExactly("CREATE slabs.new", "FORCE slabs.new", "RENAME slabs.new", "MAP slabs");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE", "FORCE", "RENAME", "MAP"})
    void aStoreThatCouldNotBeOpenedIsOpenedOnceTheDiskWorks(String work) {
        Path path = directory.resolve("store");
        try (FailingDisk disk = FailingDisk.below(path)) {
            disk.failing(work, 1);
            assertThatThrownBy(() -> SpanStore.open(path))
                    .isInstanceOf(SpanStoreException.class)
                    .hasMessageContaining("Planted: no " + work);
        }
        SpanStore.open(path).close();
        assertThat(path.resolve("slabs.new")).doesNotExist();
    }

    @Test
    void aSegmentThatCannotBeForcedLeavesTheStoreUnsyncedAndItsSpansReadable() {
        Path path = directory.resolve("store");
        StoreConfig config =
                StoreConfig.builder().syncInterval(Duration.ofMinutes(5)).build();
        try (SpanStore store = SpanStore.open(path, config)) {
            SpanDraft draft = new SpanDraft().clear().ids(1, 2, 3);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
            assertThat(store.awaitSynced(Duration.ofSeconds(30))).isTrue();
            try (FailingDisk disk = FailingDisk.below(path.resolve("log")).failing("FORCE", 1)) {
                assertThat(store.append(draft.clear().ids(1, 2, 4))).isEqualTo(AppendResult.ACCEPTED);
                assertThat(store.awaitSynced(Duration.ofSeconds(30))).isFalse();
                assertThat(disk.done()).anyMatch(work -> work.startsWith("FORCE "));
            }
            assertThat(store.state()).isEqualTo(StoreState.UNSYNCED);
        }
        try (StoreReader reader = StoreReader.open(path)) {
            assertThat(reader.end()).isNotEqualTo(Position.START);
        }
    }

    @Test
    void aFileThatIsCutWhileItIsMappedIsMappedAsLongAsItIsThen() throws IOException {
        Path file = Files.write(directory.resolve("segment"), new byte[8192]);
        try (FailingDisk disk = FailingDisk.below(directory).during("MAP", () -> cut(file, 4096));
                Mapping mapping = Mapping.readOnly(file)) {
            assertThat(mapping.length()).isEqualTo(4096);
            assertThat(disk.done()).filteredOn(work -> work.startsWith("MAP")).hasSize(2);
        }
    }

    private static void cut(Path file, long length) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void createsForTheOwnerAloneAndNeverOverAnything() throws IOException {
        Path file = Files.writeString(directory.resolve("there"), "kept");
        assertThatThrownBy(() -> Disk.create(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void slabsThatCannotBeDeletedEitherAreRefusedForTheFirstReason() {
        Path path = directory.resolve("store");
        AtomicBoolean refused = new AtomicBoolean();
        Disk.watch((work, file) -> {
            boolean forced = work == Disk.Work.FORCE && file.endsWith("slabs.new");
            if (forced || (work == Disk.Work.DELETE && refused.get())) {
                refused.set(true);
                throw new IOException("Planted: no " + work);
            }
        });
        try {
            assertThatThrownBy(() -> SpanStore.open(path)).hasMessageContaining("Planted: no FORCE");
        } finally {
            Disk.watch(null);
        }
    }
}
