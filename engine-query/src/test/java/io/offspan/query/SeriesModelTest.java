package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricFunction;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.MetricsQuery.QuantileRule;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Sampling;
import io.offspan.query.ast.Selection;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.series.Label;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.Steps;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated metrics have the numbers that a naive evaluation has, wherever the spans are.
 *
 * <p>Each test prints its seed; {@code -Doffspan.filters.seed=…} repeats it, {@code -Doffspan.filters.count=…} asks for more.
 */
class SeriesModelTest {
    private static final int QUESTIONS = Integer.getInteger("offspan.filters.count", Gate.size(60, 400));
    private static final long BASE_NANOS = 1_675_079_501_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final Operator[] OPERATORS = {Operator.LESS, Operator.GREATER_OR_EQUAL, Operator.NOT_EQUAL};
    private static final Operation[] SUMS = {Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.DIVIDE};
    private static final Field[] NUMBERS = {
        Intrinsic.DURATION,
        Intrinsic.DURATION,
        Filter.attribute("a"),
        Filter.spanAttribute("b"),
        Filter.resourceAttribute("c"),
        Filter.eventAttribute("a"),
        Intrinsic.EVENT_TIME_SINCE_START,
        Intrinsic.CHILD_COUNT,
        Intrinsic.TRACE_DURATION
    };
    private static final Field[] LABELS = {
        Intrinsic.NAME,
        Intrinsic.KIND,
        Intrinsic.STATUS,
        Intrinsic.SERVICE,
        Intrinsic.SCOPE_NAME,
        Intrinsic.TRACE_ROOT_NAME,
        Intrinsic.EVENT_NAME,
        Filter.attribute("a"),
        Filter.spanAttribute("b"),
        new Attribute(AttributeScope.RESOURCE, "a"),
        Filter.parentAttribute("a")
    };

    private static final Filter[] SELECTIONS = {
        Filter.status(SpanStatus.ERROR),
        Filter.attribute("a").exists(),
        Filter.kind(SpanKind.SERVER).or(Filter.spanAttribute("b").isAbsent()),
        Intrinsic.CHILD_COUNT.greaterThan(0),
        Intrinsic.NESTED_SET_PARENT.lessThan(0),
        Filter.parentAttribute("a").exists(),
        Filter.none()
    };

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path temporary;

    private int asked;
    private int answered;
    private int several;

    @Test
    void overBlocks() {
        List<ExportTraceServiceRequest> requests = RandomTraces.requests(600, random);
        TestBlocks blocks = TestBlocks.of(requests, 100);
        compare(new QueryEngine(blocks::leaves), ModelSpan.of(requests), QUESTIONS);
        report("blocks");
    }

    @Test
    void overAStoreWithOpenSlabsAndALogAndAnIndex() {
        List<ExportTraceServiceRequest> requests = RandomTraces.requests(1_200, random);
        StoreConfig config = StoreConfig.builder()
                .slabs(16)
                .spansPerBlock(64)
                .segmentSpans(1_024)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        Path directory = temporary.resolve("store");
        List<ModelSpan> model = ModelSpan.of(requests);
        try (SpanStore store = SpanStore.open(directory, config)) {
            int half = requests.size() / 2;
            append(store, requests.subList(0, half));
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            append(store, requests.subList(half, requests.size()));
            compare(QueryEngine.over(store.reader()), model, QUESTIONS / 4);
            try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                while (index.doWork() > 0) {
                    assertThat(index.failure()).isNull();
                }
                compare(QueryEngine.over(store.reader()), model, QUESTIONS / 4);
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
                while (index.doWork() > 0) {
                    assertThat(index.failure()).isNull();
                }
                compare(QueryEngine.over(store.reader()), model, QUESTIONS / 4);
            }
        }
        try (StoreReader dead = StoreReader.open(directory)) {
            compare(QueryEngine.over(dead), model, QUESTIONS / 4);
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
                "%d metrics over %s equal the model, %d of them have numbers, %d several series; seed %d%n",
                asked, where, answered, several, seed);
        assertThat(2 * answered).as("metrics with numbers, seed %d", seed).isGreaterThanOrEqualTo(asked);
        assertThat(4 * several).as("metrics of several series, seed %d", seed).isGreaterThanOrEqualTo(asked);
    }

    private void compare(QueryEngine engine, List<ModelSpan> all, int count) {
        NaiveTraces traces = new NaiveTraces(all);
        PipelineGenerator pipelines = new PipelineGenerator(traces, all, random);
        for (int i = 0; i < count; i++) {
            MetricsQuery query = query(pipelines);
            Steps steps = steps(all.size() / 6);
            Map<List<Label>, Map<Integer, Double>> expected = NaiveSeries.answer(traces, query, steps);
            for (int tries = 0; tries < 20 && expected.size() < 1 + i % 2; tries++) {
                query = query(pipelines);
                steps = steps(all.size() / 6);
                expected = NaiveSeries.answer(traces, query, steps);
            }
            SeriesAnswer answer = engine.series(query, steps);
            check(answer, expected, query + " over " + steps + ", seed " + seed);
            asked++;
            answered += expected.isEmpty() ? 0 : 1;
            several += expected.size() > 1 ? 1 : 0;
        }
    }

    private MetricsQuery query(PipelineGenerator pipelines) {
        Metric metric = random.nextInt(8) == 0 ? contrast(pipelines) : metric(pipelines, random.nextInt(3));
        return new MetricsQuery(metric, 0, one(QuantileRule.values()));
    }

    private Contrast contrast(PipelineGenerator pipelines) {
        Pipeline spans = random.nextBoolean() ? Pipeline.of(Filter.all()) : chosen(pipelines);
        long from = random.nextBoolean() ? Contrast.ANY_TIME : BASE_NANOS + random.nextInt(100) * MILLI;
        long to = from < 0 ? Contrast.ANY_TIME : from + 1 + random.nextInt(100) * MILLI;
        return new Contrast(spans, one(SELECTIONS), 1 + random.nextInt(12), from, to);
    }

    private static void check(SeriesAnswer answer, Map<List<Label>, Map<Integer, Double>> expected, String context) {
        assertThat(answer.outcome().complete()).as(context).isTrue();
        assertThat(answer.series())
                .as(context)
                .extracting(Series::labels)
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
        for (Series series : answer.series()) {
            Map<Integer, Double> values = expected.get(series.labels());
            for (int i = 0; i < answer.steps().count(); i++) {
                double value = values.getOrDefault(i, Double.NaN);
                if (Double.isFinite(value)) {
                    assertThat(series.value(i))
                            .as("%s, %s at %d", context, series.labels(), i)
                            .isCloseTo(value, within(Math.abs(value) * 1e-9 + 1e-300));
                } else {
                    assertThat(series.value(i))
                            .as("%s, %s at %d", context, series.labels(), i)
                            .isEqualTo(Double.valueOf(value));
                }
            }
        }
    }

    private Steps steps(int traces) {
        long first = BASE_NANOS + random.nextInt(traces) * MILLI / 2;
        long last = first + MILLI + random.nextInt(traces) * MILLI;
        return switch (random.nextInt(5)) {
            case 0 -> Steps.instant(first, last);
            case 1 -> Steps.instant(0, Long.MAX_VALUE);
            case 2 -> Steps.range(0, 3_000, 500);
            default -> Steps.range(first, last, (last - first) / (1 + random.nextInt(20)));
        };
    }

    private Metric metric(PipelineGenerator pipelines, int depth) {
        if (depth == 0) {
            return sampling(pipelines);
        }
        return switch (random.nextInt(5)) {
            case 0 ->
                new Metric.Threshold(
                        metric(pipelines, depth - 1), one(OPERATORS), new Operand.Whole(random.nextInt(4), false));
            case 1 -> new Metric.Ranked(metric(pipelines, depth - 1), random.nextBoolean(), 1 + random.nextInt(3));
            case 2 ->
                new Metric.Calculated(
                        metric(pipelines, depth - 1), one(SUMS), new Metric.Fixed(new Operand.Fraction(2.5)));
            case 3 -> {
                Sampling one = sampling(pipelines);
                Sampling other = sampling(pipelines);
                Sampling alike = new Sampling(other.spans(), other.function(), other.of(), other.quantiles(), one.by());
                yield new Metric.Calculated(one, one(SUMS), random.nextBoolean() ? alike : other);
            }
            default -> sampling(pipelines);
        };
    }

    private Sampling sampling(PipelineGenerator pipelines) {
        Pipeline spans = random.nextBoolean() ? Pipeline.of(Filter.all()) : chosen(pipelines);
        MetricFunction function = one(MetricFunction.values());
        List<Double> quantiles =
                function == MetricFunction.QUANTILE_OVER_TIME ? List.of(0.0, random.nextDouble(), 1.0) : List.of();
        List<Field> by = Stream.generate(() -> one(LABELS))
                .limit(random.nextInt(3))
                .distinct()
                .toList();
        return new Sampling(
                spans, function, function.takesField() ? one(NUMBERS) : null, quantiles, new ArrayList<>(by));
    }

    /** A metric has no use for fields that its pipeline selects. */
    private Pipeline chosen(PipelineGenerator pipelines) {
        Pipeline made = random.nextInt(3) == 0 ? pipelines.related() : pipelines.next();
        return new Pipeline(made.stages().stream()
                .filter(stage -> !(stage instanceof Selection))
                .toList());
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
