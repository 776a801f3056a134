package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.WhyScanned;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a store that grows, rolls, is indexed more or less, and is opened again, every question has the same answer by index and by scan;
 * beside it another process' view of the store, with an index of its own.
 */
class IndexGateIT {
    private static final int OPERATIONS = Gate.size(1_500, 8_000);
    private static final int PLANTED_OPERATIONS = 1_500;
    private static final int SEGMENT_SPANS = 4_096;
    /** More than two chunks of an index. */
    private static final int LARGE_SEGMENT_SPANS = 150_000;

    private static final int LARGE_OPERATIONS = 2_000;
    private static final Duration SOON = Duration.ofSeconds(30);
    /** Small, so that segments, chunks and limits are met often. */
    private static StoreConfig config(int segmentSpans) {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(8)
                .stripes(2)
                .spansPerBlock(64)
                .maxSpanBytes(128 << 10)
                .segmentSpans(segmentSpans)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(SOON)
                .build();
    }

    private static final IndexLimits LIMITS = new IndexLimits(16 << 20, 48 << 20);

    @TempDir
    Path scratch;

    /** A store, and the two who ask it. */
    private static final class Life implements AutoCloseable {
        private final Path directory;
        private final StoreConfig config;
        private final long seed;
        private final Random random;
        private final IndexedSpans spans;
        private final SpanDraft draft = new SpanDraft();
        /** One in so many spans is left out of what the index found, as by an index that lost it; 0 for none. */
        private final int dropped;

        private SpanStore store;
        private StoreReader scanned;
        private SpanIndex index;
        private @Nullable PreparedQuery prepared;
        private String preparedText = "{ }";
        private int stored;
        private int questions;
        private int lookups;
        private long scansBehind;

        Life(Path directory, int segmentSpans, long seed, int dropped) {
            this.directory = directory;
            config = config(segmentSpans);
            this.seed = seed;
            this.dropped = dropped;
            random = new Random(seed);
            spans = new IndexedSpans(random);
            open();
        }

        private void open() {
            store = SpanStore.open(directory, config);
            scanned = StoreReader.open(directory);
            index = SpanIndex.open(store.reader(), LIMITS);
            prepared = null;
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0 -> assertThat(store.flush(SOON)).isTrue();
                case 1 -> index(Integer.MAX_VALUE);
                case 2, 3, 4 -> index(random.nextInt(5));
                case 5, 6, 7, 8, 9 -> append(1 + random.nextInt(stored < 30_000 ? 200 : 5));
                case 10 -> {
                    if (random.nextInt(40) == 0) {
                        reopen();
                    }
                }
                case 11 -> trace();
                default -> ask();
            }
        }

        private void append(int count) {
            for (int i = 0; i < count; i++) {
                spans.fill(draft, stored++);
                assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
            }
        }

        private void index(int blocks) {
            int left = blocks;
            while (left > 0 && index.doWork() > 0) {
                left--;
            }
            assertThat(index.failure()).isNull();
        }

        private void reopen() {
            close();
            open();
        }

        private void ask() {
            if (random.nextInt(3) == 0) {
                again();
                return;
            }
            String text = spans.question(stored);
            Query query = Query.traceQl(text).limit(1 + random.nextInt(50));
            QueryEngine scan = QueryEngine.over(scanned);
            QueryEngine fast = QueryEngine.over(store.reader());
            compare(text, found(fast.find(query)), found(scan.find(query)));
            compare("count of " + text, fast.count(query), scan.count(query));
            questions++;
        }

        /** Asks the prepared question again, of the store as it is now. */
        private void again() {
            PreparedQuery asked = prepared;
            if (asked == null || random.nextInt(20) == 0) {
                preparedText = spans.question(stored);
                asked = QueryEngine.over(store.reader())
                        .prepare(Query.traceQl(preparedText).limit(10));
                prepared = asked;
            }
            compare(
                    "again " + preparedText,
                    asked.count(),
                    QueryEngine.over(scanned).count(Query.traceQl(preparedText)));
            questions++;
        }

        private void trace() {
            long id = IndexedSpans.traceOf(random.nextInt(Math.max(stored, 1)));
            List<String> expected =
                    found(QueryEngine.over(scanned).prepareTrace().find(1, id));
            compare(
                    "trace " + id,
                    found(QueryEngine.over(store.reader()).prepareTrace().find(1, id)),
                    expected);
            lookups++;
        }

        private List<String> found(SpanCursor answer) {
            List<String> ids = new ArrayList<>();
            try (answer) {
                assertThat(answer.outcome().complete()).isTrue();
                while (answer.next()) {
                    ids.add(Long.toHexString(answer.view().spanId()));
                }
            }
            return ids;
        }

        private void compare(String what, Object byIndex, Object byScan) {
            Object shown = byIndex instanceof List<?> list && dropped > 0
                    ? list.stream().filter(id -> id.hashCode() % dropped != 0).toList()
                    : byIndex;
            assertThat(shown)
                    .as("%s, %d spans, %d not indexed, seed %d", what, stored, index.lag(), seed)
                    .isEqualTo(byScan);
        }

        Gate gate(String name) {
            scansBehind += index.counters().scans(WhyScanned.BEHIND);
            return new Gate(name, seed)
                    .put("spans", stored)
                    .put("questions", questions)
                    .put("traces", lookups)
                    .put("indexed", index.counters().spansIndexed())
                    .put("bytes", index.counters().bytes())
                    .put("scans_behind", scansBehind);
        }

        @Override
        public void close() {
            scansBehind += index.counters().scans(WhyScanned.BEHIND);
            index.close();
            scanned.close();
            store.close();
        }
    }

    @Test
    void everyQuestionHasTheSameAnswerByIndexAndByScan() {
        try (Life life = new Life(scratch.resolve("store"), SEGMENT_SPANS, Gate.seed(), 0)) {
            for (int i = 0; i < OPERATIONS; i++) {
                life.step();
            }
            life.gate("index").put("operations", OPERATIONS).report(true);
            assertThat(life.questions).isGreaterThan(OPERATIONS / 4);
            assertThat(life.scansBehind).isPositive();
        }
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void aSegmentOfSeveralChunksHasTheSameAnswersToo() {
        try (Life life = new Life(scratch.resolve("large"), LARGE_SEGMENT_SPANS, Gate.seed(), 0)) {
            life.append(LARGE_SEGMENT_SPANS - 10_000);
            for (int i = 0; i < LARGE_OPERATIONS; i++) {
                life.step();
                life.index(20);
            }
            life.index(Integer.MAX_VALUE);
            life.gate("index-large").put("operations", LARGE_OPERATIONS).report(true);
            assertThat(life.index.counters().spansIndexed()).isGreaterThan(2 << 16);
        }
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void anAnswerThatLeavesOutOneSpanInAThousandIsNoticed() {
        boolean red = false;
        try (Life life = new Life(scratch.resolve("planted"), SEGMENT_SPANS, Gate.seed(), 1_000)) {
            for (int i = 0; i < PLANTED_OPERATIONS && !red; i++) {
                try {
                    life.step();
                } catch (AssertionError noticed) {
                    assertThat(noticed).hasMessageContaining("not indexed, seed");
                    red = true;
                }
            }
            String line = life.gate("index-planted").planted(red);
            assertThat(red).as(line).isTrue();
        }
    }
}
