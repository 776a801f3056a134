package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.files.FileIdentity;
import io.offspan.core.files.FileKey;
import io.offspan.core.slab.OwnerToken;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabGeometry;
import io.offspan.core.slab.SlabOpening;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreHealthTest {
    private static final int SEGMENT_BYTES = 1_000;

    @TempDir
    Path parent;

    private Path directory;
    private Path segment;
    private SlabFile slabs;
    private FileKey opened;
    private OwnerToken owner;
    private StoreHealth health;

    @BeforeEach
    void open() throws IOException {
        directory = Files.createDirectory(parent.resolve("store"));
        Files.createDirectory(directory.resolve("log"));
        Files.createFile(directory.resolve("lock"));
        segment = Files.write(directory.resolve("log/segment"), new byte[SEGMENT_BYTES]);
        opened = Objects.requireNonNull(FileKey.of(segment));
        SlabGeometry wanted = SlabGeometry.of(8, 64 * 1024, 256, 2, 2 * 1024 * 1024);
        slabs = SlabOpening.forWriter(directory, wanted, null, slabs -> "", lost -> {});
        owner = OwnerToken.claim(directory, slabs, Objects.requireNonNull(FileIdentity.of(directory.resolve("slabs"))));
        health = StoreHealth.of(directory, directory.resolve("lock"), slabs.fileBytes(), owner);
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @AfterEach
    void close() {
        slabs.close();
    }

    private void check() {
        health.check(segment, opened, SEGMENT_BYTES, 12, 0, 0);
    }

    private void assertLost(String... said) {
        assertThatThrownBy(this::check)
                .isInstanceOf(SpanStoreException.Lost.class)
                .hasMessageContainingAll(said)
                .hasMessageContaining("Close it and open it again");
    }

    @Test
    void aDeletedDirectoryIsNoticed() throws IOException {
        Files.move(directory, parent.resolve("elsewhere"));
        assertLost("store was deleted or moved", "where the directory went");
    }

    @Test
    void anotherDirectoryOfTheNameIsNoticed() throws IOException {
        Files.move(directory, parent.resolve("elsewhere"));
        Files.createDirectory(directory);
        assertLost("store was replaced");
    }

    @Test
    void aDeletedLogIsNoticed() throws IOException {
        Files.move(directory.resolve("log"), parent.resolve("log"));
        assertLost("log was deleted or moved");
    }

    @Test
    void deletedSlabsAreNoticed() throws IOException {
        Files.delete(directory.resolve("slabs"));
        assertLost("slabs was deleted or moved", "accepted spans that the log did not have yet");
    }

    @Test
    void slabsMadeShorterAreNoticedWithoutTouchingThem() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("slabs").toFile(), "rw")) {
            file.setLength(0);
        }
        assertLost("slabs was made shorter");
    }

    @Test
    void aDeletedLockIsNoticed() throws IOException {
        Files.delete(directory.resolve("lock"));
        assertLost("lock was deleted or moved", "another writer could have got in");
    }

    @Test
    void aReplacedLockIsNoticed() throws IOException {
        Files.move(directory.resolve("lock"), parent.resolve("lock"));
        Files.createFile(directory.resolve("lock"));
        assertLost("lock was replaced");
    }

    @Test
    void aDeletedSegmentIsNoticed() throws IOException {
        Files.delete(segment);
        assertLost("segment was deleted or moved", "up to 12 spans in it are lost");
    }

    @Test
    void aSegmentMadeShorterIsNoticed() throws IOException {
        Files.write(segment, new byte[SEGMENT_BYTES / 2]);
        assertLost("segment was made shorter, from 1000 to 500 bytes");
    }

    @Test
    void anotherWriterIsNoticed() throws IOException {
        OwnerToken.claim(directory, slabs, Objects.requireNonNull(FileIdentity.of(directory.resolve("slabs"))));
        assertLost("process " + ProcessHandle.current().pid() + " writes the store");
    }
}
