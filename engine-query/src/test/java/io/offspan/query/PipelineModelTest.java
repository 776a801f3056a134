package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.wire.Hex;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.SnapshotLeaves;
import io.offspan.query.trace.GroupLimits;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated pipelines find what a naive evaluation finds: the same traces, the same spans, in the same order.
 *
 * <p>Each test prints its seed; {@code -Doffspan.filters.seed=…} repeats it, {@code -Doffspan.filters.count=…} asks for more.
 */
class PipelineModelTest {
    private static final int PIPELINES = Integer.getInteger("offspan.filters.count", Gate.size(30, 100));
    private static final int LIMIT = 20;

    /** An operator between braces or parentheses that asks how spans are related. */
    private static final String STRUCTURE = "(?s).*[})] [!&]?(>>?|<<?|~) [{(].*";

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path temporary;

    private int pipelines;
    private int selective;
    private int grouped;
    private int related;

    @Test
    void overBlocks() {
        List<ExportTraceServiceRequest> requests = RandomTraces.requests(900, random);
        TestBlocks blocks = TestBlocks.of(requests, 100);
        compare(new QueryEngine(blocks::leaves), ModelSpan.of(requests), PIPELINES);
        report("blocks");
    }

    @Test
    void overAStoreWithOpenSlabsAndALog() {
        List<ExportTraceServiceRequest> requests = RandomTraces.requests(1_200, random);
        StoreConfig config = StoreConfig.builder()
                .slabs(16)
                .spansPerBlock(64)
                .segmentSpans(1_024)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), config)) {
            int half = requests.size() / 2;
            append(store, requests.subList(0, half));
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            append(store, requests.subList(half, requests.size()));
            compare(QueryEngine.over(store.reader()), ModelSpan.of(requests), PIPELINES / 5);
            try (StoreReader outside = StoreReader.open(temporary.resolve("store"))) {
                compare(QueryEngine.over(outside), ModelSpan.of(requests), PIPELINES / 5);
            }
            try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                while (index.doWork() > 0) {
                    assertThat(index.failure()).isNull();
                }
                compare(QueryEngine.over(store.reader()), ModelSpan.of(requests), PIPELINES / 5);
                // A quarter of the spans fits at once, so that traces are taken in parts.
                GroupLimits few = new GroupLimits(1_000, 300, 100_000);
                QueryEngine inParts = new QueryEngine(() -> new SnapshotLeaves(store.reader(), true), few);
                compare(inParts, ModelSpan.of(requests), PIPELINES / 5);
            }
        }
        report("a store");
    }

    private static void append(SpanStore store, List<ExportTraceServiceRequest> requests) {
        for (ExportTraceServiceRequest request : requests) {
            assertThat(store.appendOtlp(request.toByteArray()).rejectedCount()).isZero();
        }
    }

    private void report(String where) {
        System.out.printf(
                "%d pipelines over %s equal the model, %d of them trace by trace, %d about related spans, %d selective;"
                        + " seed %d%n",
                pipelines, where, grouped, related, selective, seed);
        assertThat(2 * selective)
                .as("pipelines that keep 1 to 99 %% of the traces, seed %d", seed)
                .isGreaterThanOrEqualTo(pipelines);
        assertThat(3 * related).as("about related spans, seed %d", seed).isGreaterThanOrEqualTo(pipelines);
        assertThat(3 * grouped).as("seed %d", seed).isGreaterThanOrEqualTo(pipelines);
    }

    private void compare(QueryEngine search, List<ModelSpan> all, int count) {
        NaiveTraces everything = new NaiveTraces(all);
        PipelineGenerator generator = new PipelineGenerator(everything, all, random);
        for (int i = 0; i < count; i++) {
            boolean windowed = random.nextInt(4) == 0;
            long from = all.get(random.nextInt(all.size())).span().getStartTimeUnixNano();
            List<ModelSpan> spans = windowed ? startingFrom(from, all) : all;
            NaiveTraces model = windowed ? new NaiveTraces(spans) : everything;
            Supplier<Pipeline> next = i % 3 == 0 ? generator::related : generator::next;
            Pipeline pipeline = next.get();
            List<Set<ModelSpan>> expected = model.answer(pipeline);
            for (int tries = 0; tries < 10 && !isSelective(expected, model); tries++) {
                pipeline = next.get();
                expected = model.answer(pipeline);
            }
            pipelines++;
            related += pipeline.toString().matches(STRUCTURE) ? 1 : 0;
            selective += isSelective(expected, model) ? 1 : 0;
            Query query = Query.of(pipeline);
            check(search, windowed ? query.from(from) : query, expected);
        }
    }

    private static List<ModelSpan> startingFrom(long from, List<ModelSpan> spans) {
        return spans.stream()
                .filter(span -> Long.compareUnsigned(span.span().getStartTimeUnixNano(), from) >= 0)
                .toList();
    }

    private static boolean isSelective(List<Set<ModelSpan>> answer, NaiveTraces model) {
        double share = (double) answer.size() / model.traces();
        return share >= 0.01 && share <= 0.99;
    }

    private void check(QueryEngine search, Query query, List<Set<ModelSpan>> expected) {
        String context = query + ", seed " + seed;
        List<String> names = expected.stream()
                .flatMap(Collection::stream)
                .sorted(FilterModelTest.NEWEST_FIRST)
                .map(StoreFilterModelTest::name)
                .toList();
        ScanOutcome counted = search.explain(query);
        assertThat(counted.spansMatched()).as(context).isEqualTo(names.size());
        assertThat(counted.complete()).as(context).isTrue();
        if (SpanFilter.of(query.pipeline(), Filter.all()) == null) {
            grouped++;
            assertThat(counted.tracesMatched()).as(context).isEqualTo(expected.size());
            assertThat(counted.tracesGrouped()).as(context).isGreaterThanOrEqualTo(expected.size());
        }
        List<String> found = new ArrayList<>();
        try (SpanCursor answer = search.find(query.limit(LIMIT))) {
            while (answer.next()) {
                found.add(
                        answer.view().traceIdHex() + "/" + Hex.of(answer.view().spanId()));
            }
        }
        assertThat(found).as(context).isEqualTo(names.subList(0, Math.min(LIMIT, names.size())));
    }
}
