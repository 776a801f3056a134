package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.Filter;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Generated filters find what a naive evaluation over plain objects finds, in the same order.
 *
 * <p>Each test prints its seed; {@code -Doffspan.filters.seed=…} repeats it, {@code -Doffspan.filters.count=…} asks for more.
 */
class FilterModelTest {
    private static final int FILTERS = Integer.getInteger("offspan.filters.count", Gate.size(50, 200));
    private static final int LIMIT = 20;
    /** How often each kind of comparison comes up at least. */
    private static final int EACH = Gate.size(2, 10);
    /** Spans by which a filter is judged before it is used. */
    private static final int SAMPLE = 300;

    /** About a ninth of them, at length. */
    private static final int NEZHA_REQUESTS = Gate.size(300, 2_333);

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final NaiveEvaluator model = new NaiveEvaluator();

    @Test
    void overTheOpenTelemetryDemo() throws IOException {
        compare("otel-demo", Corpora.otelDemo(), 300);
    }

    @Test
    void overATrainTicketShop() throws IOException {
        compare("nezha", Corpora.nezha().subList(0, NEZHA_REQUESTS), 512);
    }

    @Test
    void overRandomSpans() {
        compare("random spans", new RandomSpans(random).requests(Gate.size(1_000, 3_000)), 200);
    }

    private void compare(String name, List<ExportTraceServiceRequest> requests, int spansPerBlock) {
        List<ModelSpan> spans = ModelSpan.of(requests);
        TestBlocks blocks = TestBlocks.of(requests, spansPerBlock);
        List<ModelSpan> sample = sample(spans);
        FilterGenerator generator = new FilterGenerator(spans, random);
        FilterTally tally = new FilterTally();
        int selective = 0;
        long visited = 0;
        long nanos = 0;
        int filters = 0;
        while (filters < FILTERS || filters < 3 * FILTERS && !tally.below(EACH).isEmpty()) {
            Filter filter = generator.next();
            for (int tries = 0; tries < 1_000 && filters >= FILTERS && !tally.needs(filter, EACH); tries++) {
                filter = generator.next();
            }
            if (3 * selective < 2 * filters) {
                filter = madeSelective(filter, generator, sample);
            }
            tally.add(filter);
            filters++;
            List<ModelSpan> expected = expected(filter, spans);
            selective += isSelective((double) expected.size() / spans.size()) ? 1 : 0;
            long begin = System.nanoTime();
            ScanOutcome counted = new QueryEngine(blocks::leaves).explain(Query.where(filter));
            nanos += System.nanoTime() - begin;
            visited += counted.spansVisited();
            check(filter, blocks, counted, expected);
        }
        System.out.printf(
                "%d filters over %d spans of %s equal the model, %d of them selective; %d ns a span; seed %d%n",
                filters, spans.size(), name, selective, nanos / Math.max(visited, 1), seed);
        assertThat(selective)
                .as("filters that pass 1 to 99 %%, seed %d", seed)
                .isGreaterThanOrEqualTo((filters + 1) / 2);
        assertThat(tally.below(EACH))
                .as("too few of these in %s, seed %d", tally, seed)
                .isEmpty();
    }

    /** Joins a filter that passes nearly all or nearly nothing with one that does not. */
    private Filter madeSelective(Filter filter, FilterGenerator generator, List<ModelSpan> sample) {
        double share = share(filter, sample);
        Filter result = filter;
        for (int tries = 0; tries < 20 && !isSelective(share(result, sample)); tries++) {
            Filter other = generator.duration();
            result = share > 0.5 ? filter.and(other) : filter.or(other);
        }
        return result;
    }

    private List<ModelSpan> expected(Filter filter, List<ModelSpan> spans) {
        return spans.parallelStream()
                .filter(span -> model.passes(filter, span))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void check(Filter filter, TestBlocks blocks, ScanOutcome counted, List<ModelSpan> expected) {
        String context = filter + ", seed " + seed;
        assertThat(counted.spansMatched()).as(context).isEqualTo(expected.size());
        assertThat(counted.complete()).as(context).isTrue();
        expected.sort(NEWEST_FIRST);
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.where(filter).limit(LIMIT))) {
            List<Long> found = new ArrayList<>();
            while (answer.next()) {
                found.add(answer.ordinal());
            }
            assertThat(found)
                    .as(context)
                    .isEqualTo(expected.stream()
                            .limit(LIMIT)
                            .map(ModelSpan::ordinal)
                            .toList());
        }
    }

    static final Comparator<ModelSpan> NEWEST_FIRST = Comparator.<ModelSpan, Long>comparing(
                    model -> model.span().getStartTimeUnixNano(), Long::compareUnsigned)
            .reversed()
            .thenComparing(model -> model.span().getTraceId(), FilterModelTest::compareBytes)
            .thenComparing(model -> model.span().getSpanId(), FilterModelTest::compareBytes)
            .thenComparing(ModelSpan::ordinal);

    private static int compareBytes(com.google.protobuf.ByteString left, com.google.protobuf.ByteString right) {
        return java.util.Arrays.compareUnsigned(left.toByteArray(), right.toByteArray());
    }

    private List<ModelSpan> sample(List<ModelSpan> spans) {
        List<ModelSpan> sample = new ArrayList<>();
        for (int i = 0; i < SAMPLE; i++) {
            sample.add(spans.get(random.nextInt(spans.size())));
        }
        return sample;
    }

    private double share(Filter filter, List<ModelSpan> spans) {
        return (double) spans.stream()
                        .filter(span -> model.passes(filter, span))
                        .count()
                / spans.size();
    }

    private static boolean isSelective(double share) {
        return share >= 0.01 && share <= 0.99;
    }
}
