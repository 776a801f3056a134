package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are taken away from an open store, or from an open reader. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostFilesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path parent;

    private final SpanDraft draft = new SpanDraft();
    private long last;

    private Path directory() {
        return parent.resolve("store");
    }

    private static StoreConfig.Builder config() {
        return StoreConfig.builder()
                .slabs(16)
                .slabBytes(64 << 10)
                .stripes(2)
                .spansPerBlock(64)
                .segmentBytes(8 << 20)
                .budgetBytes(1L << 40)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(LONG)
                .syncInterval(Duration.ofMillis(20));
    }

    private void append(SpanStore store, int spans) {
        for (int i = 0; i < spans; i++) {
            last++;
            draft.clear().ids(1, last, last).name("span").times(last, last + 1);
            assertThat(store.append(draft, 0)).isEqualTo(AppendResult.ACCEPTED);
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory().resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    /** Waits without asking the store for anything, as a host does that only appends. */
    private void assertNotices(SpanStore store, String... said) {
        while (store.failure() == null) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertThat(store.failure()).isInstanceOf(SpanStoreException.Lost.class).hasMessageContainingAll(said);
        assertThat(store.state()).isEqualTo(StoreState.FAILED);
        assertThat(store.append(draft, 0)).isEqualTo(AppendResult.FAILED);
        assertThat(store.awaitSynced(LONG)).isFalse();
    }

    @Test
    void aDeletedSegmentIsNoticedAndItsSpansAreNotCalledSynced() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 100);
            assertThat(store.flush(LONG)).isTrue();
            for (Path segment : segments()) {
                Files.delete(segment);
            }
            assertThat(store.awaitSynced(LONG)).isFalse();
            assertNotices(store, ".cq4 was deleted or moved", "spans in it are lost");
        }
        assertThat(directory().resolve("log")).exists();
    }

    @Test
    void aSegmentMadeShorterIsNoticed() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 100);
            assertThat(store.flush(LONG)).isTrue();
            try (RandomAccessFile file = new RandomAccessFile(segments().get(0).toFile(), "rw")) {
                // No page of it is gone: whoever writes to it meanwhile survives.
                file.setLength(40_000);
            }
            assertNotices(store, "was made shorter");
        }
    }

    @Test
    void aSegmentMadeShorterIsNoticedBeforeItIsMadeLongerAgain() throws IOException {
        StoreConfig config = config().slabBytes(8 << 20)
                .slabs(4)
                .spansPerBlock(1024)
                .segmentBytes(64 << 20)
                .syncInterval(LONG)
                .build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            append(store, 100);
            assertThat(store.flush(LONG)).isTrue();
            try (RandomAccessFile file = new RandomAccessFile(segments().get(0).toFile(), "rw")) {
                file.setLength(40_000);
            }
            // More than a new segment reserves, in one block.
            String name = "n".repeat(8_000);
            while (store.failure() == null && store.counters().get(Counter.BLOCKS) < 5) {
                last++;
                draft.clear().ids(1, last, last).name(last + name).times(last, last + 1);
                store.append(draft, 0);
            }
            assertThat(store.failure()).isNotNull();
            assertNotices(store, "was made shorter");
        }
    }

    @Test
    void aSegmentMadeShorterAndLongAgainIsNoticed() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 1_000);
            assertThat(store.flush(LONG)).isTrue();
            try (RandomAccessFile file = new RandomAccessFile(segments().get(0).toFile(), "rw")) {
                long length = file.length();
                file.setLength(40_000);
                file.setLength(length);
            }
            // The writer may look just while the file is short.
            assertNotices(store, "was made shorter");
        }
    }

    @Test
    void aDeletedDirectoryIsNoticedAndNotMadeAgain() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 100);
            assertThat(store.flush(LONG)).isTrue();
            try (Stream<Path> all = Files.walk(directory())) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
            assertNotices(store, directory().toString(), "was deleted or moved");
        }
        assertThat(directory()).doesNotExist();
    }

    @Test
    void aMovedStoreGoesOnInItsNewPlaceWithWhatWasInItsSlabs() throws IOException {
        Path moved = parent.resolve("moved");
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 100);
            assertThat(store.flush(LONG)).isTrue();
            append(store, 50);
            Files.move(directory(), moved);
            assertNotices(store, directory().toString(), "was deleted or moved");
        }
        assertThat(directory()).doesNotExist();
        try (SpanStore store = SpanStore.open(moved, config().build())) {
            assertThat(store.flush(LONG)).isTrue();
            assertThat(store.reader().stats().spans()).isEqualTo(150);
        }
    }

    @Test
    void aRefusedSyncChangesTheState() {
        SpanStore store = SpanStore.open(directory(), config().build());
        try {
            assertThat(store.state()).isEqualTo(StoreState.RUNNING);
            store.counters().increment(Counter.FAILED_SYNCS);
            assertThat(store.state()).isEqualTo(StoreState.UNSYNCED);
        } finally {
            store.close();
        }
        assertThat(store.state()).isEqualTo(StoreState.CLOSED);
    }

    @Test
    void aReaderCountsTheBlocksOfASegmentThatWasMadeShorter() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), config().build())) {
            append(store, 1_000);
        }
        try (StoreReader reader = StoreReader.open(directory())) {
            assertThat(readable(reader)).isEqualTo(1_000);
            try (RandomAccessFile file = new RandomAccessFile(segments().get(0).toFile(), "rw")) {
                file.setLength(0);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(readable(reader)).isZero();
            }
            LogFollower follower = reader.follower(Position.START);
            assertThat(follower.poll(block -> {})).isZero();
            assertThat(follower.damagedBlocks()).isPositive();
            assertThat(reader.damages()).anyMatch(damage -> damage.reason().contains("made shorter"));
        }
    }

    private static long readable(StoreReader reader) {
        long spans = 0;
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                var block = blocks.open();
                spans += block == null ? 0 : block.count();
            }
        }
        return spans;
    }

    @Test
    void aReaderCountsSlabsThatWereMadeShorter() throws IOException {
        Path copy = Files.createDirectory(parent.resolve("copy"));
        try (SpanStore store =
                SpanStore.open(directory(), config().syncInterval(LONG).build())) {
            append(store, 20);
            Files.copy(directory().resolve("slabs"), copy.resolve("slabs"));
        }
        try (StoreReader reader = StoreReader.open(copy)) {
            assertThat(readable(reader)).isEqualTo(20);
            try (RandomAccessFile file =
                    new RandomAccessFile(copy.resolve("slabs").toFile(), "rw")) {
                file.setLength(0);
            }
            for (int i = 0; i < 3; i++) {
                try (StoreSnapshot snapshot = reader.snapshot()) {
                    assertThat(snapshot.spans()).isZero();
                    assertThat(snapshot.damagedSlabs()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void theReaderOfTheStoreKeepsNothingThatRetentionHasDeleted() throws IOException {
        StoreConfig config =
                config().segmentSpans(1024).maxAge(Duration.ofMillis(1)).build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            append(store, 5_000);
            assertThat(store.flush(LONG)).isTrue();
            assertThat(store.reader().stats().segments()).isPositive();
            append(store, 5_000);
            while (store.counters().get(Counter.RETIRED_SEGMENTS) < 8 || mapsDeletedSegments()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(store.counters().get(Counter.VANISHED_SPANS)).isZero();
        }
    }

    @Test
    void theStoreSaysWhatItsSnapshotsKeepOfWhatRetentionHasDeleted() {
        StoreConfig config =
                config().segmentSpans(1024).maxAge(Duration.ofMillis(1)).build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            append(store, 1_000);
            assertThat(store.flush(LONG)).isTrue();
            StoreSnapshot held = store.reader().snapshot();
            append(store, 5_000);
            while (store.counters().get(Counter.RETIRED_SEGMENTS) < 2) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(store.heldBytes()).isBetween(1L, 8L << 20);
            held.close();
            while (store.heldBytes() > 0) {
                store.reader().stats();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    @Test
    void aReaderThatNobodyAsksKeepsNothingThatWasDeleted() throws IOException {
        try (SpanStore store =
                SpanStore.open(directory(), config().segmentSpans(1024).build())) {
            append(store, 5_000);
            assertThat(store.flush(LONG)).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory());
                StoreReader holder = StoreReader.open(directory())) {
            StoreSnapshot held = holder.snapshot();
            reader.snapshot().close();
            assertThat(reader.stats().segments()).isGreaterThan(4);
            Path oldest = segments().get(0);
            int maps = mapsOf(oldest);
            Files.delete(oldest);
            while (mapsOf(oldest) == maps) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertThat(mapsOf(oldest)).as("that of the snapshot").isEqualTo(1);
            BlockCursor blocks = held.blocksOldestFirst();
            long spans = 0;
            while (blocks.next()) {
                spans += blocks.open().count();
            }
            assertThat(spans).isEqualTo(5_000);
            held.close();
            assertThat(mapsOf(oldest)).isZero();
        }
    }

    private static int mapsOf(Path segment) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return (int) maps.filter(line -> line.contains(segment.toString())).count();
        }
    }

    private boolean mapsDeletedSegments() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.anyMatch(line -> line.contains(directory().toString()) && line.endsWith(".cq4 (deleted)"));
        }
    }
}
