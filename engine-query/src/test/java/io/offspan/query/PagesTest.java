package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.wire.Hex;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.keep.IndexLimits;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages joined are the whole answer of the first page's moment, in either order, whatever happens to the store in between. */
class PagesTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();
    private static final int QUESTIONS = 40;

    static final Comparator<ModelSpan> SLOWEST_FIRST = Comparator.<ModelSpan>comparingLong(
                    span -> span.hasEnd() ? -span.durationNanos() : 1)
            .thenComparing(FilterModelTest.NEWEST_FIRST);

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<ModelSpan> stored = new ArrayList<>();
    private List<ExportTraceServiceRequest> requests = List.of();

    @TempDir
    Path temporary;

    @Test
    void pagesJoinedEqualTheWholeWhileSpansAreStoredLoggedAndIndexed() {
        requests = new ArrayList<>(RandomTraces.requests(900, random));
        // Some spans are stored several times over, in different slabs and segments.
        requests.addAll(requests.subList(0, 40));
        requests.addAll(requests.subList(20, 60));
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            append(store, requests.size() / 2);
            QueryEngine engine = QueryEngine.over(store.reader());
            int pages = 0;
            for (int i = 0; i < QUESTIONS; i++) {
                pages += compare(engine, store, index);
            }
            assertThat(pages).as("seed %d", seed).isGreaterThan(3 * QUESTIONS);
            assertThat(index.counters().spansIndexed()).as("seed %d", seed).isPositive();
        }
    }

    private void append(SpanStore store, int count) {
        List<ExportTraceServiceRequest> next = requests.subList(0, Math.min(count, requests.size()));
        next.forEach(
                request -> assertThat(store.appendOtlp(request.toByteArray()).rejectedCount())
                        .isZero());
        for (ModelSpan span : ModelSpan.of(next)) {
            stored.add(new ModelSpan(span.resource(), span.scope(), span.span(), stored.size()));
        }
        requests = requests.subList(next.size(), requests.size());
    }

    private int compare(QueryEngine engine, SpanStore store, SpanIndex index) {
        NaiveTraces model = new NaiveTraces(stored);
        Pipeline pipeline = random.nextBoolean()
                ? new PipelineGenerator(model, stored, random).next()
                : Pipeline.of(random.nextInt(3) == 0 ? Filter.all() : new FilterGenerator(stored, random).next());
        SpanOrder order = random.nextBoolean() ? SpanOrder.NEWEST : SpanOrder.SLOWEST;
        List<String> expected = model.answer(pipeline).stream()
                .flatMap(Collection::stream)
                .sorted(order == SpanOrder.NEWEST ? FilterModelTest.NEWEST_FIRST : SLOWEST_FIRST)
                .map(StoreFilterModelTest::name)
                .toList();
        int limit = Math.max(1, expected.size() / (1 + random.nextInt(12)));
        Query query = Query.of(pipeline).order(order).limit(limit);
        List<String> joined = new ArrayList<>();
        int pages = 0;
        for (String token = page(engine, query, joined); token != null; pages++) {
            change(store, index);
            token = page(engine, query.after(token), joined);
        }
        String context = query + " of " + stored.size() + " spans, seed " + seed;
        assertThat(joined).as(context).hasSameSizeAs(expected);
        assertThat(joined).as(context).isEqualTo(expected);
        return pages;
    }

    private static String page(QueryEngine engine, Query query, List<String> into) {
        try (SpanCursor spans = engine.find(query)) {
            while (spans.next()) {
                into.add(spans.view().traceIdHex() + "/" + Hex.of(spans.view().spanId()));
            }
            return spans.nextPage();
        }
    }

    private void change(SpanStore store, SpanIndex index) {
        switch (random.nextInt(6)) {
            case 0 -> append(store, 1);
            case 1 -> assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            case 2 -> index.doWork();
            default -> {}
        }
    }

    @Test
    void spansThatCannotBeToldApartComeOnceEach() {
        TestBlocks blocks = new TestBlocks(3);
        for (int i = 0; i < 10; i++) {
            blocks.add(draft -> draft.times(7, 8));
        }
        QueryEngine engine = new QueryEngine(blocks::leaves);
        for (SpanOrder order : SpanOrder.values()) {
            Query query = Query.all().order(order).limit(4);
            List<Long> ordinals = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            String token = "";
            while (token != null) {
                try (SpanCursor spans = engine.find(token.isEmpty() ? query : query.after(token))) {
                    sizes.add(spans.size());
                    while (spans.next()) {
                        ordinals.add(spans.ordinal());
                    }
                    token = spans.nextPage();
                }
            }
            assertThat(sizes).containsExactly(4, 4, 2);
            assertThat(ordinals).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        }
    }

    @Test
    void theTimesOfTheFirstPageHoldForAllAndCountsAreOfItsMoment() {
        TestBlocks blocks = new TestBlocks(3);
        for (long start = 1; start <= 10; start++) {
            long nanos = start;
            blocks.add(draft -> draft.ids(1, 1, nanos).times(nanos, 2 * nanos));
        }
        QueryEngine engine = new QueryEngine(blocks::leaves);
        String token = token(engine, Query.all().from(3).to(9).limit(4));
        blocks.add(draft -> draft.ids(1, 1, 99).times(4, 5));
        Query next = Query.all().from(100).limit(4).after(token);
        try (SpanCursor page = engine.find(next)) {
            assertThat(page.remaining()).extracting(span -> span.startNanos()).containsExactly(4L, 3L);
            assertThat(page.nextPage()).isNull();
        }
        assertThat(engine.count(next)).isEqualTo(6);
        assertThat(engine.count(Query.all().from(3).to(9))).isEqualTo(7);
    }

    private static String token(QueryEngine engine, Query query) {
        try (SpanCursor page = engine.find(query)) {
            return page.nextPage();
        }
    }

    @Test
    void aTokenThatIsDamagedOrOfSomethingElseIsRefused() {
        requests = RandomTraces.requests(60, random);
        TestBlocks blocks = TestBlocks.of(requests, 20);
        QueryEngine engine = new QueryEngine(blocks::leaves);
        String token = token(engine, Query.all());
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1 << random.nextInt(8);
            requireBad(() -> Query.all().after(Base64.getUrlEncoder().encodeToString(damaged)), "damaged");
        }
        for (int end = 0; end < token.length(); end++) {
            String cut = token.substring(0, end);
            requireBad(() -> Query.all().after(cut), "token");
        }
        requireBad(() -> Query.all().after("not a token"), "damaged");
        requireBad(() -> engine.find(Query.where(Filter.name("a")).after(token)), "another query");
        requireBad(() -> engine.find(Query.all().order(SpanOrder.SLOWEST).after(token)), "another query");
        try (SpanStore one = SpanStore.open(temporary.resolve("one"), CONFIG);
                SpanStore other = SpanStore.open(temporary.resolve("other"), CONFIG)) {
            append(one, 30);
            String foreign = token(QueryEngine.over(one.reader()), Query.all().limit(1));
            PreparedQuery elsewhere =
                    QueryEngine.over(other.reader()).prepare(Query.all().after(foreign));
            requireBad(elsewhere::find, "another store");
            requireBad(elsewhere::count, "another store");
        }
    }

    private static void requireBad(Runnable question, String word) {
        assertThatThrownBy(question::run)
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.BAD_PAGE))
                .hasMessageContaining(word);
    }

    @Test
    void aPageThatEndedEarlyHasNoNext() {
        TestBlocks blocks = new TestBlocks(1).add(draft -> draft.times(1, 2)).add(draft -> draft.times(2, 3));
        PreparedQuery[] query = new PreparedQuery[1];
        query[0] = new QueryEngine(() -> blocks.leaves().watched(() -> query[0].cancel()))
                .prepare(Query.all().limit(1));
        try (SpanCursor page = query[0].find()) {
            assertThatThrownBy(page::nextPage)
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.INCOMPLETE));
        }
    }
}
