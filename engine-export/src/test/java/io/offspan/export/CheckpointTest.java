package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.retain.CheckpointFile;
import io.offspan.core.value.Position;
import io.offspan.export.checkpoint.CheckpointException;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.testkit.receiver.Received;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that cannot be trusted is an error with choices, never a new beginning. */
class CheckpointTest {
    private static final int SPANS = 100;
    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SPANS).boxed().toList();

    @TempDir
    Path temporary;

    private SpanStore store;
    private TestDestination to;
    private CheckpointFile file;

    @BeforeEach
    void export() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, SPANS);
        to = new TestDestination(store);
        to.config.checkpointName("otlp");
        to.run();
        assertThat(to.receiver.ids()).isEqualTo(ALL);
        file = new CheckpointFile(store.directory().resolve("checkpoints/otlp"));
    }

    @AfterEach
    void close() throws IOException {
        to.close();
        store.close();
    }

    @Test
    void theFileIsPrivateAndItsNameHeld() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file.path().getParent())))
                .isEqualTo("rwx------");
        assertThatThrownBy(() -> ExportAgent.open(store.reader(), store.directory(), to.config.build()))
                .isInstanceOf(CheckpointException.Locked.class)
                .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
        // Reading the checkpoint, as retention does, must not give up the lock that other processes see.
        assertThat(file.read()).isNotNull();
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import fcntl,sys\nf=open(sys.argv[1],'r+')\n"
                                + "try:\n fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\nexcept OSError:\n sys.exit(7)",
                        file.path() + ".lock")
                .start();
        assertThat(waitFor(other)).isEqualTo(7);
    }

    @Test
    void anExporterThatHasLostItsLockWritesItsCheckpointNoMore() throws IOException {
        to.close();
        try (NamedCheckpoint held =
                NamedCheckpoint.open(store.reader(), store.directory(), "otlp", false, System::currentTimeMillis)) {
            held.advance(Position.START);
            Checkpoint before = file.read();
            Files.delete(store.directory().resolve("checkpoints/otlp.lock"));
            assertThatThrownBy(() -> held.advance(Position.START))
                    .isInstanceOf(CheckpointException.Locked.class)
                    .hasMessageContaining("otlp.lock was lost");
            assertThatThrownBy(held::touch).isInstanceOf(CheckpointException.Locked.class);
            assertThat(file.read()).isEqualTo(before);
        }
    }

    private static int waitFor(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDamagedSlotRepeatsAtMostTheLastRequest() throws IOException {
        TestSpans.append(store, SPANS + 1, SPANS + 10);
        to.run();
        Checkpoint newest = file.read();
        to.agent().close();
        damage(newest.sequence() % 2 == 0 ? 0 : 4096);
        to.restart();
        to.run();
        List<Received> received = to.receiver.received();
        assertThat(received).hasSize(3);
        assertThat(received.get(2).ids()).isEqualTo(received.get(1).ids()).hasSize(10);
    }

    @Test
    void withBothSlotsDamagedNothingIsAssumed() throws IOException {
        to.agent().close();
        damage(0);
        damage(4096);
        to.restart();
        assertThatThrownBy(to::agent)
                .isInstanceOf(CheckpointException.Damaged.class)
                .hasMessageContaining("--from-start")
                .hasMessageContaining("delete " + file.path());
        to.config.fromStart(true);
        to.run();
        assertThat(to.receiver.received()).hasSize(2);
        assertThat(to.receiver.received().get(1).ids()).isEqualTo(ALL);
    }

    private void damage(int slot) throws IOException {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {99}), slot + 41);
        }
    }

    @Test
    void aCheckpointOfAnotherStoreIsRefused() throws IOException {
        UUID other = new UUID(1, 2);
        to.agent().close();
        file.create(new Checkpoint(other, file.read().position(), 9, 0));
        to.restart();
        assertThatThrownBy(to::agent)
                .isInstanceOf(CheckpointException.Foreign.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining(store.reader().storeId().toString());
    }

    @Test
    void aCheckpointAheadOfTheLogIsRefused() throws IOException {
        Checkpoint sound = file.read();
        Position at = sound.position();
        to.agent().close();
        to.restart();
        for (Position ahead : List.of(
                new Position(at.segmentId(), at.segmentNumber(), at.ordinal() + 1),
                new Position(at.segmentId(), at.segmentNumber() + 1, 0),
                new Position(at.segmentId() + 1, at.segmentNumber(), at.ordinal()))) {
            file.create(new Checkpoint(sound.storeId(), ahead, 9, 0));
            assertThatThrownBy(to::agent)
                    .isInstanceOf(CheckpointException.Ahead.class)
                    .hasMessageContaining(ahead.toString())
                    .hasMessageContaining(at.toString());
        }
    }

    @Test
    void whatIsNoFileIsLeftAlone() throws IOException {
        to.agent().close();
        to.restart();
        Path elsewhere = temporary.resolve("elsewhere");
        Files.copy(file.path(), elsewhere);
        byte[] before = Files.readAllBytes(elsewhere);
        Files.delete(file.path());
        Files.createSymbolicLink(file.path(), elsewhere);
        assertThatThrownBy(to::agent)
                .isInstanceOf(CheckpointException.Damaged.class)
                .hasMessageContaining("link");
        assertThat(Files.readAllBytes(elsewhere)).isEqualTo(before);
    }
}
