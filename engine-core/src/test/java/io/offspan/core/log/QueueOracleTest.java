package io.offspan.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Framing;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.TestLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chronicle Queue itself, with its own defaults, as the judge of what we write and of how we read it. */
class QueueOracleTest {
    /** How long the queue waits for a lock that somebody has. */
    private static final long LOCK_TIMEOUT_NANOS = 2_000_000_000L;
    /** A busy machine may make any of them long, a wait for the lock makes all of them so. */
    private static final int OPENINGS = 10;

    @TempDir
    Path directory;

    @Test
    void tailerOfTheQueueReadsTheBlocksThatOurWalkFinds() throws IOException {
        long next = 1;
        for (int open = 0; open < 3; open++) {
            try (TestLog log = TestLog.open(logDirectory(), next)) {
                for (int i = 0; i < 60; i++) {
                    log.appendRolling(1 + i * 3);
                }
                next = log.nextSpan();
            }
        }
        List<byte[]> ours = ourBlocks();
        assertThat(ours).hasSize(180);
        assertThat(queueBlocks()).usingElementComparator(Arrays::compare).isEqualTo(ours);
    }

    @Test
    void tailerOfTheQueueCrossesASegmentWhoseWriterWasKilledInsideAnExcerpt() throws IOException {
        int blocks = 0;
        long least = Long.MAX_VALUE;
        for (int opening = 0; opening < OPENINGS && least >= LOCK_TIMEOUT_NANOS; opening++) {
            try (TestLog log = TestLog.open(logDirectory(), 1)) {
                log.startSegment();
                long at = log.append(10);
                long end = log.log().segmentBytes();
                assertThat(at).isLessThan(end);
                String killed = SegmentName.of(log.log().segmentNumber());
                log.close();
                LogFiles.putInt(logDirectory().resolve(killed), end, Framing.NOT_COMPLETE);
            }
            long started = System.nanoTime();
            try (TestLog log = TestLog.open(logDirectory(), 11)) {
                assertThat(log.log().findings()).isEmpty();
                log.startSegment();
                log.append(10);
            }
            least = Math.min(least, System.nanoTime() - started);
            blocks += 2;
        }
        assertNobodyWaits(least);
        assertThat(queueBlocks()).hasSize(blocks);
        assertThat(ourBlocks()).hasSize(blocks);
    }

    @Test
    void lockOfAKilledWriterDelaysNobody() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            log.startSegment();
        }
        long least = Long.MAX_VALUE;
        for (int opening = 0; opening < OPENINGS && least >= LOCK_TIMEOUT_NANOS; opening++) {
            Path metadata = logDirectory().resolve(LogMetadata.NAME);
            LogFiles.putLong(metadata, 0x128, 1L << 32 | ProcessHandle.current().pid());
            LogFiles.putLong(metadata, 0x150, ProcessHandle.current().pid());
            long started = System.nanoTime();
            try (TestLog log = TestLog.open(logDirectory(), 1)) {
                log.startSegment();
                log.append(1);
            }
            least = Math.min(least, System.nanoTime() - started);
        }
        assertNobodyWaits(least);
    }

    private static void assertNobodyWaits(long least) {
        assertThat(least)
                .as("the shortest of %d openings, each of which would wait for the dead", OPENINGS)
                .isLessThan(LOCK_TIMEOUT_NANOS);
    }

    @Test
    void headersAreThoseThatTheQueueWritesByItself() throws IOException {
        Files.createDirectory(logDirectory());
        DenseRollCycle cycle = new DenseRollCycle(1);
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(logDirectory())
                .rollCycle(cycle)
                .indexCount(DenseRollCycle.INDEX_COUNT)
                .indexSpacing(DenseRollCycle.INDEX_SPACING)
                .blockSize(64L << 20)
                .build()) {
            byte[] fresh = Arrays.copyOf(
                    Files.readAllBytes(logDirectory().resolve(LogMetadata.NAME)), LogMetadata.FRESH.length);
            assertThat(fresh).isEqualTo(LogMetadata.FRESH);
            assertThat(Files.size(logDirectory().resolve(LogMetadata.NAME))).isEqualTo(LogMetadata.FILE_BYTES);
            try (ExcerptAppender appender = queue.createAppender();
                    DocumentContext document = appender.writingDocument()) {
                document.rollbackOnClose();
            }
        }
        assertThat(new LogHeaders().check(logDirectory().resolve(SegmentName.of(1))))
                .isNull();
    }

    @Test
    void analyticsAreOff() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            log.startSegment();
        }
        assertThat(System.getProperty("chronicle.analytics.disable")).isEqualTo("true");
        assertThat(net.openhft.chronicle.core.analytics.AnalyticsFacade.isEnabled())
                .isFalse();
    }

    private List<byte[]> ourBlocks() throws IOException {
        List<byte[]> blocks = new ArrayList<>();
        BlockReader reader = new BlockReader();
        BodyCheck check = new BodyCheck();
        try (Catalog catalog = Catalog.open(logDirectory())) {
            for (Segment segment : catalog.segments()) {
                assertThat(segment.acquire()).isTrue();
                for (int row = 0; row < segment.directory().count(); row++) {
                    assertThat(segment.open(row, reader, check)).isTrue();
                    byte[] block = new byte[segment.directory().length(row)];
                    reader.memory().getBytes(0, block, 0, block.length);
                    blocks.add(block);
                }
                reader.release();
                segment.release();
            }
            assertThat(catalog.damages().places()).isEmpty();
        }
        return blocks;
    }

    /** Reads the blocks of spans through the queue, which puts an int before them that says how far they are away. */
    private List<byte[]> queueBlocks() {
        List<byte[]> blocks = new ArrayList<>();
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(logDirectory())
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        return blocks;
                    }
                    Bytes<?> bytes = document.wire().bytes();
                    byte[] excerpt = new byte[(int) bytes.readRemaining()];
                    bytes.read(excerpt);
                    int pad = io.offspan.codec.wire.HeapBytes.getInt(excerpt, 0);
                    boolean spans = excerpt[pad + 6] == 1;
                    if (spans) {
                        blocks.add(Arrays.copyOfRange(excerpt, pad, excerpt.length));
                    }
                }
            }
        }
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }
}
