package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.index.TraceGroup;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.TraceGroups;
import io.offspan.query.scan.SnapshotLeaves;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lookups of traces in a store of so many segments that they are led past those that have nothing. */
class ManySegmentsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SEGMENT = 1_024;
    private static final int SEGMENTS = 40;
    private static final int TRACE = 16;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(64)
            .segmentSpans(SEGMENT)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();

    @TempDir
    Path temporary;

    private SpanStore store;
    private SpanIndex index;

    @BeforeEach
    void open() {
        store = SpanStore.open(temporary.resolve("store"), CONFIG);
        index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        index.close();
        store.close();
    }

    /** Spans of a trace stand next to each other, but for the one in seven segments later. */
    private void fill(int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            boolean late = i % 100 == 0 && i > 7 * SEGMENT;
            int trace = (late ? i - 7 * SEGMENT : i) / TRACE;
            store.append(draft.clear().ids(3, trace, 1 + i).times(i, i + 1).name("op"));
        }
        assertThat(store.flush(SOON)).isTrue();
        assertThat(index.await(SOON)).isTrue();
    }

    private static void requireSame(QueryEngine engine, QueryEngine scan, int spans) {
        for (int trace = 0; trace < spans / TRACE; trace += 13) {
            assertThat(engine.trace(3, trace).spans())
                    .hasSizeGreaterThanOrEqualTo(TRACE - 1)
                    .isEqualTo(scan.trace(3, trace).spans());
        }
        assertThat(engine.trace(4, 1).spans()).isEmpty();
    }

    /** Asks for a trace that is not there until nothing is learnt by it any more, and returns how many leaves it leads to then. */
    private static int visited(SnapshotLeaves leaves) {
        int visited = 0;
        for (int round = 0; round <= 2 * SEGMENTS; round++) {
            leaves.renew();
            visited = 0;
            int end = leaves.count();
            while ((end = leaves.lastOfTrace(end, 77, round)) >= 0) {
                visited++;
            }
            leaves.close();
        }
        return visited;
    }

    @Test
    void theyAnswerLikeAScanWhileTheFiltersAreMadeAndAfter() {
        fill(0, SEGMENTS * SEGMENT);
        QueryEngine engine = QueryEngine.over(store.reader());
        QueryEngine scan = QueryEngine.scanning(store.reader());
        requireSame(engine, scan, SEGMENTS * SEGMENT);
        requireSame(engine, scan, SEGMENTS * SEGMENT);
        SnapshotLeaves leaves = new SnapshotLeaves(store.reader(), new TraceGroups());
        assertThat(visited(leaves))
                .as("the open slabs, the last segment, and hardly more")
                .isLessThan(5);
        fill(SEGMENTS * SEGMENT, 2 * SEGMENTS * SEGMENT);
        requireSame(engine, scan, 2 * SEGMENTS * SEGMENT);
        assertThat(visited(leaves)).isLessThan(5);
    }

    @Test
    void aNewSpanOfAnOldTraceIsFound() {
        fill(0, SEGMENTS * SEGMENT);
        QueryEngine engine = QueryEngine.over(store.reader());
        TraceLookup lookup = engine.prepareTrace();
        for (int i = 0; i < 2 * SEGMENTS; i++) {
            store.append(
                    new SpanDraft().ids(3, i, 1_000_000 + i).times(i, i + 1).name("late"));
            try (SpanCursor spans = lookup.find(3, i)) {
                assertThat(spans.size()).isGreaterThanOrEqualTo(TRACE);
                assertThat(spans.remaining()).anyMatch(span -> span.name().equals("late"));
            }
        }
    }

    @Test
    void segmentsThatThereIsNoRoomForAreAskedEachAndTakeNoMemory() {
        int segments = 2 * SEGMENTS;
        fill(0, segments * SEGMENT);
        SnapshotLeaves leaves =
                new SnapshotLeaves(store.reader(), new TraceGroups(TraceGroup.bytesFor(SEGMENT / TRACE)));
        assertThat(visited(leaves))
                .as("all but those of the one group that there is room for")
                .isBetween(segments - TraceGroup.SEGMENTS, segments - 10);
        SnapshotLeaves none = new SnapshotLeaves(store.reader(), new TraceGroups(0));
        long before = directBytes();
        assertThat(visited(none)).isGreaterThanOrEqualTo(segments);
        assertThat(directBytes() - before)
                .as("bytes of direct memory, of which each of thousands of filters would have 8,192")
                .isLessThan(1 << 20);
    }

    @Test
    void noTraceIsLostByIndexFilesThatWereMadeShorterBeforeTheFiltersWereMade() throws IOException {
        int spans = SEGMENTS * SEGMENT;
        fill(0, spans);
        try (StoreReader reader = StoreReader.open(store.directory())) {
            assertThat(visited(new SnapshotLeaves(reader, new TraceGroups()))).isLessThan(5);
            cutTheIndexFiles();
            TraceLookup lookup = QueryEngine.over(reader).prepareTrace();
            for (int round = 0; round < 2; round++) {
                for (int trace = 0; trace < spans / TRACE; trace += 7) {
                    assertThat(spansOf(lookup, trace)).as("trace %d", trace).isGreaterThanOrEqualTo(TRACE - 1);
                }
            }
        }
    }

    private static int spansOf(TraceLookup lookup, int trace) {
        for (int attempt = 0; attempt < 2 * SEGMENTS; attempt++) {
            try (SpanCursor spans = lookup.find(3, trace)) {
                return spans.size();
            } catch (SpanStoreException.Lost shorter) {
                // It says that asking again passes over what is missing.
                assertThat(shorter).hasMessageContaining("ask again");
            }
        }
        throw new AssertionError("Trace " + trace + " was not found however often it was asked for");
    }

    private void cutTheIndexFiles() throws IOException {
        List<Path> indexes;
        try (Stream<Path> files = Files.walk(store.directory())) {
            indexes = files.filter(file -> file.toString().endsWith(".idx")).toList();
        }
        assertThat(indexes).hasSizeGreaterThanOrEqualTo(SEGMENTS - 1);
        for (Path file : indexes) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long length = channel.size();
                channel.truncate(0);
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }

    @Test
    void segmentsThatAreKnownToBeDamagedAreNotPassedBy() throws IOException {
        fill(0, SEGMENTS * SEGMENT);
        try (StoreReader reader = StoreReader.open(store.directory())) {
            SnapshotLeaves leaves = new SnapshotLeaves(reader, new TraceGroups());
            assertThat(visited(leaves)).isLessThan(5);
            damageABlock();
            assertThat(QueryEngine.scanning(reader).explain(Query.all()).blocksDamaged())
                    .isEqualTo(1);
            assertThat(visited(leaves)).isGreaterThanOrEqualTo(SEGMENTS);
            assertThat(QueryEngine.over(reader).trace(77, 1).outcome().blocksDamaged())
                    .isEqualTo(1);
        }
    }

    private void damageABlock() throws IOException {
        Path log;
        try (Stream<Path> files = Files.list(store.directory().resolve("log"))) {
            List<Path> segments = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
            log = segments.get(segments.size() / 2);
        }
        byte[] bytes = Files.readAllBytes(log);
        int at = indexOf(bytes, new byte[] {'o', 'p'});
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}), at);
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = bytes.length - wanted.length; at >= 0; at--) {
            if (bytes[at] == wanted[0] && bytes[at + 1] == wanted[1]) {
                return at;
            }
        }
        throw new AssertionError("The segment has no such text");
    }
}
