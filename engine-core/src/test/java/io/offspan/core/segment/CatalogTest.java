package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.core.files.FailingDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    @TempDir
    Path directory;

    @Test
    void findsEverySpanInOrderOverSegmentsAndOpens() throws IOException {
        long next = 1;
        for (int open = 0; open < 2; open++) {
            try (TestLog log = TestLog.open(logDirectory(), next)) {
                for (int i = 0; i < 150; i++) {
                    log.appendRolling(200);
                }
                next = log.nextSpan();
            }
        }
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(spans(catalog))
                    .containsExactlyElementsOf(LongStream.range(1, next).boxed().toList());
            assertThat(catalog.spans()).isEqualTo(next - 1);
            assertThat(catalog.damages().places()).isEmpty();
            assertThat(catalog.segments().length).isGreaterThan(2);
            Segment[] segments = catalog.segments();
            for (int i = 1; i < segments.length; i++) {
                assertThat(segments[i].previousId()).isEqualTo(segments[i - 1].id());
                assertThat(segments[i].number()).isEqualTo(segments[i - 1].number() + 1);
            }
        }
    }

    @Test
    void seesBlocksWhileTheyAreAppended() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(catalog.segments()).isEmpty();
            for (int i = 1; i <= 100; i++) {
                log.appendRolling(100);
                catalog.refresh();
                assertThat(catalog.spans()).isEqualTo(100L * i);
            }
            assertThat(catalog.damages().places()).isEmpty();
        }
    }

    @Test
    void saysHowMuchOfASlabTheLogHolds() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                Catalog catalog = Catalog.open(logDirectory())) {
            log.startSegment();
            log.append(10);
            log.append(20);
            catalog.refresh();
            assertThat(catalog.flushed(TestLog.INCARNATION, 3, 3)).isZero();
            assertThat(catalog.flushed(TestLog.INCARNATION, 3, 2)).isEqualTo(20);
            assertThat(catalog.flushed(TestLog.INCARNATION, 3, 1)).isEqualTo(SlabLayout.MAX_SPANS);
            assertThat(catalog.flushed(TestLog.INCARNATION + 1, 3, 1)).isZero();
            try (WriterCatalog ofWriter = WriterCatalog.open(logDirectory())) {
                assertThat(ofWriter.flushed(TestLog.INCARNATION, 3, 2)).isEqualTo(20);
                assertThat(ofWriter.tail().lastSequence()).isEqualTo(2);
            }
        }
    }

    @Test
    void whatTheWriterTellsIsWhatTheFilesSay() throws IOException {
        long next = 1;
        for (int open = 0; open < 2; open++) {
            try (WriterCatalog told = WriterCatalog.open(logDirectory());
                    TestLog log = TestLog.open(logDirectory(), next).tell(told)) {
                for (int i = 0; i < 40; i++) {
                    log.appendRolling(300);
                    if (i % 13 == 0) {
                        told.refresh();
                    }
                }
                next = log.nextSpan();
                try (Catalog files = Catalog.open(logDirectory())) {
                    told.refresh();
                    assertThat(rows(told)).isEqualTo(rows(files)).hasSizeGreaterThan(40 * (open + 1));
                    assertThat(spans(told))
                            .containsExactlyElementsOf(
                                    LongStream.range(1, next).boxed().toList());
                    assertThat(told.flushed(TestLog.INCARNATION, 3, 40)).isEqualTo(300);
                    assertThat(told.damages().count()).isZero();
                }
            }
        }
    }

    @Test
    void aBlockThatTheWriterTellsOfIsKnownWithoutAFile() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(logDirectory());
                TestLog log = TestLog.open(logDirectory(), 1).tell(told)) {
            log.startSegment();
            told.refresh();
            Files.move(logDirectory(), directory.resolve("elsewhere"));
            log.append(10);
            told.refresh();
            assertThat(told.spans()).isEqualTo(10);
            assertThat(told.segments()[0].lastSequence()).isEqualTo(1);
            Files.move(directory.resolve("elsewhere"), logDirectory());
        }
    }

    @Test
    void filesThatAreLookedForAreNotThoseThatTheWriterTellsOf() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(logDirectory());
                TestLog log = TestLog.open(logDirectory(), 1)) {
            log.startSegment();
            log.append(10);
            told.lookForFiles();
            assertThat(told.segments()).as("it has not been told of yet").isEmpty();
            log.tell(told).startSegment();
            log.append(10);
            told.lookForFiles();
            assertThat(spans(told)).hasSize(20);
            assertThat(told.segments()[0].ended()).isTrue();
            assertThat(told.segments()[1].ended()).isFalse();
            Files.delete(told.segments()[0].path());
            told.refresh();
            assertThat(told.segments()).hasSize(2);
            told.lookForFiles();
            assertThat(told.segments()).hasSize(1);
            log.append(10);
            assertThat(told.spans()).isEqualTo(20);
        }
    }

    @Test
    void aSegmentThatTheWriterTellsOfIsNotTakenForOneOfOthersMeanwhile() throws Exception {
        try (WriterCatalog told = WriterCatalog.open(logDirectory());
                TestLog log = TestLog.open(logDirectory(), 1).tell(told);
                FailingDisk disk = FailingDisk.below(directory)) {
            told.lookForFiles();
            Thread other = new Thread(() -> {
                try {
                    told.lookForFiles();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            disk.during("MAP", () -> {
                other.start();
                while (other.getState() != Thread.State.BLOCKED && other.isAlive()) {
                    Thread.onSpinWait();
                }
            });
            log.startSegment();
            other.join();
            log.append(10);
            assertThat(told.spans()).isEqualTo(10);
            assertThat(told.segments()).hasSize(1);
        }
    }

    @Test
    void whatTheWriterDidNotTellOfASegmentIsWalkedWhenTheNextBegins() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(logDirectory());
                TestLog log = TestLog.open(logDirectory(), 1).tell(told)) {
            log.startSegment();
            log.append(10);
            told.left();
            log.append(10);
            assertThat(told.spans()).isEqualTo(10);
            log.startSegment();
            assertThat(told.spans()).isEqualTo(20);
            assertThat(told.segments()[0].ended()).isTrue();
        }
    }

    /** Returns what is known of the segments and their blocks, in words. */
    private static List<String> rows(Catalog catalog) {
        List<String> rows = new ArrayList<>();
        Segment[] segments = catalog.segments();
        for (Segment segment : segments) {
            rows.add(segment.number() + " " + segment.identity() + " " + segment.ended() + " " + segment.lastSequence()
                    + " " + segment.lastCrc() + " " + segment.endOffset() + " " + segment.spans());
            BlockDirectory blocks = segment.directory();
            for (int row = 0; row < blocks.count(); row++) {
                rows.add(blocks.offset(row) + " " + blocks.length(row) + " " + blocks.firstOrdinal(row) + " "
                        + blocks.spanCount(row) + " " + blocks.bodyCrc(row) + " " + blocks.ingestTimeNanos(row) + " "
                        + blocks.minStartNanos(row) + " " + blocks.maxEndNanos(row));
            }
        }
        return rows;
    }

    @Test
    void tailNeedsTheNewestSegmentOnly() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            for (int i = 0; i < 5; i++) {
                log.startSegment();
                log.append(10);
            }
        }
        LogTail tail = LogTail.read(logDirectory());
        assertThat(tail.walkedSegments()).isEqualTo(1);
        assertThat(tail.segmentNumber()).isEqualTo(5);
        assertThat(tail.lastSequence()).isEqualTo(9);
    }

    @Test
    void removedSegmentStaysReadableWhileItIsPinned() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                Catalog catalog = Catalog.open(logDirectory())) {
            log.startSegment();
            log.append(10);
            log.startSegment();
            catalog.refresh();
            Segment first = catalog.segments()[0];
            assertThat(first.acquire()).isTrue();
            Files.delete(first.path());
            catalog.refresh();
            assertThat(catalog.segments()).hasSize(1);
            assertThat(first.retired()).isTrue();
            assertThat(first.acquire()).isFalse();
            BlockReader reader = new BlockReader();
            assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
                    .anyMatch(line ->
                            line.contains("r--s") && line.contains(first.path().toString()));
            assertThat(first.open(0, reader, new BodyCheck())).isTrue();
            assertThat(reader.span(9).spanId()).isEqualTo(10);
            reader.release();
            first.release();
            assertThatThrownBy(() -> first.open(0, reader, new BodyCheck())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(first::release).isInstanceOf(IllegalStateException.class);
            assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
                    .noneMatch(line ->
                            line.contains("r--s") && line.contains(first.path().toString()));
        }
    }

    @Test
    void manySegmentsKeepFewDescriptors() throws IOException {
        int segments = 3 * OpenFiles.MOST;
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            for (int i = 0; i < segments; i++) {
                log.startSegment();
                log.append(2);
            }
            try (Catalog first = Catalog.open(logDirectory());
                    Catalog second = Catalog.open(logDirectory());
                    WriterCatalog ofWriter = WriterCatalog.open(logDirectory())) {
                assertThat(spans(first)).hasSize(2 * segments).isEqualTo(spans(second));
                ofWriter.lookForFiles();
                assertThat(ofWriter.spans()).isEqualTo(2L * segments);
                assertThat(descriptorsOfSegments()).isLessThanOrEqualTo(OpenFiles.MOST + 2L);
            }
        }
    }

    private static long descriptorsOfSegments() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    count += Files.readSymbolicLink(descriptor).toString().endsWith(SegmentName.LOG) ? 1 : 0;
                } catch (IOException closed) {
                    continue;
                }
            }
        }
        return count;
    }

    @Test
    void segmentsThatAreRemovedBeforeAnybodyReadThemStayReadableForWhoeverPinnedThem() throws IOException {
        int segments = 2 * OpenFiles.MOST;
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            for (int i = 0; i < segments; i++) {
                log.startSegment();
                log.append(1);
            }
            try (Catalog catalog = Catalog.open(logDirectory())) {
                Segment[] pinned = catalog.segments();
                for (Segment segment : pinned) {
                    assertThat(segment.acquire()).isTrue();
                    Files.delete(segment.path());
                }
                catalog.letGoOfDeleted();
                assertThat(catalog.segments()).isEmpty();
                assertThat(spansOfPinned(pinned)).hasSize(segments);
                assertThat(catalog.damages().count()).isZero();
            }
        }
    }

    static List<Long> spans(Catalog catalog) {
        Segment[] all = catalog.segments();
        for (Segment segment : all) {
            assertThat(segment.acquire()).isTrue();
        }
        return spansOfPinned(all);
    }

    /** Reads segments and gives their pins back. */
    private static List<Long> spansOfPinned(Segment[] all) {
        List<Long> found = new ArrayList<>();
        BlockReader reader = new BlockReader();
        BodyCheck check = new BodyCheck();
        for (Segment segment : all) {
            for (int row = 0; row < segment.directory().count(); row++) {
                if (segment.open(row, reader, check)) {
                    for (int i = 0; i < reader.count(); i++) {
                        found.add(reader.span(i).spanId());
                    }
                }
            }
            reader.release();
            segment.release();
        }
        return found;
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }

    @Test
    void segmentsThatWereAwayForAWhileAreFoundAgain() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            log.startSegment();
            log.append(10);
        }
        Path away = directory.resolve("away");
        try (Catalog catalog = Catalog.open(logDirectory())) {
            List<Integer> before = numbers(catalog);
            assertThat(before).isNotEmpty();
            Files.move(logDirectory(), away);
            catalog.letGoOfDeleted();
            Files.move(away, logDirectory());
            catalog.refresh();
            assertThat(numbers(catalog)).isEqualTo(before);
        }
    }

    private static List<Integer> numbers(Catalog catalog) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        catalog.refresh(view -> {
            SegmentSet set = view.hold();
            for (int i = 0; i < set.count(); i++) {
                numbers.add(set.segment(i).number());
            }
            catalog.letGo(set);
        });
        return numbers;
    }

    @Test
    void noSegmentStaysMappedWhenAnotherCannotBe() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            for (int segment = 1; segment <= 3; segment++) {
                log.startSegment();
                log.append(10);
            }
        }
        try (WriterCatalog catalog = WriterCatalog.open(logDirectory());
                FailingDisk disk = FailingDisk.below(logDirectory())) {
            disk.during(
                    "MAP",
                    () -> disk.during(
                            "MAP",
                            () -> disk.during("MAP", () -> {
                                throw new IllegalStateException("planted");
                            })));
            assertThatThrownBy(catalog::refresh).hasMessage("planted");
            assertThat(disk.done()).anyMatch(work -> work.startsWith("MAP " + SegmentName.of(1)));
            // The log's own mapping, which can be written, goes when its queue has time for it.
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                assertThat(maps)
                        .noneMatch(line -> line.contains(" r--s ")
                                && line.endsWith(logDirectory()
                                        .resolve(SegmentName.of(1))
                                        .toString()));
            }
        }
    }
}
