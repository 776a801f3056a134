package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Damage;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies of a store that is written, and copies whose slabs and log are of different moments: no span is there twice, and what is
 * missing is named.
 */
class CopiedStoreTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int IN_SLABS = 10;
    private static final long WRITE_POSITION_OFFSET = 64;
    private static final int FIRST_BLOCK_OFFSET = 33_040;

    private static final StoreConfig CONFIG = config(16);

    @TempDir
    Path parent;

    private Path directory;
    private SpanStore store;
    private long next = 1;

    private static StoreConfig config(int slabs) {
        return StoreConfig.builder()
                .slabs(slabs)
                .slabBytes(64 << 10)
                .stripes(1)
                .spansPerBlock(64)
                .segmentBytes(8 << 20)
                .segmentSpans(1_024)
                .budgetBytes(1L << 40)
                .syncInterval(Duration.ofMinutes(1))
                .overflow(OverflowPolicy.WAIT)
                .maxWait(LONG)
                .build();
    }

    @BeforeEach
    void open() {
        directory = parent.resolve("store");
        store = SpanStore.open(directory, CONFIG);
        append(store, 1_000);
        flush(store);
        append(store, IN_SLABS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void append(SpanStore to, int spans) {
        SpanAppender appender = to.newAppender();
        for (int i = 0; i < spans; i++) {
            appender.draft().clear().ids(7, next, next).name("n").times(next, next + 1);
            assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
            next++;
        }
    }

    private static void flush(SpanStore of) {
        assertThat(of.flush(LONG)).isTrue();
    }

    /** Writes on through some segments, so that each slab of before is free when the newest begins, and leaves spans in slabs. */
    private void goOn() {
        for (int i = 0; i < 3; i++) {
            append(store, 1_000);
            flush(store);
        }
        append(store, IN_SLABS);
    }

    private Path copy(String name) throws IOException {
        Path copy = parent.resolve(name);
        copy(directory, copy);
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void replace(Path what, Path by) throws IOException {
        if (Files.isDirectory(what)) {
            try (Stream<Path> files = Files.list(what)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(what);
        } else {
            Files.delete(what);
        }
        copy(by, what);
    }

    /** Returns the ids of what a reader sees, the first included and the last not. */
    private static List<Long> read(StoreReader reader) {
        List<Long> ids = new ArrayList<>();
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                for (int i = 0; i < block.count(); i++) {
                    ids.add(block.span(i).spanId());
                }
            }
        }
        ids.sort(null);
        return ids;
    }

    private static List<Long> read(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            return read(reader);
        }
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static List<String> verify(Path store) {
        List<String> found = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(store)) {
            reader.verify(damage -> found.add(damage.toString()));
        }
        return found;
    }

    private static List<String> namedByReader(Path store) {
        try (StoreReader reader = StoreReader.open(store);
                StoreSnapshot snapshot = reader.snapshot()) {
            assertThat(snapshot.leaves()).isPositive();
            return reader.damages().stream().map(Damage::toString).toList();
        }
    }

    private record Opened(long missingBlocks, long lostSpans, long recovered) {}

    private static Opened reopen(Path where) {
        try (SpanStore opened = SpanStore.open(where, CONFIG)) {
            flush(opened);
            return new Opened(
                    opened.counters().get(Counter.MISSING_BLOCKS),
                    opened.counters().get(Counter.LOST_SPANS),
                    opened.counters().get(Counter.RECOVERED_SPANS));
        }
    }

    private static List<Path> segments(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(SegmentName.LOG))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aCopyOfOneMomentOpensRight() throws IOException {
        goOn();
        Path copy = copy("copy");
        assertThat(verify(copy)).isEmpty();
        assertThat(read(copy)).isEqualTo(ids(1, next));
        assertThat(reopen(copy)).isEqualTo(new Opened(0, 0, IN_SLABS));
        assertThat(read(copy)).isEqualTo(ids(1, next));
        assertThat(verify(copy)).isEmpty();
    }

    @Test
    void spansOfOldSlabsThatANewerLogHoldsDoNotComeTwice() throws IOException {
        Path early = copy("early");
        goOn();
        long logged = next - IN_SLABS;
        Path copy = copy("copy");
        replace(copy.resolve("slabs"), early.resolve("slabs"));
        assertThat(verify(copy)).singleElement().asString().contains("slabs", "the slabs are from before block");
        assertThat(read(copy)).isEqualTo(ids(1, logged));
        assertThat(reopen(copy)).isEqualTo(new Opened(0, 0, 0));
        assertThat(read(copy)).isEqualTo(ids(1, logged));
        assertThat(verify(copy)).isEmpty();
    }

    @Test
    void whatLiesBetweenAnOldLogAndNewerSlabsIsNamedAndCounted() throws IOException {
        long before = next - IN_SLABS;
        Path early = copy("early");
        goOn();
        Path copy = copy("copy");
        long blocks = blocks(copy) - blocks(early);
        replace(copy.resolve("log"), early.resolve("log"));

        assertThat(verify(copy)).singleElement().asString().contains(blocks + " of them, are missing");
        assertThat(namedByReader(copy)).singleElement().asString().contains(blocks + " of them, are missing");
        List<Long> expected = read(copy);
        assertThat(expected)
                .doesNotHaveDuplicates()
                .containsAll(ids(1, before))
                .containsAll(ids(next - IN_SLABS, next));
        assertThat(reopen(copy)).isEqualTo(new Opened(blocks, 0, expected.size() - before + 1));
        assertThat(read(copy)).as("what the slabs still had, once").isEqualTo(expected);
        assertThat(verify(copy))
                .singleElement()
                .asString()
                .contains(blocks + " of them, are missing before this segment");
        assertThat(namedByReader(copy)).singleElement().asString().contains("missing before this segment");
        assertThat(reopen(copy)).as("the gap is counted once").isEqualTo(new Opened(0, 0, 0));
        StoreRepair.run(copy);
        assertThat(verify(copy)).as("after a repair").isEmpty();
        assertThat(read(copy)).isEqualTo(expected);
    }

    /** Blocks of both kinds, each of which has a sequence. */
    private static long blocks(Path store) throws IOException {
        try (StoreReader reader = StoreReader.open(store)) {
            return reader.stats().blocks() + segments(store).size();
        }
    }

    @Test
    void slabsThatWereCopiedAfterTheirHeaderPageAndTheLogNameWhatIsMissing() throws IOException {
        Path copy = copy("copy");
        goOn();
        byte[] page = Files.readAllBytes(copy.resolve("slabs"));
        Files.copy(directory.resolve("slabs"), copy.resolve("slabs.later"));
        Files.move(
                copy.resolve("slabs.later"), copy.resolve("slabs"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (RandomAccessFile file = new RandomAccessFile(copy.resolve("slabs").toFile(), "rw")) {
            file.write(page, 0, SlabFile.HEADER_BYTES);
        }
        assertThat(verify(copy)).singleElement().asString().contains("are missing");
        assertThat(reopen(copy).missingBlocks()).isPositive();
    }

    @Test
    void aNewestSegmentThatWasCopiedBeforeItsSpansIsNamedWithItsBlocks() throws IOException {
        Path copy = copy("copy");
        goOn();
        byte[] page = Files.readAllBytes(copy.resolve("slabs"));
        Path begun = segments(directory).get(segments(copy).size());
        try (RandomAccessFile file = new RandomAccessFile(
                copy.resolve("log").resolve(begun.getFileName()).toFile(), "rw")) {
            ByteBuffer later = ByteBuffer.wrap(Files.readAllBytes(begun)).order(ByteOrder.LITTLE_ENDIAN);
            file.write(later.array(), 0, FIRST_BLOCK_OFFSET + 4 + later.getInt(FIRST_BLOCK_OFFSET));
            for (int i = 0; i < 2; i++) {
                file.seek(WRITE_POSITION_OFFSET + 8L * i);
                file.writeLong(Long.reverseBytes(FIRST_BLOCK_OFFSET));
            }
            file.setLength(1 << 20);
        }
        replace(copy.resolve("slabs"), directory.resolve("slabs"));
        try (RandomAccessFile file = new RandomAccessFile(copy.resolve("slabs").toFile(), "rw")) {
            file.write(page, 0, SlabFile.HEADER_BYTES);
        }
        // The segment before may have got a block between the two copies, whose lack is named as well.
        assertThat(namedByReader(copy))
                .anySatisfy(finding -> assertThat(finding).contains("are missing at the end"));
        assertThat(verify(copy)).anySatisfy(finding -> assertThat(finding).contains("of them, are missing"));
        assertThat(reopen(copy).missingBlocks()).isPositive();
    }

    @Test
    void spansOfOldSlabsDoNotComeTwiceWhenTheNewestSegmentLacksItsBeginning() throws IOException {
        Path early = copy("early");
        flush(store);
        Path copy = copy("copy");
        replace(copy.resolve("slabs"), early.resolve("slabs"));
        List<Path> segments = segments(copy);
        try (RandomAccessFile newest =
                new RandomAccessFile(segments.get(segments.size() - 1).toFile(), "rw")) {
            newest.write(new byte[16 << 10]);
        }
        reopen(copy);
        assertThat(read(copy)).isEqualTo(ids(1, next));
        assertThat(verify(copy)).anySatisfy(finding -> assertThat(finding).contains("the file was put aside"));
    }

    @Test
    void aMissingNewestSegmentIsNamedWithItsBlocks() throws IOException {
        goOn();
        Path copy = copy("copy");
        List<Path> segments = segments(copy);
        long all = blocks(copy);
        Files.delete(segments.get(segments.size() - 1));
        long missing = all - blocks(copy);
        assertThat(missing).isGreaterThan(1);
        assertThat(namedByReader(copy)).singleElement().asString().contains(missing + " of them, are missing");
        assertThat(verify(copy))
                .singleElement()
                .asString()
                .contains("it is missing", missing + " of them, are missing");
        assertThat(reopen(copy).missingBlocks()).isEqualTo(missing);
    }

    @Test
    void aMissingMiddleSegmentIsNamedWithItsBlocks() throws IOException {
        goOn();
        Path copy = copy("copy");
        long all = blocks(copy);
        Files.delete(segments(copy).get(1));
        long missing = all - blocks(copy);
        assertThat(namedByReader(copy)).singleElement().asString().contains(missing + " of them, are missing before");
        assertThat(verify(copy)).singleElement().asString().contains(missing + " of them, are missing before");
        Files.delete(segments(copy).get(0));
        assertThat(verify(copy)).as("the oldest may go").isEmpty();
        assertThat(namedByReader(copy)).isEmpty();
    }

    @Test
    void anOlderCopyOfTheNewestSegmentIsNamed() throws IOException {
        Path early = copy("early");
        append(store, 10);
        flush(store);
        Path copy = copy("copy");
        Path newest = segments(copy).get(segments(copy).size() - 1);
        replace(newest, early.resolve("log").resolve(newest.getFileName()));
        assertThat(verify(copy)).singleElement().asString().contains("missing");
        assertThat(namedByReader(copy)).singleElement().asString().contains("missing");
        assertThat(reopen(copy).missingBlocks()).isPositive();
    }

    @Test
    void slabsOfAnotherStoreAreNamedAndPutAside() throws IOException {
        Path copy = copy("copy");
        Path other = parent.resolve("other");
        try (SpanStore another = SpanStore.open(other, CONFIG)) {
            append(another, 5);
            replace(copy.resolve("slabs"), other.resolve("slabs"));
        }
        assertPutAside(copy, "belong to the store", 5, 1_001);
    }

    @Test
    void slabsOfAnotherWayThatTheStoreWentAreNamedAndPutAside() throws IOException {
        Path other = copy("other");
        append(store, 20);
        flush(store);
        Path copy = copy("copy");
        long end = next;
        try (SpanStore fork = SpanStore.open(other, CONFIG)) {
            flush(fork);
            append(fork, 3);
            flush(fork);
            append(fork, 4);
            replace(copy.resolve("slabs"), other.resolve("slabs"));
        }
        assertPutAside(copy, "continue another block", 4, end);
    }

    @Test
    void slabsThatTheLogHasGoneOnWithoutAreNamedAndPutAside() throws IOException {
        Path early = copy("early");
        store.close();
        try (SpanStore wider = SpanStore.open(directory, config(32))) {
            append(wider, 100);
            flush(wider);
            Path copy = copy("copy");
            replace(copy.resolve("slabs"), early.resolve("slabs"));
            assertPutAside(copy, "has gone on with other slabs", IN_SLABS, next);
        }
    }

    private static void assertPutAside(Path copy, String why, long lost, long end) {
        assertThat(verify(copy)).anySatisfy(finding -> assertThat(finding).contains("slabs [0, 4096)", why));
        assertThat(namedByReader(copy))
                .anySatisfy(finding -> assertThat(finding).contains("slabs", why));
        assertThat(read(copy)).isEqualTo(ids(1, end));
        Opened opened = reopen(copy);
        assertThat(opened.recovered()).isZero();
        assertThat(opened.lostSpans())
                .satisfies(count ->
                        assertThat(lost < 0 ? count > 0 : count == lost).isTrue());
        assertThat(copy.resolve("slabs.quarantined")).exists();
        assertThat(read(copy)).isEqualTo(ids(1, end));
        assertThat(verify(copy)).isEmpty();
    }

    @Test
    void aFollowerInAMissingSegmentGoesOnAfterIt() throws IOException {
        goOn();
        Path copy = copy("copy");
        Position position = end(copy);
        Files.delete(segments(copy).get(segments(copy).size() - 1));
        long recovered = reopen(copy).recovered();
        try (StoreReader reader = StoreReader.open(copy)) {
            assertThat(reader.reaches(position)).isTrue();
            long[] handed = {0};
            reader.follower(position).poll(block -> handed[0] += block.count());
            assertThat(handed[0]).isEqualTo(recovered);
        }
    }

    private static Position end(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            return reader.end();
        }
    }

    @Test
    void theNumberOfAMissingSegmentIsNotUsedAgain() throws IOException {
        goOn();
        Path copy = copy("copy");
        Path newest = segments(copy).get(segments(copy).size() - 1);
        Files.delete(newest);
        Path before = Files.copy(copy.resolve("slabs"), parent.resolve("slabs.before"));
        assertThat(reopen(copy).recovered()).isPositive();
        List<Long> expected = read(copy);
        assertThat(segments(copy)).doesNotContain(newest);
        // As a writer leaves them that is killed before it notes where the log goes on.
        replace(copy.resolve("slabs"), before);
        assertThat(reopen(copy).lostSpans()).isZero();
        assertThat(copy.resolve("slabs.quarantined")).doesNotExist();
        assertThat(read(copy)).isEqualTo(expected);
    }
}
