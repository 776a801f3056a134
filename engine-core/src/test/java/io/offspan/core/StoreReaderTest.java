package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.TestLog;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreReaderTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(8)
            .slabBytes(64 * 1024)
            .spansPerBlock(64)
            .stripes(2)
            .build();

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("store");
    }

    @Test
    void everyAcknowledgedSpanIsSeenOnceAtOnceWithoutTheWriter() {
        try (SpanStore store = SpanStore.open(directory(), CONFIG);
                StoreReader reader = StoreReader.open(directory())) {
            SpanDraft draft = new SpanDraft();
            for (long id = 1; id <= 3_000; id++) {
                while (append(store, draft, id) != AppendResult.ACCEPTED) {
                    Thread.onSpinWait();
                }
                if (id % 37 == 0) {
                    assertThat(ids(reader)).hasSize((int) id).isEqualTo(oneTo(id));
                }
            }
            assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
            assertThat(ids(reader)).isEqualTo(oneTo(3_000));
            try (StoreSnapshot snapshot = reader.snapshot()) {
                assertThat(snapshot.openSpans()).isZero();
                assertThat(snapshot.spans()).isEqualTo(3_000);
            }
        }
        try (StoreReader reader = StoreReader.open(directory())) {
            assertThat(ids(reader)).isEqualTo(oneTo(3_000));
            List<String> findings = new ArrayList<>();
            StoreVerifier.Result result = reader.verify(damage -> findings.add(damage.toString()));
            assertThat(findings).isEmpty();
            assertThat(result.spans()).isEqualTo(3_000);
            assertThat(result.sound()).isTrue();
        }
    }

    /** A reader of another process looks at the log only where a slab says that something was done: such a one is empty at both looks. */
    @Test
    void aSpanThatPassesThroughASlabBetweenTwoLooksIsSeenByTheSecond() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), CONFIG);
                StoreReader reader = StoreReader.open(directory())) {
            SpanDraft draft = new SpanDraft();
            for (long id = 1; id <= 50; id++) {
                assertThat(append(store, draft, id)).isEqualTo(AppendResult.ACCEPTED);
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
                if (id == 1) {
                    // A directory that has just changed is listed at every look, and the log is walked with it.
                    Files.setLastModifiedTime(
                            directory().resolve("log"),
                            FileTime.fromMillis(System.currentTimeMillis()
                                    - Duration.ofSeconds(10).toMillis()));
                }
                try (StoreSnapshot snapshot = reader.snapshot()) {
                    assertThat(snapshot.spans()).isEqualTo(id);
                    assertThat(snapshot.openSpans()).isZero();
                }
            }
        }
    }

    @Test
    void aSegmentThatWasDeletedIsInNoSnapshotAfterThat() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .segmentSpans(1024)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            SpanDraft draft = new SpanDraft();
            for (long id = 1; id <= 5_000; id++) {
                assertThat(append(store, draft, id)).isEqualTo(AppendResult.ACCEPTED);
            }
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory());
                Stream<Path> files = Files.list(directory().resolve("log"))) {
            for (Path segment : files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .limit(3)
                    .toList()) {
                long before = spans(reader);
                int oldest = spansOfOldest(reader);
                assertThat(oldest).isPositive();
                Files.delete(segment);
                assertThat(spans(reader)).isEqualTo(before - oldest);
            }
        }
    }

    /** The newest file is made longer as it fills: what a reader mapped of it as it began is not all that it has by now. */
    @Test
    void aSegmentThatGrewAfterItWasMappedStaysReadableWhenItIsDeleted() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .segmentBytes(64 << 20)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(60))
                .build();
        SpanDraft draft = new SpanDraft();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            assertThat(append(store, draft, 1)).isEqualTo(AppendResult.ACCEPTED);
            assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
            try (StoreReader reader = StoreReader.open(directory())) {
                Path segment = onlySegment();
                long mapped = Files.size(segment);
                String padding = "n".repeat(4_000);
                for (long id = 2; id <= 2_500; id++) {
                    draft.clear().ids(1, id, id).name(id + padding).times(id, id + 1);
                    assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
                }
                assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
                assertThat(segment.toFile().length()).isGreaterThan(mapped);
                try (StoreSnapshot snapshot = reader.snapshot()) {
                    Files.delete(segment);
                    assertThat(spansOfBlocks(snapshot)).isEqualTo(snapshot.spans());
                }
            }
        }
    }

    private Path onlySegment() throws IOException {
        try (Stream<Path> files = Files.list(directory().resolve("log"))) {
            List<Path> segments =
                    files.filter(file -> file.toString().endsWith(".cq4")).toList();
            assertThat(segments).hasSize(1);
            return segments.get(0);
        }
    }

    private static long spansOfBlocks(StoreSnapshot snapshot) {
        long spans = 0;
        for (BlockCursor blocks = snapshot.blocksOldestFirst(); blocks.next(); ) {
            BlockReader block = blocks.open();
            spans += block == null ? 0 : block.count();
        }
        return spans;
    }

    private static long spans(StoreReader reader) {
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return snapshot.spans();
        }
    }

    private static int spansOfOldest(StoreReader reader) {
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return snapshot.leaf(0).endOrdinal();
        }
    }

    @Test
    void snapshotsBesideManyWritersMissAndRepeatNothing() throws InterruptedException {
        int threads = 3;
        int each = 20_000;
        AtomicLong[] acknowledged =
                Stream.generate(AtomicLong::new).limit(threads).toArray(AtomicLong[]::new);
        try (SpanStore store = SpanStore.open(directory(), CONFIG);
                StoreReader reader = StoreReader.open(directory())) {
            List<Thread> writers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Thread writer = new Thread(() -> write(store, thread, each, acknowledged[thread]));
                writers.add(writer);
                writer.start();
            }
            boolean running = true;
            int snapshots = 0;
            while (running || snapshots == 0) {
                running = writers.stream().anyMatch(Thread::isAlive);
                requireComplete(reader, acknowledged, each);
                snapshots++;
            }
            for (Thread writer : writers) {
                writer.join();
            }
            requireComplete(reader, acknowledged, each);
        }
    }

    private static void write(SpanStore store, int thread, int each, AtomicLong acknowledged) {
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= each; ) {
            if (append(store, draft, (long) thread * each + i) == AppendResult.ACCEPTED) {
                acknowledged.set(i);
                i++;
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static void requireComplete(StoreReader reader, AtomicLong[] acknowledged, int each) {
        long[] before = Stream.of(acknowledged).mapToLong(AtomicLong::get).toArray();
        BitSet seen = new BitSet();
        for (long id : ids(reader)) {
            assertThat(seen.get((int) id)).as("span %s is repeated", id).isFalse();
            seen.set((int) id);
        }
        for (int t = 0; t < before.length; t++) {
            int first = t * each + 1;
            assertThat(seen.nextClearBit(first)).isGreaterThan(first + (int) before[t] - 1);
        }
    }

    @Test
    void readerOfTheStoreReadsWhatWasJustAcknowledged() {
        SpanStore store = SpanStore.open(directory(), CONFIG);
        try {
            append(store, new SpanDraft(), 1);
            assertThat(ids(store.reader())).isEqualTo(oneTo(1));
            assertThat(store.reader()).isSameAs(store.reader());
        } finally {
            store.close();
        }
        assertThatThrownBy(store::reader).isInstanceOf(SpanStoreException.Closed.class);
    }

    @Test
    void newestBlocksComeFirstAndPositionsAreUnique() throws IOException {
        writeLog(1, 100);
        try (StoreReader reader = StoreReader.open(directory());
                StoreSnapshot snapshot = reader.snapshot()) {
            long last = Long.MAX_VALUE;
            int blocks = 0;
            for (BlockCursor cursor = snapshot.blocks(); cursor.next(); blocks++) {
                long position = (long) cursor.segmentNumber() << 32 | cursor.firstOrdinal();
                assertThat(position + cursor.spanCount()).isLessThanOrEqualTo(last);
                last = position;
                BlockReader block = cursor.open();
                assertThat(block.span(0).startNanos()).isEqualTo(cursor.minStartNanos());
                assertThat(block.span(block.count() - 1).endNanos()).isEqualTo(cursor.maxEndNanos());
            }
            assertThat(blocks).isEqualTo(100);
        }
    }

    @Test
    void nothingFromASnapshotCanBeUsedAfterItIsClosed() throws IOException {
        writeLog(1, 1);
        try (StoreReader reader = StoreReader.open(directory())) {
            StoreSnapshot snapshot = reader.snapshot();
            BlockCursor cursor = snapshot.blocks();
            assertThat(cursor.next()).isTrue();
            BlockReader block = cursor.open();
            SpanView span = block.span(0);
            snapshot.close();
            snapshot.close();
            assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(cursor::open).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(snapshot::blocks).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> block.span(0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(span::spanId).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void openSnapshotOutlivesTheReader() throws IOException {
        writeLog(1, 3);
        StoreReader reader = StoreReader.open(directory());
        try (StoreSnapshot snapshot = reader.snapshot()) {
            reader.close();
            assertThat(ids(snapshot)).isEqualTo(oneTo(snapshot.spans()));
        }
    }

    @Test
    void changesNothingOnTheDisk() throws IOException {
        writeLog(1, 10);
        Map<String, FileTime> before = stamps();
        try (StoreReader reader = StoreReader.open(directory())) {
            ids(reader);
            reader.verify(damage -> {});
        }
        assertThat(stamps()).isEqualTo(before);
    }

    @Test
    void refusesADirectoryWithoutAStore() {
        assertThatThrownBy(() -> StoreReader.open(temporary))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("check the path");
    }

    @Test
    void interruptedThreadReadsAndStaysInterrupted() throws IOException {
        writeLog(1, 3);
        Thread.currentThread().interrupt();
        try (StoreReader reader = StoreReader.open(directory())) {
            assertThat(ids(reader)).hasSize(3 * 50);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void oldestFirstIsTheSameWayBack() throws IOException {
        writeLog(1, 100);
        try (SpanStore store = SpanStore.open(directory(), quiet())) {
            append(store, new SpanDraft(), 9_999);
            try (StoreSnapshot snapshot = store.reader().snapshot()) {
                List<String> newestFirst = walk(snapshot.blocks());
                List<String> oldestFirst = walk(snapshot.blocksOldestFirst());
                assertThat(newestFirst).hasSize(101);
                Collections.reverse(newestFirst);
                assertThat(oldestFirst).isEqualTo(newestFirst);
            }
        }
    }

    private static List<String> walk(BlockCursor cursor) {
        List<String> blocks = new ArrayList<>();
        while (cursor.next()) {
            BlockReader block = cursor.open();
            blocks.add(cursor.segmentNumber() + ":" + cursor.firstOrdinal() + " "
                    + block.span(0).spanId() + "+" + block.count());
        }
        assertThat(cursor.next()).isFalse();
        return blocks;
    }

    @Test
    void theLogHasASnapshotOnceItsOpenSlabsWereMovedAndForGood() {
        try (SpanStore store = SpanStore.open(directory(), quiet());
                StoreReader reader = StoreReader.open(directory())) {
            SpanDraft draft = new SpanDraft();
            append(store, draft, 1);
            try (StoreSnapshot snapshot = reader.snapshot()) {
                assertThat(reader.hasLogged(snapshot)).isFalse();
                assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
                assertThat(reader.hasLogged(snapshot)).isTrue();
                append(store, draft, 2);
                try (StoreSnapshot later = reader.snapshot()) {
                    assertThat(later.openSpans()).isEqualTo(1);
                    assertThat(reader.hasLogged(later)).isFalse();
                    assertThat(reader.hasLogged(snapshot)).isTrue();
                }
                for (long id = 3; id <= 3_000; ) {
                    id += append(store, draft, id) == AppendResult.ACCEPTED ? 1 : 0;
                }
                assertThat(reader.hasLogged(snapshot)).isTrue();
            }
        }
    }

    @Test
    void aRenewedSnapshotIsOfThePresent() {
        try (SpanStore store = SpanStore.open(directory(), quiet());
                StoreReader beside = StoreReader.open(directory())) {
            SpanDraft draft = new SpanDraft();
            try (StoreSnapshot here = store.reader().snapshot();
                    StoreSnapshot there = beside.snapshot()) {
                for (long id = 1; id <= 1_000; ) {
                    id += append(store, draft, id) == AppendResult.ACCEPTED ? 1 : 0;
                    if (id % 50 == 0) {
                        BlockCursor before = here.blocks();
                        here.renew();
                        there.renew();
                        assertThat(ids(here)).isEqualTo(oneTo(id - 1));
                        assertThat(ids(there)).isEqualTo(oneTo(id - 1));
                        assertThatThrownBy(before::next).isInstanceOf(IllegalStateException.class);
                    }
                }
            }
        }
    }

    @Test
    void aRenewedSnapshotIsRefusedInTheWordsOfANewOne() throws IOException {
        writeLog(1, 1);
        Path log = directory().resolve("log");
        try (StoreReader reader = StoreReader.open(directory());
                StoreSnapshot snapshot = reader.snapshot()) {
            Files.move(log, directory().resolve("moved"));
            Files.createFile(log);
            assertThatThrownBy(snapshot::renew)
                    .isInstanceOf(SpanStoreException.class)
                    .hasMessageContaining("The store in " + directory() + " cannot be read");
            assertThatThrownBy(snapshot::leaves).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSnapshotKeepsWhatItHadWhileTheSlabsGoOn() {
        try (SpanStore store = SpanStore.open(directory(), quiet())) {
            SpanDraft draft = new SpanDraft();
            List<StoreSnapshot> snapshots = new ArrayList<>();
            for (long id = 1; id <= 600; ) {
                id += append(store, draft, id) == AppendResult.ACCEPTED ? 1 : 0;
                if (id % 20 == 0) {
                    snapshots.add(store.reader().snapshot());
                }
            }
            store.flush(Duration.ofSeconds(60));
            for (StoreSnapshot snapshot : snapshots) {
                assertThat(ids(snapshot)).isEqualTo(oneTo(snapshot.spans()));
                snapshot.close();
            }
            assertThat(snapshots).hasSizeGreaterThan(20);
        }
    }

    @Test
    void aSnapshotTakenAgainAndAgainAllocatesNothing() {
        StoreConfig config = StoreConfig.builder()
                .stripes(8)
                .segmentBytes(64L << 20)
                .syncInterval(Duration.ofHours(1))
                .build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            SpanDraft draft = new SpanDraft();
            try (StoreSnapshot snapshot = store.reader().snapshot()) {
                long least = Long.MAX_VALUE;
                for (int round = 0; round < 20; round++) {
                    long before = allocated();
                    for (int i = 0; i < 1_000; i++) {
                        snapshot.renew();
                    }
                    least = Math.min(least, allocated() - before);
                }
                assertThat(least).isZero();
                least = Long.MAX_VALUE;
                for (int round = 0; round < 200 && least > 0; round++) {
                    long spent = 0;
                    for (int i = 0; i < 1_000; i++) {
                        draft.clear().ids(1, i + 1, i + 1).name("op").times(i, i + 5);
                        store.append(draft, i & 7);
                        long before = allocated();
                        snapshot.renew();
                        spent += allocated() - before;
                    }
                    least = Math.min(least, spent);
                }
                assertThat(least).isZero();
            }
        }
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void leavesHoldEverySpanAtItsOrdinal() throws IOException {
        writeLog(1, 100);
        try (SpanStore store = SpanStore.open(directory(), quiet())) {
            append(store, new SpanDraft(), 9_998);
            append(store, new SpanDraft(), 9_999);
            try (StoreSnapshot snapshot = store.reader().snapshot()) {
                BlockReader block = new BlockReader();
                List<Long> found = new ArrayList<>();
                for (int i = 0; i < snapshot.leaves(); i++) {
                    Leaf leaf = snapshot.leaf(i);
                    assertThat(leaf.isOpenSlabs()).isEqualTo(i == snapshot.leaves() - 1);
                    for (int ordinal = 0; ordinal < leaf.endOrdinal(); ordinal++) {
                        int row = leaf.directory().rowOf(ordinal);
                        assertThat(leaf.open(row, block)).isTrue();
                        found.add(block.span(ordinal - leaf.directory().firstOrdinal(row))
                                .spanId());
                    }
                    assertThat(leaf.directory().rowOf(leaf.endOrdinal())).isEqualTo(-1);
                    assertThat(leaf.directory().rowOf(-1)).isEqualTo(-1);
                }
                found.sort(null);
                assertThat(found).isEqualTo(ids(snapshot));
            }
        }
    }

    @Test
    void aLeafRefusesToBeUsedOnceItsSnapshotHasGoneOn() throws IOException {
        writeLog(1, 1);
        try (SpanStore store = SpanStore.open(directory(), quiet())) {
            StoreSnapshot snapshot = store.reader().snapshot();
            Leaf leaf = snapshot.leaf(0);
            assertThat(leaf.endOrdinal()).isEqualTo(50);
            snapshot.renew();
            assertThatThrownBy(leaf::blocks).isInstanceOf(IllegalStateException.class);
            assertThat(snapshot.leaf(0).endOrdinal()).isEqualTo(50);
            snapshot.close();
            assertThatThrownBy(leaf::directory).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> snapshot.leaf(0)).isInstanceOf(IllegalStateException.class);
            snapshot.renew();
            assertThat(snapshot.leaf(0).endOrdinal()).isEqualTo(50);
            snapshot.close();
        }
    }

    /** A store that moves nothing to the log until a slab is full, or it is told to. */
    private static StoreConfig quiet() {
        return StoreConfig.builder()
                .slabs(8)
                .slabBytes(64 * 1024)
                .spansPerBlock(64)
                .stripes(2)
                .syncInterval(Duration.ofHours(1))
                .build();
    }

    private void writeLog(long firstSpan, int blocks) throws IOException {
        try (TestLog log = TestLog.open(directory().resolve("log"), firstSpan)) {
            for (int i = 0; i < blocks; i++) {
                log.appendRolling(50);
            }
        }
    }

    private Map<String, FileTime> stamps() throws IOException {
        Map<String, FileTime> stamps = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory())) {
            for (Path file : files.toList()) {
                stamps.put(file + " " + Files.size(file), Files.getLastModifiedTime(file));
            }
        }
        return stamps;
    }

    private static int append(SpanStore store, SpanDraft draft, long id) {
        draft.clear().ids(1, id, id).name("op " + id % 7).times(id, id + 5).attribute("key", "value " + id);
        return store.append(draft);
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static List<Long> ids(StoreReader reader) {
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return ids(snapshot);
        }
    }

    private static List<Long> ids(StoreSnapshot snapshot) {
        List<Long> ids = new ArrayList<>();
        for (BlockCursor cursor = snapshot.blocks(); cursor.next(); ) {
            BlockReader block = cursor.open();
            assertThat(block.count()).isEqualTo(cursor.spanCount());
            for (int i = 0; i < block.count(); i++) {
                SpanView span = block.span(i);
                span.validate();
                ids.add(span.spanId());
            }
        }
        ids.sort(null);
        return ids;
    }
}
