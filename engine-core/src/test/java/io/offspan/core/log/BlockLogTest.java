package io.offspan.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.wire.Memory;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentBlock;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.SpanStoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockLogTest {
    @TempDir
    Path directory;

    private final SegmentBlock first = new SegmentBlock(64);
    private final Memory block = Memory.allocate(64 << 10);

    @Test
    void everyBlockIsAlignedInItsFile() {
        try (BlockLog log = open()) {
            assertThat(startSegment(log) % 64).isZero();
            for (int i = 0; i < 100; i++) {
                assertThat(log.append(block, 192 + 64 * i) % 64).isZero();
            }
            assertThat(log.segmentNumber()).isEqualTo(1);
        }
    }

    @Test
    void everyOpenStartsTheNextSegment() throws IOException {
        for (int number = 1; number <= 3; number++) {
            try (BlockLog log = open()) {
                assertThat(log.findings()).isEmpty();
                startSegment(log);
                log.append(first.memory(), first.length());
                log.force();
                startSegment(log);
                log.force();
                assertThat(log.segmentNumber()).isEqualTo(2 * number);
            }
        }
        try (var files = Files.list(logDirectory())) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"))
                    .hasSize(7);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (BlockLog log = open()) {
            assertThatThrownBy(() -> log.append(block, 192)).isInstanceOf(IllegalStateException.class);
            startSegment(log);
            assertThatThrownBy(() -> log.append(block, 191)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(block, 64 << 20)).isInstanceOf(IllegalArgumentException.class);
            while (log.fits(64 << 10)) {
                log.append(block, 64 << 10);
            }
            assertThatThrownBy(() -> log.append(block, 64 << 10)).hasMessageContaining("start the next one");
            startSegment(log);
            log.append(block, 64 << 10);
        }
    }

    @Test
    void aReservedFileThatIsLeftOverDoesNotStopTheLog() throws IOException {
        try (BlockLog log = open()) {
            startSegment(log);
            Files.createFile(logDirectory().resolve(SegmentName.precreated(2)));
            startSegment(log);
            assertThat(log.append(block, 192)).isPositive();
        }
    }

    @Test
    void aFileThatCannotBeMadeIsNotCalledAFullDiskAndTheSegmentGoesOn() throws IOException {
        try (BlockLog log = open()) {
            startSegment(log);
            Path inTheWay = logDirectory().resolve(SegmentName.precreated(2));
            Files.createDirectories(inTheWay.resolve("full"));
            assertThatThrownBy(() -> startSegment(log))
                    .isInstanceOf(SpanStoreException.class)
                    .isNotInstanceOf(SpanStoreException.DiskFull.class)
                    .isNotInstanceOf(LogAppendException.class)
                    .hasMessageContaining("DirectoryNotEmpty");
            assertThat(log.append(block, 192)).isPositive();
            Files.delete(inTheWay.resolve("full"));
            startSegment(log);
            assertThat(log.segmentNumber()).isEqualTo(2);
        }
    }

    @Test
    void aSegmentReservesLittleAtFirstAndThenDoublesIt() {
        LogSettings settings = new LogSettings(16 << 20, 256 << 10, directory.resolve("native"));
        try (BlockLog log = BlockLog.open(logDirectory(), settings)) {
            startSegment(log);
            assertThat(log.reservedBytes()).isEqualTo(4 << 20);
            File file = logDirectory().resolve(SegmentName.of(1)).toFile();
            assertThat(file).hasSize(4 << 20);
            while (log.fits(64 << 10)) {
                log.append(block, 64 << 10);
                assertThat(log.reservedBytes())
                        .isGreaterThan(log.segmentBytes())
                        .isEqualTo(file.length())
                        .isLessThanOrEqualTo(Math.max(4 << 20, 2 * log.segmentBytes() + (1 << 20)));
            }
            assertThat(log.segmentBytes()).isGreaterThanOrEqualTo((16 << 20) - (64 << 10));
            assertThat(log.reservedBytes()).isEqualTo(settings.mostReservedBytes());
        }
    }

    @Test
    void aSegmentThatIsContinuedIsAsLongAsWhatIsReservedOfIt() throws IOException {
        LogSettings settings = new LogSettings(16 << 20, 256 << 10, directory.resolve("native"));
        try (BlockLog log = BlockLog.open(logDirectory(), settings)) {
            startSegment(log);
        }
        OpenSegment left = LogTail.read(logDirectory()).open();
        try (BlockLog log = BlockLog.open(logDirectory(), settings, left, 0)) {
            log.append(block, 64 << 10);
            assertThat(log.segmentNumber()).isEqualTo(1);
            assertThat(logDirectory().resolve(SegmentName.of(1)).toFile()).hasSize(log.reservedBytes());
        }
    }

    @Test
    void whatIsNotBeingWrittenIsAsLongAsItIsUsed() throws IOException {
        for (int opening = 1; opening <= 4; opening++) {
            try (BlockLog log = open()) {
                startSegment(log);
                log.append(block, 64 << 10);
                startSegment(log);
                assertThat(lengths(log.segmentNumber())).allMatch(length -> length < 128 << 10);
            }
            assertThat(lengths(Integer.MAX_VALUE)).hasSize(2 * opening).allMatch(length -> length < 128 << 10);
        }
    }

    /** Returns the lengths of the files of all segments before one. */
    private List<Long> lengths(int number) throws IOException {
        try (var files = Files.list(logDirectory())) {
            return files.filter(file -> {
                        int found = SegmentName.number(String.valueOf(file.getFileName()));
                        return found != SegmentName.NONE && found < number;
                    })
                    .map(file -> file.toFile().length())
                    .toList();
        }
    }

    private long startSegment(BlockLog log) {
        first.start(1, 2, log.nextSegmentNumber(), 3, 4).close(5, 6, 7, 8, 9);
        return log.startSegment(first.memory(), first.length());
    }

    private BlockLog open() {
        return BlockLog.open(logDirectory(), new LogSettings(1 << 20, 256 << 10, directory.resolve("native")));
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }
}
