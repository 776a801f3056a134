package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.core.files.CheckpointDisk;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.checkpoint.CheckpointException;
import io.offspan.testkit.receiver.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room for a checkpoint: export goes on, the failures are counted, and a restart repeats spans and loses none. */
class FullDiskTest {
    private static final int AMPLE = Integer.MAX_VALUE;

    @TempDir
    Path temporary;

    private SpanStore store;
    private TestDestination to;

    @BeforeEach
    void open() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        to = new TestDestination(store);
    }

    @AfterEach
    void close() throws IOException {
        to.close();
        store.close();
    }

    private CheckpointDisk disk(int room) {
        return CheckpointDisk.of(store.directory().resolve("checkpoints"), room);
    }

    private static List<Long> ids(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private List<Long> last() {
        List<Received> all = to.receiver.received();
        return all.get(all.size() - 1).ids();
    }

    @Test
    void exportGoesOnWithoutRoomForACheckpointAndTheNextOneThatFitsCounts() throws IOException {
        TestSpans.append(store, 1, 10);
        to.run();
        try (CheckpointDisk disk = disk(0)) {
            for (int i = 2; i <= 4; i++) {
                TestSpans.append(store, 10 * i - 9, 10 * i);
                ExportStatus status = to.run();
                assertThat(status.state()).isEqualTo(State.IDLE);
                assertThat(status.checkpointFailures()).isEqualTo(i - 1);
                assertThat(status.lagSpans()).isZero();
            }
            disk.room(AMPLE);
            TestSpans.append(store, 41, 50);
            assertThat(to.run().checkpointFailures()).isEqualTo(3);
        }
        assertThat(to.receiver.ids()).isEqualTo(ids(1, 50));
        to.restart();
        assertThat(to.run().spans()).isZero();
        assertThat(store.failure()).isNull();
    }

    @Test
    void aRestartOnAFullDiskRepeatsWhatTheLastCheckpointDoesNotHave() throws IOException {
        TestSpans.append(store, 1, 10);
        to.run();
        Path checkpoint = store.directory()
                .resolve("checkpoints")
                .resolve(to.config.build().checkpointName());
        byte[] taken = Files.readAllBytes(checkpoint);
        try (CheckpointDisk disk = disk(0)) {
            TestSpans.append(store, 11, 20);
            assertThat(to.run().checkpointFailures()).isEqualTo(1);
            to.restart();
            // What was not forced may be gone.
            Files.write(checkpoint, taken);
            TestSpans.append(store, 21, 30);
            assertThat(to.run().spans()).isEqualTo(20);
            assertThat(last()).isEqualTo(ids(11, 30));
            assertThat(to.agent().status().checkpointFailures()).isEqualTo(1);
            assertThat(disk.done()).isPositive();
        }
    }

    @Test
    void aNewDestinationIsRefusedWithTheRemedyAndTakenOnceThereIsRoom() throws IOException {
        TestSpans.append(store, 1, 10);
        try (CheckpointDisk disk = disk(0)) {
            assertThatThrownBy(to::agent)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(to.config.build().checkpointName())
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("make room");
            disk.room(AMPLE);
            to.run();
        }
        assertThat(to.receiver.ids()).isEqualTo(ids(1, 10));
    }

    /** Whichever piece of work fails, and with it all that follow until the next exporter. */
    @Test
    void whereverTheDiskFillsUpNothingIsLostAndTheCheckpointIsNotAhead() throws IOException {
        TestSpans.append(store, 1, 10);
        to.run();
        int pieces;
        try (CheckpointDisk disk = disk(AMPLE)) {
            TestSpans.append(store, 11, 20);
            to.run();
            to.restart();
            to.run();
            pieces = disk.done();
        }
        assertThat(pieces).as("pieces of work between two requests").isBetween(3, 20);
        for (int room = 0; room < pieces; room++) {
            long before = 20 + 10L * room;
            try (CheckpointDisk disk = disk(room)) {
                TestSpans.append(store, before + 1, before + 10);
                to.run();
                to.restart();
                disk.room(AMPLE);
                ExportStatus status = to.run();
                assertThat(status.spans()).as("repeated with room for %d", room).isIn(0L, 10L);
                assertThat(status.checkpoint()).isEqualTo(store.reader().end());
            }
            assertThat(last()).isEqualTo(ids(before + 1, before + 10));
        }
    }
}
