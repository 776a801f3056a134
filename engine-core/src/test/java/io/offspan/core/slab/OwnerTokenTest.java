package io.offspan.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.wire.Memory;
import io.offspan.core.files.FileIdentity;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerTokenTest {
    private static final int PID = 136;
    private static final int START = 144;
    private static final int BOOT = 152;
    private static final int NAMESPACE = 168;

    @TempDir
    Path directory;

    private SlabFile slabs;
    private Path file;
    private Memory page;
    private OwnerToken owner;

    @BeforeEach
    void claim() throws IOException {
        SlabGeometry wanted = SlabGeometry.of(8, 64 * 1024, 256, 2, 2 * 1024 * 1024);
        slabs = SlabOpening.forWriter(directory, wanted, null, slabs -> "", lost -> {});
        file = directory.resolve("slabs");
        page = slabs.page();
        owner = OwnerToken.claim(directory, slabs, Objects.requireNonNull(FileIdentity.of(file)));
    }

    @AfterEach
    void close() {
        slabs.close();
    }

    private void assertFree(Path slabFile) {
        assertThatCode(() -> OwnerToken.refuseHidden(directory, slabFile)).doesNotThrowAnyException();
    }

    @Test
    void aLivingWriterIsNamed() {
        assertThatThrownBy(() -> OwnerToken.refuseLiving(directory, file))
                .isInstanceOf(SpanStoreException.Locked.class)
                .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        assertThat(owner.isOurs()).isTrue();
    }

    @Test
    void aWriterThatLetGoHoldsNobodyOff() {
        owner.release();
        assertThat(owner.isOurs()).isFalse();
        assertFree(file);
    }

    @Test
    void anotherProcessOfTheSameNumberIsNotTheWriter() {
        page.putLong(START, page.getLong(START) + 1);
        assertFree(file);
    }

    @Test
    void aProcessThatIsGoneIsNotTheWriter() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        page.putLong(PID, gone.pid());
        assertFree(file);
    }

    @Test
    void aWriterOfAnotherBootIsGone() {
        page.putLong(BOOT, page.getLong(BOOT) + 1);
        assertFree(file);
    }

    @Test
    void aCopyIsNotHeldByTheWriterOfItsOriginal() throws IOException {
        Path copy = directory.resolve("copy");
        Files.copy(file, copy);
        assertFree(copy);
    }

    @Test
    void aMovedFileIsStillHeld() throws IOException {
        Path moved = directory.resolve("moved");
        Files.move(file, moved);
        assertThatThrownBy(() -> OwnerToken.refuseLiving(directory, moved))
                .isInstanceOf(SpanStoreException.Locked.class);
    }

    @Test
    void aWriterOfAnotherContainerIsAliveWhileItsHeartbeatMoves() throws InterruptedException {
        page.putLong(NAMESPACE, 17);
        assertThatCode(() -> OwnerToken.refuseLiving(directory, file)).doesNotThrowAnyException();
        owner.beat(System.nanoTime() + Long.MAX_VALUE / 4);
        Thread beating = new Thread(() -> {
            for (long beat = 1; !Thread.currentThread().isInterrupted(); beat++) {
                owner.beat(System.nanoTime() + beat);
                Thread.onSpinWait();
            }
        });
        beating.start();
        try {
            assertThatThrownBy(() -> OwnerToken.refuseHidden(directory, file))
                    .isInstanceOf(SpanStoreException.Locked.class)
                    .hasMessageContaining("another container");
        } finally {
            beating.interrupt();
            beating.join();
        }
    }

    @Test
    void aWriterOfAnotherContainerWhoseHeartbeatIsOldIsGone() {
        page.putLong(NAMESPACE, 17);
        owner.beat(System.nanoTime() - 10 * OwnerToken.BEAT_NANOS);
        assertFree(file);
    }

    @Test
    void aTokenThatAnotherWriterHasOverwrittenIsNotOurs() throws IOException {
        OwnerToken second = OwnerToken.claim(directory, slabs, Objects.requireNonNull(FileIdentity.of(file)));
        assertThat(owner.isOurs()).isFalse();
        owner.release();
        assertThat(second.isOurs()).isTrue();
    }
}
