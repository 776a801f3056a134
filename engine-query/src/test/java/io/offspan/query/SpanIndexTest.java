package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.WhyScanned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanIndexTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();
    private static final Query CODE = Query.traceQl("{ span.code = 203 }").limit(Query.MAX_LIMIT);

    @TempDir
    Path temporary;

    private SpanStore store;
    private QueryEngine engine;

    @BeforeEach
    void open() {
        store = SpanStore.open(temporary.resolve("store"), CONFIG);
        engine = QueryEngine.over(store.reader());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void fill(int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            draft.clear()
                    .ids(7, 1 + i / 8, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + i)
                    .name("op " + i % 5);
            draft.attribute("code", 200L + i % 10).attribute("user", "user " + i);
            store.append(draft);
        }
        assertThat(store.flush(SOON)).isTrue();
    }

    private static void runToTheEnd(SpanIndex index) {
        while (index.doWork() > 0) {
            assertThat(index.failure()).isNull();
        }
        assertThat(index.failure()).isNull();
    }

    private void requireRight(int spans) {
        assertThat(engine.count(CODE)).isEqualTo((spans + 6) / 10);
        try (SpanCursor found = engine.find(CODE)) {
            assertThat(found.size()).isEqualTo((spans + 6) / 10);
        }
        assertThat(engine.trace(7, 1).spans()).hasSize(Math.min(spans, 8));
        assertThat(engine.trace(7, 1 + (spans - 1) / 8).spans()).hasSize((spans - 1) % 8 + 1);
    }

    @Test
    void aCountThatTheIndexKnowsVisitsNoSpan() {
        fill(0, 3_000);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            runToTheEnd(index);
            assertThat(index.lag()).isZero();
            assertThat(index.counters().spansIndexed()).isEqualTo(3_000);
            assertThat(index.counters().bytes()).isPositive();
            assertThat(engine.explain(CODE).spansVisited()).isZero();
            requireRight(3_000);
            for (WhyScanned why : WhyScanned.values()) {
                assertThat(index.counters().scans(why)).as(why.name()).isZero();
            }
        }
    }

    @Test
    void whatIsNotIndexedYetIsScanned() {
        fill(0, 1_500);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            assertThat(index.lag()).as("before it has begun").isEqualTo(1_500);
            requireRight(1_500);
            int steps = 0;
            while (index.doWork() > 0) {
                requireRight(1_500);
                steps++;
            }
            assertThat(steps).isGreaterThan(20);
            assertThat(index.counters().scans(WhyScanned.BEHIND)).isPositive();
            fill(1_500, 1_600);
            assertThat(index.lag()).isEqualTo(100);
            assertThat(engine.explain(CODE).spansVisited()).isEqualTo(100);
            requireRight(1_600);
            runToTheEnd(index);
            assertThat(engine.explain(CODE).spansVisited()).isZero();
            requireRight(1_600);
        }
    }

    @Test
    void theNewestSegmentIsIndexedFirst() {
        fill(0, 3_000);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            int done = index.doWork();
            List<LeafPlans> plans = engine.prepare(CODE).explain();
            assertThat(plans).extracting(LeafPlans::leaves).containsExactly(1, 2);
            assertThat(plans).extracting(LeafPlans::spansIndexed).containsExactly((long) done, 0L);
            assertThat(plans).extracting(LeafPlans::scanned).containsOnly("the index is behind");
        }
    }

    @Test
    void aSnapshotFromBeforeTheIndexGrewShowsWhatItDid() {
        fill(0, 500);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            PreparedQuery prepared = engine.prepare(CODE);
            try (SpanCursor before = prepared.find()) {
                fill(500, 1_000);
                runToTheEnd(index);
                assertThat(before.size()).isEqualTo(50);
            }
            assertThat(prepared.count()).isEqualTo(100);
        }
    }

    @Test
    void segmentsThatAreTooManyForTheMemoryOfAReaderAreScannedTheOldestFirst() {
        IndexLimits limits = new IndexLimits(8 << 20, 16 << 20);
        try (StoreReader outside = StoreReader.open(temporary.resolve("store"))) {
            engine = QueryEngine.over(outside);
            try (SpanIndex index = SpanIndex.open(outside, limits)) {
                for (int i = 0; i < 10; i++) {
                    fill(1_000 * i, 1_000 * (i + 1));
                    runToTheEnd(index);
                    requireRight(1_000 * (i + 1));
                    assertThat(index.counters().bytes()).isLessThanOrEqualTo(16 << 20);
                }
                assertThat(index.counters().scans(WhyScanned.OUT_OF_MEMORY)).isPositive();
                assertThat(engine.explain(CODE).spansVisited()).isBetween(1_024L, 9_000L);
            }
            try (SpanIndex index = SpanIndex.open(outside, limits)) {
                runToTheEnd(index);
                requireRight(10_000);
                assertThat(engine.explain(CODE).spansVisited()).isBetween(1_024L, 9_000L);
            }
        }
    }

    @Test
    void anIndexThatIsFullLeavesTheRestToTheScan() {
        try (SpanIndex index = SpanIndex.open(store.reader(), new IndexLimits(1 << 20, 1 << 20))) {
            fill(0, 1_000);
            runToTheEnd(index);
            requireRight(1_000);
            assertThat(index.counters().scans(WhyScanned.FULL)).isPositive();
            assertThat(index.lag()).as("what will be indexed").isZero();
        }
    }

    @Test
    void closingTheIndexOfAReaderLeavesTheScan() {
        fill(0, 2_000);
        try (StoreReader outside = StoreReader.open(temporary.resolve("store"))) {
            engine = QueryEngine.over(outside);
            SpanIndex index = SpanIndex.open(outside, IndexLimits.DEFAULT);
            runToTheEnd(index);
            try (SpanCursor found = engine.find(CODE)) {
                index.close();
                assertThat(found.size()).isEqualTo(200);
            }
            assertThat(index.counters().bytes()).isZero();
            assertThat(engine.explain(CODE).spansVisited()).isPositive();
            requireRight(2_000);
            fill(2_000, 2_100);
            assertThat(index.doWork()).isZero();
            requireRight(2_100);
        }
    }

    @Test
    void anIndexOfAStoreThatIsClosedFirstFailsByItself() {
        fill(0, 100);
        SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
        runToTheEnd(index);
        store.close();
        while (index.doWork() > 0) {}
        assertThat(index.failure()).hasMessageContaining("closed");
        assertThat(index.counters().failures()).isEqualTo(1);
        index.close();
    }

    @Test
    void aReaderOfAnotherProcessKeepsAnIndexOfItsOwn() {
        fill(0, 1_000);
        try (StoreReader outside = StoreReader.open(temporary.resolve("store"));
                SpanIndex index = SpanIndex.open(outside, IndexLimits.DEFAULT)) {
            runToTheEnd(index);
            QueryEngine beside = QueryEngine.over(outside);
            assertThat(beside.explain(CODE).spansVisited()).isZero();
            assertThat(engine.explain(CODE).spansVisited()).isEqualTo(1_000);
            fill(1_000, 1_200);
            assertThat(beside.count(CODE)).isEqualTo(120);
            runToTheEnd(index);
            assertThat(index.counters().spansIndexed()).isEqualTo(1_200);
            assertThat(beside.explain(CODE).spansVisited()).isZero();
        }
    }

    @Test
    void aSegmentThatIsDeletedUnderAQuestionIsReadToTheEnd() throws IOException {
        fill(0, 3_000);
        try (StoreReader outside = StoreReader.open(temporary.resolve("store"));
                SpanIndex index = SpanIndex.open(outside, IndexLimits.DEFAULT)) {
            runToTheEnd(index);
            long bytes = index.counters().bytes();
            PreparedQuery prepared = QueryEngine.over(outside).prepare(CODE);
            try (SpanCursor found = prepared.find()) {
                Files.delete(oldestSegment());
                runToTheEnd(index);
                assertThat(index.counters().bytes()).as("held for the question").isLessThan(bytes);
                assertThat(found.remaining()).hasSize(300);
            }
            assertThat(prepared.count()).isBetween(150L, 250L);
            assertThat(prepared.outcome().spansVisited()).isZero();
        }
    }

    private Path oldestSegment() throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve("store/log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aThreadOfItsOwnKeepsUp() {
        try (SpanIndex index = SpanIndex.over(store)) {
            for (int i = 0; i < 20; i++) {
                fill(100 * i, 100 * (i + 1));
                requireRight(100 * (i + 1));
            }
            long deadline = System.nanoTime() + SOON.toNanos();
            while (index.counters().spansIndexed() < 2_000 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(index.counters().spansIndexed()).isEqualTo(2_000);
            requireRight(2_000);
        }
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            assertThat(snapshot.spans()).isEqualTo(2_000);
        }
    }
}
