package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.Listing;
import io.offspan.query.index.IndexedSegment;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.LiveView;
import io.offspan.query.index.PagePool;
import io.offspan.query.index.SealWriter;
import io.offspan.query.index.SealedIndex;
import io.offspan.query.index.SealedView;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an index in memory and the file of it answer by the values that they know, expressions, orders, differences and what is left when
 * others are taken away, is what a scan of all spans finds.
 *
 * <p>{@code -Doffspan.filters.seed=…} repeats a run, {@code -Doffspan.filters.count=…} asks for more.
 */
class DictionaryModelTest {
    /** Scopes in which a span has one list of keys, so that the index always knows how many have a key. */
    private static final Set<AttributeScope> ONE_LIST =
            EnumSet.of(AttributeScope.SPAN, AttributeScope.RESOURCE, AttributeScope.INSTRUMENTATION);

    private static final int FILTERS = Integer.getInteger("offspan.filters.count", Gate.size(200, 600));

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> exact = new TreeMap<>();

    @TempDir
    Path directory;

    @Test
    void whatAnIndexAnswersByItsValuesIsWhatAScanFinds() throws IOException {
        compare(false);
        compare(true);
        System.out.println("answered by values alone: " + exact + "; seed " + seed);
        assertThat(exact.keySet())
                .as("seed %d", seed)
                .contains("=~", "!~", "!=", "<", "<=", ">", ">=", "not", "or of ten", "and");
    }

    private void compare(boolean unique) throws IOException {
        List<ExportTraceServiceRequest> requests = new RandomSpans(random, unique).requests(1_200);
        TestBlocks blocks = TestBlocks.of(requests, 100);
        FilterGenerator generator = new FilterGenerator(ModelSpan.of(requests), random);
        LiveIndex index = new LiveIndex(new PagePool(), 64 << 20);
        int ordinal = 0;
        for (BlockReader block : blocks.readers()) {
            index.add(ordinal, block);
            ordinal += block.count();
        }
        QueryEngine scan = new QueryEngine(blocks::leaves);
        List<Filter> filters = filters(generator);
        try (LiveView live = new LiveView().open(index)) {
            filters.forEach(filter -> compare(filter, blocks, live, scan));
            compareKeys(filters, blocks, live, scan);
        }
        Path file = directory.resolve("index-" + unique);
        SealWriter.write(index, new IndexedSegment(new UUID(1, 2), 3, 4, 5), file, () -> false);
        try (SealedIndex sealed = SealedIndex.open(file);
                SealedView view = new SealedView().open(sealed)) {
            filters.forEach(filter -> compare(filter, blocks, view, scan));
            compareKeys(filters, blocks, view, scan);
        }
        index.close();
    }

    /** Compares the keys that spans have in each scope, of all and of some, and how often. */
    private void compareKeys(List<Filter> filters, TestBlocks blocks, LeafIndex index, QueryEngine scan) {
        QueryEngine engine = new QueryEngine(() -> blocks.leaves(index));
        long counted = 0;
        List<Filter> some = new ArrayList<>(
                List.of(Filter.all(), Filter.kind(SpanKind.CLIENT), Filter.status(SpanStatus.ERROR), Filter.name("a")));
        for (int i = 0; i < 20; i++) {
            some.add(filters.get(random.nextInt(filters.size())));
        }
        for (int i = 0; i < some.size(); i++) {
            Query query = Query.where(some.get(i));
            for (AttributeScope scope : AttributeScope.values()) {
                Listing<KeyCount> found =
                        engine.discover(query.limit(Query.MAX_LIMIT)).keys(scope, "");
                assertThat(found.rows())
                        .as("keys of %s in %s, seed %d", query, scope, seed)
                        .isEqualTo(scan.discover(query.limit(Query.MAX_LIMIT))
                                .keys(scope, "")
                                .rows());
                if (i == 0) {
                    assertThat(found.rows()).isNotEmpty();
                }
                if (i == 0 && ONE_LIST.contains(scope)) {
                    assertThat(found.outcome().spansVisited()).as("%s", scope).isZero();
                }
                counted += found.outcome().spansCounted();
            }
        }
        assertThat(counted)
                .as("counted of some spans by the index, seed %d", seed)
                .isGreaterThan((long) ONE_LIST.size() * index.indexed());
    }

    private List<Filter> filters(FilterGenerator generator) {
        List<Filter> filters = everyOperator();
        for (int i = 0; i < FILTERS / 2; i++) {
            Filter filter = generator.next();
            filters.add(
                    switch (random.nextInt(8)) {
                        case 0 -> filter.not();
                        case 1 -> tenOf(generator);
                        case 2 -> filter.and(generator.next());
                        default -> filter;
                    });
        }
        return filters;
    }

    /** Returns comparisons of which each passes some of the random spans. */
    private static List<Filter> everyOperator() {
        List<Filter> filters = new ArrayList<>();
        for (Operator operator : Operator.values()) {
            for (String key : List.of("a", "b", "c")) {
                for (Field field : List.of(new Attribute(AttributeScope.SPAN, key), Intrinsic.NAME)) {
                    filters.add(new Comparison(field, operator, new Operand.Text("ab")));
                    filters.add(new Comparison(field, operator, new Operand.Text("a.*")));
                }
                if (!operator.isPattern()) {
                    filters.add(new Comparison(new Attribute(AttributeScope.ANY, key), operator, new Operand.Whole(1)));
                    filters.add(new Comparison(
                            new Attribute(AttributeScope.EVENT, key), operator, new Operand.Fraction(0.5)));
                }
            }
        }
        Filter ten = new Or(Stream.of("a", "b", "ab", "200", "GET", "\u00e4", "Z", "a.b*c", "line\nbreak", "nobody")
                .map(Filter::name)
                .toList());
        filters.add(ten);
        filters.add(ten.not());
        filters.add(ten.and(Filter.name("b").not()));
        return filters;
    }

    private static Filter tenOf(FilterGenerator generator) {
        List<Filter> ten = new ArrayList<>();
        while (ten.size() < 10) {
            Filter filter = generator.next();
            if (filter instanceof Comparison comparison && comparison.operator() == Operator.EQUAL) {
                ten.add(filter);
            }
        }
        return new Or(ten);
    }

    private void compare(Filter filter, TestBlocks blocks, LeafIndex index, QueryEngine scan) {
        QueryEngine engine = new QueryEngine(() -> blocks.leaves(index));
        int limit = 1 + random.nextInt(30);
        PreparedQuery prepared = engine.prepare(Query.where(filter).limit(limit));
        LeafPlans plan = prepared.explain().get(0);
        String context = filter + " by " + plan + ", seed " + seed;
        ScanOutcome counted = prepared.tally();
        assertThat(counted.spansMatched()).as(context).isEqualTo(scan.count(Query.where(filter)));
        SpanOrder order = random.nextBoolean() ? SpanOrder.NEWEST : SpanOrder.SLOWEST;
        Query first = Query.where(filter).limit(limit).order(order);
        assertThat(ordinals(engine.find(first))).as(context).isEqualTo(ordinals(scan.find(first)));
        if (plan.exact() && counted.spansMatched() > 0) {
            assertThat(counted.spansVisited()).as(context).isZero();
            exact.merge(kind(filter), 1, Integer::sum);
        }
    }

    private static String kind(Filter filter) {
        if (filter instanceof Comparison comparison) {
            return comparison.operator().symbol();
        }
        if (filter instanceof Or or) {
            return or.filters().size() == 10 ? "or of ten" : "or";
        }
        return filter instanceof Not ? "not" : filter instanceof And ? "and" : "other";
    }

    private static List<Long> ordinals(SpanCursor spans) {
        List<Long> found = new ArrayList<>();
        try (spans) {
            while (spans.next()) {
                found.add(spans.ordinal());
            }
        }
        return found;
    }
}
