package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockLayout;
import io.offspan.core.log.LogFiles;
import io.offspan.core.value.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a log whose bytes were changed: all blocks but the damaged ones, and a report of the place. */
class DamagedLogTest {
    private static final int BLOCKS = 12;
    private static final int SPANS = 5;

    @TempDir
    Path directory;

    private final List<Long> offsets = new ArrayList<>();
    private Path file;
    private long end;

    @BeforeEach
    void writeLog() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            log.startSegment();
            for (int i = 0; i < BLOCKS; i++) {
                offsets.add(log.append(SPANS));
            }
            end = log.log().segmentBytes();
        }
        file = logDirectory().resolve(SegmentName.of(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x8000_0000, 0xC000_0000, 0x4000_0100, 0x100, 0x3fff_fffc, 0x7fff_fffc, 0xffff_ffff})
    void excerptHeaderOfAnyKindHidesNoBlock(int word) throws IOException {
        for (boolean newer : new boolean[] {false, true}) {
            if (newer) {
                startAnotherSegment();
            }
            LogFiles.putInt(file, excerpt(5), word);
            try (Catalog catalog = Catalog.open(logDirectory())) {
                assertThat(CatalogTest.spans(catalog)).isEqualTo(allBut());
                assertThat(catalog.damages().count()).isEqualTo(1);
            }
            assertThat(verify()).hasSize(1);
        }
    }

    @Test
    void damagedBlockHeaderLosesThatBlockOnlyAndIsReportedByPlace() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            int block = random.nextInt(BLOCKS - 1);
            long at = offsets.get(block) + random.nextInt(BlockLayout.HEADER_BYTES);
            int mask = 1 << random.nextInt(8);
            LogFiles.flip(file, at, mask);
            try (Catalog catalog = Catalog.open(logDirectory())) {
                assertThat(CatalogTest.spans(catalog)).as("byte %s", at).isEqualTo(allBut(block));
                assertThat(catalog.damages().places()).singleElement().satisfies(damage -> {
                    assertThat(damage.fromOffset()).isLessThanOrEqualTo(at);
                    assertThat(damage.toOffset()).isGreaterThan(at).isEqualTo(offsets.get(block + 1));
                });
            }
            assertThat(verify()).isNotEmpty();
            LogFiles.flip(file, at, mask);
        }
        assertThat(verify()).isEmpty();
    }

    @Test
    void damagedHeaderOfTheLastBlockIsReportedAndLaterBlocksAreFound() throws IOException {
        long at = offsets.get(BLOCKS - 1);
        LogFiles.flip(file, at, 1);
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(CatalogTest.spans(catalog)).isEqualTo(allBut(BLOCKS - 1));
            assertThat(catalog.damages().count()).isEqualTo(1);
            startAnotherSegment();
            catalog.refresh();
            catalog.refresh();
            assertThat(catalog.spans()).isEqualTo((BLOCKS - 1) * SPANS + 1);
            assertThat(catalog.damages().count()).isEqualTo(1);
        }
    }

    @Test
    void flippedBitInAnyBodyIsNoticedWhenTheBlockIsReadAndByVerification() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int block = random.nextInt(BLOCKS);
            long next = block + 1 < BLOCKS ? offsets.get(block + 1) - BlockLayout.ALIGNMENT : end;
            int body = (int) (next - offsets.get(block)) - BlockLayout.HEADER_BYTES;
            long at = offsets.get(block) + BlockLayout.HEADER_BYTES + random.nextInt(body);
            int mask = 1 << random.nextInt(8);
            LogFiles.flip(file, at, mask);
            try (Catalog catalog = Catalog.open(logDirectory())) {
                assertThat(CatalogTest.spans(catalog)).as("byte %s", at).isEqualTo(allBut(block));
                assertThat(CatalogTest.spans(catalog)).as("read again").isEqualTo(allBut(block));
                assertThat(catalog.damages().damagedBlocks()).isEqualTo(1);
                assertThat(catalog.damages().damagedSpans()).isEqualTo(SPANS);
            }
            assertThat(verify()).singleElement().asString().contains("checksum");
            LogFiles.flip(file, at, mask);
        }
    }

    @Test
    void logCutAtAnyLengthReadsAsItsBeginning() throws IOException {
        Path whole = Files.copy(file, directory.resolve("whole"));
        LogFiles.truncate(whole, end + 4096);
        for (long length = end + 64; length >= 0; length -= length > offsets.get(0) - 512 ? 13 : 509) {
            Files.copy(whole, file, StandardCopyOption.REPLACE_EXISTING);
            LogFiles.truncate(file, length);
            try (Catalog catalog = Catalog.open(logDirectory())) {
                List<Long> spans = CatalogTest.spans(catalog);
                assertThat(spans).as("length %s", length).isEqualTo(oneTo(spans.size()));
                assertThat(spans.size() % SPANS).isZero();
                assertThat(spans.size()).isGreaterThanOrEqualTo(blocksWithin(length) * SPANS);
                if (length > 0x48 && length < end) {
                    assertThat(catalog.damages().count())
                            .as("length %s", length)
                            .isPositive();
                }
            }
            if (length % 8 == 0) {
                assertThat(LogTail.read(logDirectory())).isNotNull();
                verify();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 70, 0xC4, 0x1000, 0x8100, 0x8150, 0x8230, 0x8300, 0x8800, 0x9000})
    void writerOpensALogCutAtAnyLengthAndGoesOn(long length) throws IOException {
        LogFiles.truncate(file, length);
        int left;
        try (Catalog catalog = Catalog.open(logDirectory())) {
            left = CatalogTest.spans(catalog).size();
        }
        startAnotherSegment();
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(CatalogTest.spans(catalog)).hasSize(left + 1).contains(1_000L);
        }
    }

    @Test
    void halfWrittenExcerptOfAKilledWriterIsNoDamage() throws IOException {
        LogFiles.putInt(file, end, Framing.NOT_COMPLETE);
        LogFiles.put(file, end + 4, new byte[] {60, 0, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9});
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(CatalogTest.spans(catalog)).isEqualTo(allBut());
            assertThat(catalog.damages().places()).isEmpty();
            startAnotherSegment();
            catalog.refresh();
            assertThat(catalog.damages().places()).isEmpty();
            assertThat(catalog.spans()).isEqualTo(BLOCKS * SPANS + 1);
        }
        assertThat(verify()).isEmpty();
    }

    @Test
    void bytesThatLookLikeABlockInsideADamagedBlockAreNotTakenForOne() throws IOException {
        byte[] header = new byte[BlockLayout.HEADER_BYTES];
        try (var in = new java.io.RandomAccessFile(file.toFile(), "r")) {
            in.seek(offsets.get(3));
            in.readFully(header);
        }
        LogFiles.put(file, offsets.get(6) + 256, header);
        LogFiles.flip(file, offsets.get(6), 1);
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(CatalogTest.spans(catalog)).isEqualTo(allBut(6));
        }
    }

    @Test
    void missingSegmentBlockLeavesTheSpansReadable() throws IOException {
        startAnotherSegment();
        LogFiles.flip(file, 0x8140, 1);
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(catalog.segments()[0].id()).isZero();
            assertThat(catalog.spans()).isEqualTo(BLOCKS * SPANS + 1);
        }
        assertThat(verify()).anyMatch(damage -> damage.reason().contains("does not begin with a segment block"));
    }

    /** Lists a log of four segments, deletes some as if meanwhile, and checks what was listed. */
    private List<Damage> verifyWithout(int... vanishing) throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1_000)) {
            for (int i = 0; i < 3; i++) {
                log.startSegment();
                log.append(1);
            }
        }
        TreeMap<Integer, Path> listed = new SegmentListing(logDirectory()).changed();
        for (int number : vanishing) {
            Files.delete(logDirectory().resolve(SegmentName.of(number)));
        }
        List<Damage> found = new ArrayList<>();
        SegmentCheck.check(logDirectory(), listed, found::add);
        return found;
    }

    @Test
    void segmentsThatRetentionTakesDuringTheCheckAreNoDamage() throws IOException {
        assertThat(verifyWithout(1, 2)).isEmpty();
    }

    @Test
    void aSegmentThatVanishesDuringTheCheckBeforeOlderOnesIsNamed() throws IOException {
        assertThat(verifyWithout(2)).singleElement().satisfies(damage -> {
            assertThat(damage.segmentNumber()).isEqualTo(2);
            assertThat(damage.reason()).contains("vanished");
        });
    }

    @Test
    void aSegmentMadeLongerThanAnyCanBeIsReadAndNamed() throws IOException {
        try (var longer = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            longer.setLength(5L << 30);
        }
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(CatalogTest.spans(catalog)).isEqualTo(allBut());
            assertThat(catalog.damages().places()).isEmpty();
        }
        assertThat(verify())
                .singleElement()
                .satisfies(damage -> assertThat(damage.reason()).contains("somebody made it longer"));
    }

    private void startAnotherSegment() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1_000)) {
            log.startSegment();
            log.append(1);
        }
        Path aside = logDirectory().resolve(SegmentName.quarantined(1));
        if (Files.exists(aside)) {
            file = aside;
        }
    }

    private List<Damage> verify() throws IOException {
        List<Damage> found = new ArrayList<>();
        SegmentCheck.Totals totals = SegmentCheck.check(logDirectory(), found::add);
        assertThat(totals.findings()).isEqualTo(found.size());
        return found;
    }

    private long excerpt(int block) {
        return offsets.get(block) - BlockLayout.ALIGNMENT;
    }

    private int blocksWithin(long length) {
        int whole = 0;
        for (int i = 0; i < BLOCKS; i++) {
            long to = i + 1 < BLOCKS ? offsets.get(i + 1) - BlockLayout.ALIGNMENT : end;
            whole += to <= length ? 1 : 0;
        }
        return whole;
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    /** Returns the spans of all blocks but one, and of the segment that {@link #startAnotherSegment} adds if it is there. */
    private List<Long> allBut(int... lost) throws IOException {
        List<Long> spans = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            if (lost.length == 0 || lost[0] != i) {
                spans.addAll(LongStream.rangeClosed((long) i * SPANS + 1, (i + 1L) * SPANS)
                        .boxed()
                        .toList());
            }
        }
        if (Files.exists(logDirectory().resolve(SegmentName.of(2)))) {
            spans.add(1_000L);
        }
        return spans;
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }
}
