package io.offspan.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.wire.Memory;
import io.offspan.core.files.FailingDisk;
import io.offspan.core.files.FileIdentity;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentBlock;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentPagesTest {
    private static final int MIB = 1 << 20;
    private static final int BLOCK_BYTES = 64 << 10;

    @TempDir
    Path directory;

    private final SegmentBlock first = new SegmentBlock(64);
    private final Memory block = Memory.allocate(BLOCK_BYTES);

    @Test
    void whatAnotherThreadPreparesNeverCoversABlock() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        List<Long> places = new ArrayList<>();
        try (BlockLog log = open(32)) {
            Thread preparing = new Thread(() -> {
                while (!end.get()) {
                    log.prepare();
                }
            });
            preparing.start();
            try {
                startSegment(log);
                while (log.fits(BLOCK_BYTES)) {
                    places.add(append(log, places.size() + 1));
                }
            } finally {
                end.set(true);
                preparing.join();
            }
        }
        assertThat(places).hasSizeGreaterThan(400);
        try (RandomAccessFile file = new RandomAccessFile(segment(1).toFile(), "r")) {
            for (int i = 0; i < places.size(); i++) {
                for (int at = 0; at < BLOCK_BYTES; at += 4096) {
                    file.seek(places.get(i) + at);
                    assertThat(Integer.reverseBytes(file.readInt()))
                            .as("block %d, at %d", i, at)
                            .isEqualTo(i + 1);
                }
            }
        }
    }

    @Test
    void theWriterNeverHasToReserveAndALogThatRestsTakesLittleAhead() throws IOException {
        try (BlockLog log = open(128)) {
            startSegment(log);
            for (int mebibytes = 1; mebibytes <= 48; mebibytes++) {
                while (log.segmentBytes() < (long) mebibytes * MIB) {
                    append(log, mebibytes);
                    if (log.needsPreparing()) {
                        log.prepare();
                    }
                    assertThat(log.needsPreparing()).isFalse();
                    assertThat(log.growsFor(BLOCK_BYTES)).isFalse();
                }
                assertThat(log.reservedBytes())
                        .as("after %d MiB", mebibytes)
                        .isLessThanOrEqualTo(Math.max(4 * MIB, log.segmentBytes() * 16 / 7));
            }
            assertThat(segment(1).toFile()).hasSize(log.reservedBytes());
            long reserved = log.reservedBytes();
            log.prepare();
            assertThat(log.reservedBytes()).as("of a log that rests").isEqualTo(reserved);
        }
    }

    /** So that the files are looked at before: one that somebody cut must not become as long as it was. */
    @Test
    void whatIsReservedAndNotYetReadyCountsAsGrowth() throws IOException {
        try (BlockLog log = open(32)) {
            startSegment(log);
            int ready = 0;
            while (!log.growsFor(BLOCK_BYTES)) {
                append(log, ++ready);
            }
            assertThat(ready).isPositive();
            assertThat(log.segmentBytes() + 2 * BLOCK_BYTES).isLessThan(log.reservedBytes());
        }
    }

    @Test
    void theNextSegmentBeginsInTheFileThatWaitsForIt() throws IOException {
        try (BlockLog log = open(8)) {
            startSegment(log);
            append(log, 1);
            assertThat(log.needsPreparing()).isFalse();
            log.nextIsNear();
            assertThat(log.needsPreparing()).isTrue();
            log.prepare();
            assertThat(log.needsPreparing()).isFalse();
            assertThat(next()).hasSize(4 * MIB);
            assertThat(log.reservedBytes()).isEqualTo(8 * MIB);
            FileIdentity waiting = FileIdentity.of(next());
            startSegment(log);
            append(log, 2);
            assertThat(waiting).isNotNull();
            assertThat(waiting.isSameFile(FileIdentity.of(segment(2)))).isTrue();
            assertThat(next()).doesNotExist();
            assertThat(log.reservedBytes()).isEqualTo(4 * MIB);
        }
    }

    @Test
    void aWaitingFileThatSomebodyChangedIsMadeAgain() throws IOException {
        try (BlockLog log = open(8)) {
            startSegment(log);
            append(log, 1);
            log.nextIsNear();
            log.prepare();
            Files.write(next(), new byte[] {1, 2, 3});
            startSegment(log);
            assertThat(append(log, 2)).isPositive();
            assertThat(segment(2)).hasSize(4 * MIB);
            log.nextIsNear();
            log.prepare();
            Files.delete(next());
            startSegment(log);
            assertThat(append(log, 3)).isPositive();
        }
    }

    @Test
    void aWaitingFileEndsWithTheLog() throws IOException {
        BlockLog log = open(8);
        try (log) {
            startSegment(log);
            append(log, 1);
            log.nextIsNear();
            log.prepare();
            assertThat(next()).exists();
        }
        log.prepare();
        assertThat(next()).doesNotExist();
        assertThat(segment(1).toFile().length()).isLessThan(MIB);
    }

    @Test
    void aWaitingFileThatAKilledWriterHasLeftCountsForNothing() throws IOException {
        try (BlockLog log = open(8)) {
            startSegment(log);
        }
        Files.write(next(), new byte[4096]);
        OpenSegment left = LogTail.read(directory.resolve("log")).open();
        LogSettings settings = new LogSettings(8 * MIB, 256 << 10, directory.resolve("native"));
        try (BlockLog log = BlockLog.open(directory.resolve("log"), settings, left, 0)) {
            append(log, 2);
            assertThat(log.segmentNumber()).isEqualTo(1);
            assertThat(next()).doesNotExist();
        }
    }

    @Test
    void aDiskThatRefusesToPrepareIsAskedAgainByTheWriterAndThenGoesOn() throws IOException {
        try (BlockLog log = open(32);
                FailingDisk disk = FailingDisk.below(directory.resolve("log"))) {
            startSegment(log);
            while (!log.needsPreparing()) {
                append(log, 1);
            }
            disk.failing("OPEN", 1);
            log.prepare();
            assertThat(log.needsPreparing()).as("until the writer has tried").isFalse();
            disk.failing("OPEN", 1);
            assertThatThrownBy(() -> appendUntilPrepared(log))
                    .isInstanceOf(SpanStoreException.class)
                    .hasMessageContaining("Planted");
            appendUntilPrepared(log);
        }
    }

    private void appendUntilPrepared(BlockLog log) {
        while (!log.needsPreparing()) {
            append(log, 1);
        }
    }

    @Test
    void aSegmentThatWasMadeShorterIsNotMadeLongerAhead() throws IOException {
        try (BlockLog log = open(32)) {
            startSegment(log);
            while (!log.needsPreparing()) {
                append(log, 1);
            }
            LogFiles.truncate(segment(1), 2 * MIB);
            log.prepare();
            assertThat(segment(1)).hasSize(2 * MIB);
        }
    }

    private long append(BlockLog log, int content) {
        for (int at = 0; at < BLOCK_BYTES; at += 4096) {
            block.putInt(at, content);
        }
        return log.append(block, BLOCK_BYTES);
    }

    private long startSegment(BlockLog log) {
        first.start(1, 2, log.nextSegmentNumber(), 3, 4).close(5, 6, 7, 8, 9);
        return log.startSegment(first.memory(), first.length());
    }

    private BlockLog open(int mebibytes) {
        return BlockLog.open(
                directory.resolve("log"), new LogSettings(mebibytes * MIB, 256 << 10, directory.resolve("native")));
    }

    private Path segment(int number) {
        return directory.resolve("log").resolve(SegmentName.of(number));
    }

    private Path next() {
        return directory.resolve("log").resolve(SegmentPages.WAITING);
    }
}
