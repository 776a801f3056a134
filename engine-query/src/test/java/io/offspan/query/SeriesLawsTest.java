package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.series.Label;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/** What numbers over time owe each other, whatever the spans. */
class SeriesLawsTest {
    private static final long BASE_NANOS = 1_675_079_501_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final int SPANS = 400;
    private static final int TRACES = SPANS / 6;

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TestBlocks blocks = TestBlocks.of(RandomTraces.requests(SPANS, random), 50);
    private final QueryEngine engine = new QueryEngine(blocks::leaves);
    private final long step = MILLI * (1 + random.nextInt(9));
    private final Steps steps =
            Steps.range(BASE_NANOS + random.nextInt(TRACES) * MILLI / 2, BASE_NANOS + TRACES * MILLI, step);

    private List<Series> ask(String query, Steps over) {
        return engine.series(TraceQl.parseMetrics(query), over).series();
    }

    private double[] only(String query, Steps over) {
        List<Series> series = ask(query, over);
        return series.isEmpty() ? new double[over.count()] : series.get(0).values();
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Double.isNaN(value) ? 0 : value;
        }
        return sum;
    }

    @RepeatedTest(3)
    void ratesTimesSecondsAreCountsAndCountsAreWhatASearchFinds() {
        double[] rates = only("{ } | rate()", steps);
        double[] counts = only("{ } | count_over_time()", steps);
        for (int i = 0; i < counts.length; i++) {
            assertThat(rates[i] * steps.seconds()).as("seed %d", seed).isCloseTo(counts[i], within(1e-9));
        }
        Query all = Query.all().from(steps.fromNanos() + 1).to(steps.toNanos() + 1);
        assertThat(sum(counts)).as("seed %d", seed).isEqualTo(engine.count(all)).isPositive();
    }

    @RepeatedTest(3)
    void groupsSumToTheWhole() {
        for (String by : List.of("name", "kind", "status", "resource.service.name", ".a", "name, kind", "rootName")) {
            double[] whole = only("{ } | count_over_time()", steps);
            for (Series series : ask("{ } | count_over_time() by(" + by + ")", steps)) {
                for (int i = 0; i < whole.length; i++) {
                    whole[i] -= series.value(i);
                }
            }
            assertThat(whole).as("by %s, seed %d", by, seed).containsOnly(0);
        }
    }

    @RepeatedTest(3)
    void smallStepsJoinedAreALargeOneAndRangesJoinedAreOne() {
        Steps large = new Steps(steps.fromNanos(), steps.stepNanos() * steps.count(), 1);
        for (String query : List.of("{ } | count_over_time()", "{ kind = server } >> { } | count_over_time()")) {
            assertThat(sum(only(query, steps))).as("seed %d", seed).isEqualTo(sum(only(query, large)));
        }
        int half = steps.count() / 2;
        if (half > 0) {
            double[] first = only("{ } | count_over_time()", new Steps(steps.fromNanos(), step, half));
            double[] second = only(
                    "{ } | count_over_time()", new Steps(steps.fromNanos() + half * step, step, steps.count() - half));
            double[] whole = only("{ } | count_over_time()", steps);
            for (int i = 0; i < whole.length; i++) {
                assertThat(i < half ? first[i] : second[i - half])
                        .as("seed %d", seed)
                        .isEqualTo(whole[i]);
            }
        }
    }

    @RepeatedTest(3)
    void quantilesRiseFromTheLeastToTheGreatestAndBucketsHoldAll() {
        String quantiles = "{ } | quantile_over_time(duration, 0, .1, .5, .9, .99, 1) by(kind)";
        List<Series> least = ask("{ } | min_over_time(duration) by(kind)", steps);
        List<Series> greatest = ask("{ } | max_over_time(duration) by(kind)", steps);
        List<Series> found = ask(quantiles, steps);
        assertThat(found).as("seed %d", seed).hasSize(6 * least.size());
        for (int i = 0; i < found.size(); i++) {
            for (int at = 0; at < steps.count(); at++) {
                double value = found.get(i).value(at);
                double lower = i % 6 == 0
                        ? least.get(i / 6).value(at)
                        : found.get(i - 1).value(at);
                double upper = greatest.get(i / 6).value(at);
                if (Double.isNaN(upper)) {
                    assertThat(value).as("seed %d", seed).isNaN();
                } else {
                    assertThat(value).as("seed %d", seed).isBetween(lower, upper);
                    assertThat(i % 6 == 0 ? lower : upper)
                            .as("seed %d", seed)
                            .isEqualTo(i % 6 == 0 || i % 6 == 5 ? value : upper);
                }
            }
        }
        double buckets = ask("{ duration >= 2ns } | histogram_over_time(duration)", steps).stream()
                .peek(each -> assertThat(each.labels()).extracting(Label::key).containsExactly(Label.BUCKET))
                .mapToDouble(each -> sum(each.values()))
                .sum();
        assertThat(buckets).as("seed %d", seed).isEqualTo(sum(only("{ duration >= 2ns } | count_over_time()", steps)));
    }

    @RepeatedTest(3)
    void bothSidesOfAComparisonAreTheSpansByEachValue() {
        for (String selection : List.of("{ status = error }", "{ .a = 1 }", "{ }", "{ false }")) {
            for (String by : List.of("name", "kind", "resource.service.name", "span.a", "event.a")) {
                Map<Label, double[]> counts = new HashMap<>();
                for (Series series : ask("{ } | compare(" + selection + ", 1000)", steps)) {
                    Label of = series.labels().get(1);
                    if (of.key().equals(by)) {
                        double[] sum = counts.computeIfAbsent(of, key -> new double[steps.count()]);
                        for (int i = 0; i < sum.length; i++) {
                            sum[i] += series.value(i);
                        }
                    }
                }
                double[] total = new double[steps.count()];
                for (Series series : ask("{ } | count_over_time() by(" + by + ")", steps)) {
                    Label of = series.labels().get(0);
                    if (of.value() != null) {
                        assertThat(counts.remove(of))
                                .as("%s by %s, seed %d", selection, of, seed)
                                .isEqualTo(series.values());
                        for (int i = 0; i < total.length; i++) {
                            total[i] += series.value(i);
                        }
                    }
                }
                assertThat(counts.remove(new Label(by, null)))
                        .as("%s by %s, seed %d", selection, by, seed)
                        .isEqualTo(sum(total) == 0 ? null : total);
                assertThat(counts).as("%s by %s, seed %d", selection, by, seed).isEmpty();
            }
        }
    }

    @RepeatedTest(3)
    void quantilesAreTheSameHoweverFewNumbersAreKept() {
        for (String by : List.of("", " by(kind)", " by(name, .a)")) {
            for (String of : List.of("duration", ".a", "trace:duration", "event:timeSinceStart")) {
                MetricsQuery query =
                        TraceQl.parseMetrics("{ } | quantile_over_time(" + of + ", 0, .3, .5, .99, 1)" + by);
                for (Steps over : List.of(steps, new Steps(steps.fromNanos(), steps.stepNanos() * steps.count(), 1))) {
                    String kept = engine.series(query, over).series().toString();
                    for (int values : new int[] {0, 1, 10, 100, 300}) {
                        SeriesLimits few = new SeriesLimits(10_000, 10_000_000, values);
                        assertThat(engine.series(query, over, few).series().toString())
                                .as("%s over %s with %d numbers, seed %d", query, over, values, seed)
                                .isEqualTo(kept);
                    }
                }
            }
        }
    }

    @RepeatedTest(3)
    void whatIsRankedOrComparedIsPartOfTheWholeAndOfEachTimeNoMore() {
        List<Series> all = ask("{ } | count_over_time() by(name)", steps);
        List<Series> top = ask("{ } | count_over_time() by(name) | topk(2)", steps);
        for (int at = 0; at < steps.count(); at++) {
            int i = at;
            assertThat(top.stream().filter(series -> !Double.isNaN(series.value(i))))
                    .as("seed %d", seed)
                    .hasSize(Math.min(2, all.size()));
        }
        double above = ask("{ } | count_over_time() by(name) > 1", steps).stream()
                .mapToDouble(each -> sum(each.values()))
                .sum();
        double below = ask("{ } | count_over_time() by(name) <= 1", steps).stream()
                .mapToDouble(each -> sum(each.values()))
                .sum();
        assertThat(above + below).as("seed %d", seed).isEqualTo(sum(only("{ } | count_over_time()", steps)));
    }
}
