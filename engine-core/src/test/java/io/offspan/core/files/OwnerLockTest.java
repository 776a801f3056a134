package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerLockTest {
    @TempDir
    Path directory;

    private Path file;
    private Path key;

    @BeforeEach
    void name() throws IOException {
        file = directory.resolve("lock");
        key = directory.toRealPath();
    }

    @Test
    void isHeldByOneOwnerAtATimeAndCanBeTakenAgain() throws IOException {
        try (OwnerLock lock = OwnerLock.acquire(file, key)) {
            assertThat(lock.lostTo()).isNull();
            assertThatThrownBy(() -> OwnerLock.acquire(file, key))
                    .isInstanceOfSatisfying(OwnerLock.HeldException.class, held -> {
                        assertThat(held.byThisProcess()).isTrue();
                        assertThat(held.holder()).isEqualTo(pid());
                    });
        }
        OwnerLock.acquire(file, key).close();
        assertThat(file).hasContent(pid() + "\n");
    }

    @Test
    void isLostWithItsFile() throws IOException {
        try (OwnerLock lock = OwnerLock.acquire(file, key)) {
            Files.delete(file);
            assertThat(lock.lostTo()).contains("deleted");
            Files.writeString(file, pid() + "\n");
            assertThat(lock.lostTo()).contains("replaced");
        }
    }

    @Test
    void isLostToTheProcessThatWroteItsNumber() throws IOException {
        try (OwnerLock lock = OwnerLock.acquire(file, key)) {
            write("4711\n", 1);
            assertThat(lock.lostTo()).isEqualTo("process 4711");
        }
    }

    @Test
    void isNotLostWhenItsFileIsTouched() throws IOException {
        try (OwnerLock lock = OwnerLock.acquire(file, key)) {
            write(pid() + "\n", 1);
            assertThat(lock.lostTo()).isNull();
            write("4711\n", 2);
            assertThat(lock.lostTo()).isEqualTo("process 4711");
        }
    }

    /** Writes with a time stamp that tells, however coarse the clock of the file system is. */
    private void write(String text, int minutes) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 60_000L * minutes));
    }

    @Test
    void refusesWhatIsNoRegularFile() throws IOException {
        Files.createSymbolicLink(file, directory.resolve("elsewhere"));
        assertThatThrownBy(() -> OwnerLock.acquire(file, key))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("is a link");
        assertThat(directory.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void leavesAFileAloneThatTheLockIsAHardLinkTo() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "secret");
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.createLink(store.resolve("lock"), other);
        assertThatThrownBy(() -> SpanStore.open(store))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("2 names");
        assertThat(other).hasContent("secret");
    }

    @Test
    void leavesSlabsAloneThatHaveAnotherName() throws IOException {
        Path store = directory.resolve("store");
        SpanStore.open(store).close();
        Path other = Files.createLink(directory.resolve("backup"), store.resolve("slabs"));
        byte[] before = Files.readAllBytes(other);
        assertThatThrownBy(() -> SpanStore.open(store))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("slabs has 2 names");
        assertThat(Files.readAllBytes(other)).isEqualTo(before);
        Files.delete(other);
        SpanStore.open(store).close();
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }
}
