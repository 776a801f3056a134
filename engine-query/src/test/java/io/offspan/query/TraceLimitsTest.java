package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.scan.SnapshotLeaves;
import io.offspan.query.trace.GroupLimits;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions about whole traces end at their limits, of memory and of time, however the spans are found. */
class TraceLimitsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SPANS = 8_000;
    private static final List<String> QUESTIONS = List.of(
            "{ } >> { duration > 0s } | select(trace:rootName, nestedSetLeft, span:childCount)",
            "{ span:childCount = 0 } | count() > 0 | select(trace:duration)",
            "{ parent.number > 5000 } | by(parent.number) | select(parent.number)",
            "{ nestedSetParent < 0 } | count() > 0");

    /** One bit for each span of the trace would be 1,000 bytes for each group. */
    private static final long MOST_BYTES_A_GROUP = 500;

    @TempDir
    Path temporary;

    /** Span after span, each the parent of the next one in its trace. */
    private SpanStore filled(int spans, LongUnaryOperator traceOf) {
        StoreConfig config = StoreConfig.builder()
                .spansPerBlock(64)
                .segmentSpans(1_024)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(SOON)
                .build();
        SpanStore store = SpanStore.open(temporary.resolve("store"), config);
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= spans; i++) {
            draft.clear().ids(7, traceOf.applyAsLong(i), i).times(1_000L * i, 1_000L * i + 10);
            draft.attribute("number", i);
            if (i > 1 && traceOf.applyAsLong(i) == traceOf.applyAsLong(i - 1)) {
                draft.parent(i - 1);
            }
            store.append(draft);
        }
        assertThat(store.flush(SOON)).isTrue();
        return store;
    }

    @Test
    void manyGroupsInOneTraceTakeMemoryForTheirSpansAlone() {
        try (SpanStore store = filled(SPANS, i -> 1)) {
            QueryEngine engine = QueryEngine.scanning(store.reader());
            Query whole = Query.traceQl("{ } | count() > 0 | count() > 0");
            Query grouped = Query.traceQl("{ } | by(span:id) | count() > 0");
            assertThat(allocated(engine, grouped)).isPositive();
            assertThat(allocated(engine, grouped) - allocated(engine, whole)).isLessThan(SPANS * MOST_BYTES_A_GROUP);
        }
    }

    private static long allocated(QueryEngine engine, Query query) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThat(engine.count(query)).isEqualTo(SPANS);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void tracesThatDoNotFitTogetherAreTakenInPartsWithAnIndexAndWithout() {
        GroupLimits few = new GroupLimits(1_000, 1_000);
        GroupLimits tooFew = new GroupLimits(1_000, 799);
        try (SpanStore store = filled(SPANS, i -> 1 + i / 800);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            while (index.doWork() > 0) {
                assertThat(index.failure()).isNull();
            }
            Query related = Query.traceQl("{ } > { }");
            QueryEngine indexed = new QueryEngine(() -> new SnapshotLeaves(store.reader(), true), few);
            QueryEngine scanning = new QueryEngine(() -> new SnapshotLeaves(store.reader(), false), few);
            long all = 798 + 9 * 799;
            for (QueryEngine engine : List.of(indexed, scanning)) {
                assertThat(engine.count(related)).isEqualTo(all);
                assertThat(engine.explain(related).tracesGrouped()).isEqualTo(11);
                assertThatThrownBy(() -> engine.discover(related).by(Intrinsic.NAME))
                        .isInstanceOf(QueryException.class)
                        .hasMessageContaining("leaves more than 1000 spans");
            }
            GroupLimits parts = new GroupLimits(1_000, 1_000, 100_000);
            for (boolean withIndex : new boolean[] {true, false}) {
                QueryEngine engine = new QueryEngine(() -> new SnapshotLeaves(store.reader(), withIndex), parts);
                for (String question : QUESTIONS) {
                    for (SpanOrder order : SpanOrder.values()) {
                        Query query = Query.traceQl(question).order(order).limit(500);
                        assertThat(answer(engine, query))
                                .as(question)
                                .isNotEmpty()
                                .isEqualTo(answer(QueryEngine.over(store.reader()), query));
                    }
                }
            }
            for (boolean withIndex : new boolean[] {true, false}) {
                QueryEngine refusing = new QueryEngine(() -> new SnapshotLeaves(store.reader(), withIndex), tooFew);
                assertThatThrownBy(() -> refusing.count(related))
                        .isInstanceOf(QueryException.class)
                        .hasMessageContaining("more than 799 spans");
            }
            Query oneTrace = Query.traceQl("{ span:id = \"0000000000000001\" } >> { }");
            assertThat(indexed.count(oneTrace)).isEqualTo(798);
        }
    }

    private static List<String> answer(QueryEngine engine, Query query) {
        List<String> found = new ArrayList<>();
        try (SpanCursor cursor = engine.find(query)) {
            while (cursor.next()) {
                String columns = query.columns().stream()
                        .map(field -> String.valueOf(cursor.value(field)))
                        .collect(Collectors.joining(" "));
                found.add(cursor.view().spanId() + " " + columns);
            }
        }
        return found;
    }

    @Test
    void aQuestionIsCancelledWhileItsStagesAreEvaluated() {
        TestBlocks blocks = new TestBlocks(1_000);
        for (int i = 1; i <= 200; i++) {
            int id = i;
            blocks.add(draft -> draft.ids(1, 1, id).times(1, 2));
        }
        Query query = Query.traceQl("{ } | by(span:id) | count() / (count() - 1) >= 0");
        assertThat(new QueryEngine(blocks::leaves).explain(query).zeroDivisions())
                .as("one for each group")
                .isEqualTo(200);
        PreparedQuery[] prepared = new PreparedQuery[1];
        prepared[0] = new QueryEngine(() -> blocks.leaves().watched(() -> prepared[0].cancel())).prepare(query);
        ScanOutcome outcome = prepared[0].tally();
        assertThat(outcome.blocksRead()).isEqualTo(1);
        assertThat(outcome.ending()).isEqualTo(Ending.CANCELLED);
        assertThat(outcome.spansMatched()).isZero();
        assertThat(outcome.zeroDivisions()).as("groups that were evaluated").isZero();
    }
}
