package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.GroupCount;
import io.offspan.query.discover.GroupCounts;
import io.offspan.query.keep.IndexLimits;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of answers whatever the spans are, of a store that is indexed more and more, and of one that is not. */
class QueryLawsTest {
    private static final int ROUNDS = Integer.getInteger("offspan.filters.count", 12);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();
    private static final Field[] FIELDS = {
        Intrinsic.NAME, Intrinsic.SERVICE, Intrinsic.KIND, Filter.attribute("a"), Filter.spanAttribute("b")
    };

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<ExportTraceServiceRequest> requests = new RandomSpans(random).requests(1_000);
    private final List<ModelSpan> spans = ModelSpan.of(requests);
    private final FilterGenerator filters = new FilterGenerator(spans, random);

    @TempDir
    Path temporary;

    @Test
    void theyHoldOverAScan() {
        TestBlocks blocks = TestBlocks.of(requests, 100);
        QueryEngine engine = new QueryEngine(blocks::leaves);
        for (int i = 0; i < ROUNDS; i++) {
            check(engine);
        }
    }

    @Test
    void theyHoldOverAnIndex() {
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            requests.forEach(request -> assertThat(
                            store.appendOtlp(request.toByteArray()).rejectedCount())
                    .isZero());
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            QueryEngine engine = QueryEngine.over(store.reader());
            for (int i = 0; i < ROUNDS; i++) {
                index.doWork();
                check(engine);
            }
            assertThat(index.counters().spansIndexed()).as("seed %d", seed).isPositive();
        }
    }

    @Test
    void theyHoldOverIndexesInFiles() {
        Path directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            requests.forEach(request -> store.appendOtlp(request.toByteArray()));
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            assertThat(index.await(Duration.ofSeconds(30))).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            QueryEngine engine = QueryEngine.over(reader);
            for (int i = 0; i < ROUNDS; i++) {
                check(engine);
            }
            assertThat(engine.explain(Query.where(Filter.name("nobody"))).spansVisited())
                    .as("spans without an index, seed %d", seed)
                    .isZero();
        }
    }

    private void check(QueryEngine engine) {
        Filter a = filters.next();
        Filter b = random.nextInt(4) == 0 ? Filter.name("a") : filters.next();
        String context = a + " and " + b + ", seed " + seed;
        List<String> both = spans(engine, Query.where(a.and(b)));
        assertThat(spans(engine, Query.where(b.and(a)))).as(context).isEqualTo(both);
        assertThat(engine.count(Query.where(b.and(a)))).as(context).isEqualTo(both.size());
        List<String> whole = spans(engine, Query.where(a));
        assertThat(spans(engine, Query.where(a.not().not()))).as(context).isEqualTo(whole);
        assertThat(spans(engine, Query.where(a.or(a)))).as(context).isEqualTo(whole);
        assertThat(engine.count(Query.where(a)) + engine.count(Query.where(a.not())))
                .as(context)
                .isEqualTo(spans.size());
        assertThat(engine.count(Query.where(a)) + engine.count(Query.where(b)) - both.size())
                .as(context)
                .isEqualTo(engine.count(Query.where(a.or(b))));
        timesAddUp(engine, a, whole, context);
        groupsAddUp(engine, a, whole.size(), context);
        pagesJoin(engine, a, whole, context);
    }

    private void timesAddUp(QueryEngine engine, Filter filter, List<String> whole, String context) {
        long middle = spans.get(random.nextInt(spans.size())).span().getStartTimeUnixNano();
        List<String> joined = spans(engine, Query.where(filter).from(middle));
        joined.addAll(spans(engine, Query.where(filter).to(middle)));
        assertThat(joined).as("%s, at %d", context, middle).isEqualTo(whole);
    }

    private void groupsAddUp(QueryEngine engine, Filter filter, int whole, String context) {
        Field one = FIELDS[random.nextInt(FIELDS.length)];
        Field other = FIELDS[random.nextInt(FIELDS.length)];
        Query query = Query.where(filter).limit(Query.MAX_LIMIT);
        GroupCounts single = engine.discover(query).by(one);
        GroupCounts pairs = engine.discover(query).by(one, other);
        assertThat(sum(single.groups())).as("%s by %s", context, one).isEqualTo(whole);
        assertThat(sum(pairs.groups())).as("%s by %s, %s", context, one, other).isEqualTo(whole);
        for (GroupCount group : single.groups()) {
            List<GroupCount> split = pairs.groups().stream()
                    .filter(pair -> pair.values().subList(0, 1).equals(group.values()))
                    .toList();
            assertThat(sum(split)).as("%s by %s, %s", context, one, other).isEqualTo(group.spans());
        }
    }

    private static long sum(List<GroupCount> groups) {
        return groups.stream().mapToLong(GroupCount::spans).sum();
    }

    private void pagesJoin(QueryEngine engine, Filter filter, List<String> whole, String context) {
        Query query = Query.where(filter).limit(1 + whole.size() / (1 + random.nextInt(4)));
        for (SpanOrder order : SpanOrder.values()) {
            List<String> joined = new ArrayList<>();
            String token = null;
            do {
                Query next = query.order(order);
                try (SpanCursor page = engine.find(token == null ? next : next.after(token))) {
                    take(page, joined);
                    token = page.nextPage();
                }
            } while (token != null);
            if (order == SpanOrder.NEWEST) {
                assertThat(joined).as("%s, %s", context, query).isEqualTo(whole);
            } else {
                assertThat(joined).as("%s, %s", context, query).containsExactlyInAnyOrderElementsOf(whole);
            }
        }
    }

    private static List<String> spans(QueryEngine engine, Query query) {
        List<String> found = new ArrayList<>();
        try (SpanCursor cursor = engine.find(query.limit(Query.MAX_LIMIT))) {
            take(cursor, found);
        }
        return found;
    }

    private static void take(SpanCursor cursor, List<String> into) {
        while (cursor.next()) {
            into.add(cursor.segmentNumber() + "+" + cursor.ordinal());
        }
    }
}
