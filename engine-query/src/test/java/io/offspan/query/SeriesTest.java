package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Value;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.series.Exemplar;
import io.offspan.query.series.Label;
import io.offspan.query.series.Sample;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Numbers over time of {@link NamedSpans}, which start from 1 to 3.002 s. */
class SeriesTest {
    private static final long MS = 1_000_000;
    private static final Steps SECONDS = Steps.range(1_000 * MS, 3_500 * MS, 1_000 * MS);

    private final TestBlocks blocks = NamedSpans.blocks(3);
    private final QueryEngine engine = new QueryEngine(blocks::leaves);

    private List<Series> ask(String query) {
        return engine.series(TraceQl.parseMetrics(query), SECONDS).series();
    }

    /** Series as {@code a=x,b=1: 1000=2.0 2000=0.0}. */
    private List<String> text(String query) {
        return ask(query).stream()
                .map(one -> one.labels().stream()
                                .map(label -> label.key() + "=" + label.value())
                                .collect(Collectors.joining(","))
                        + ": "
                        + one.samples().stream()
                                .map(sample -> sample.millis() + "=" + sample.value())
                                .collect(Collectors.joining(" ")))
                .toList();
    }

    @Test
    void aSpanCountsInTheIntervalThatItsStartEndsOrIsWithin() {
        assertThat(text("{ } | count_over_time()"))
                .containsExactly("__name__=count_over_time: 1000=1.0 2000=3.0 3000=2.0 4000=2.0");
        assertThat(text("{ } | rate()")).containsExactly("__name__=rate: 1000=1.0 2000=3.0 3000=2.0 4000=2.0");
        assertThat(engine.series(
                                "{ } | rate()",
                                Instant.ofEpochSecond(0),
                                Instant.ofEpochSecond(4),
                                Duration.ofSeconds(2))
                        .series()
                        .get(0)
                        .samples())
                .containsExactly(new Sample(0, 0), new Sample(2_000, 2), new Sample(4_000, 2));
    }

    @Test
    void anInstantIsOneIntervalThatItsBeginningDoesNotBelongTo() {
        Steps steps = Steps.instant(1_000 * MS, 3_000 * MS);
        assertThat(engine.series(TraceQl.parseMetrics("{ } | count_over_time()"), steps)
                        .series()
                        .get(0)
                        .samples())
                .containsExactly(new Sample(3_000, 5));
        assertThat(engine.series(TraceQl.parseMetrics("{ } | rate()"), steps)
                        .series()
                        .get(0)
                        .samples())
                .containsExactly(new Sample(3_000, 2.5));
    }

    @Test
    void seriesHaveTheValuesThatTheirSpansHaveInCommon() {
        assertThat(text("{ } | count_over_time() by(resource.service.name)"))
                .containsExactly(
                        "resource.service.name=cart: 1000=0.0 2000=2.0 3000=0.0 4000=1.0",
                        "resource.service.name=db: 1000=0.0 2000=1.0 3000=1.0 4000=0.0",
                        "resource.service.name=web: 1000=1.0 2000=0.0 3000=1.0 4000=1.0");
        assertThat(text("{ name < \"d\" } | count_over_time() by(kind, span.x)"))
                .containsExactly(
                        "kind=client,span.x=2: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "kind=internal,span.x=2.0: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "kind=server,span.x=1: 1000=1.0 2000=0.0 3000=0.0 4000=0.0");
    }

    @Test
    void aLabelWithoutAValueIsLeftOutUnlessAllAre() {
        assertThat(ask("{ name = \"f\" || name = \"g\" } | count_over_time() by(span.x, resource.region)"))
                .extracting(Series::labels)
                .containsExactly(
                        List.of(new Label("resource.region", Value.of("us"))),
                        List.of(new Label("span.x", Value.of(7)), new Label("resource.region", Value.of("eu"))));
        assertThat(ask("{ name = \"d\" } | count_over_time() by(span.x, resource.region)"))
                .extracting(Series::labels)
                .containsExactly(List.of(new Label("span.x", null)));
    }

    @Test
    void theRootOfATraceIsALabelLikeOthers() {
        assertThat(text("{ name > \"c\" } | count_over_time() by(rootName)"))
                .containsExactly(
                        "rootName=null: 1000=0.0 2000=1.0 3000=1.0 4000=0.0",
                        "rootName=f: 1000=0.0 2000=0.0 3000=1.0 4000=2.0");
    }

    @Test
    void anEmptyArrayOfAParentIsAValue() {
        byte[] empty = Value.of(List.of()).encode();
        TestBlocks family = new TestBlocks(10)
                .add(draft -> draft.ids(0, 1, 1).times(1_500 * MS, 1_600 * MS).attributeAnyValue("list", empty))
                .add(draft -> draft.ids(0, 1, 2).parent(1).times(1_500 * MS, 1_600 * MS));
        assertThat(new QueryEngine(family::leaves)
                        .series(TraceQl.parseMetrics("{ span:parentID != \"\" } | rate() by(parent.list)"), SECONDS)
                        .series())
                .extracting(Series::labels)
                .containsExactly(List.of(new Label("parent.list", Value.of(List.of()))));
    }

    @Test
    void durationsAreSecondsAndIntervalsWithoutANumberHaveNoSample() {
        assertThat(text("{ } | max_over_time(duration) by(resource.service.name)"))
                .containsExactly(
                        "resource.service.name=cart: 2000=0.05 4000=0.008",
                        "resource.service.name=db: 2000=0.03 3000=0.3",
                        "resource.service.name=web: 1000=0.1 3000=0.005 4000=0.001");
        assertThat(text("{ } | min_over_time(duration)"))
                .containsExactly("__name__=min_over_time: 1000=0.1 2000=0.01 3000=0.005 4000=0.001");
        assertThat(text("{ } | sum_over_time(span.x)"))
                .containsExactly("__name__=sum_over_time: 1000=1.0 2000=4.0 4000=7.0");
        assertThat(text("{ } | avg_over_time(duration)"))
                .containsExactly("__name__=avg_over_time: 1000=0.1 2000=0.03 3000=0.1525 4000=0.0045");
        assertThat(text("{ } | sum_over_time(span.t)")).isEmpty();
    }

    @Test
    void aQuantileIsTheNumberOfASpanUnlessBucketsAreAskedFor() {
        assertThat(text("{ } | quantile_over_time(duration, 0, .5, 1)"))
                .containsExactly(
                        "p=0.0: 1000=0.1 2000=0.01 3000=0.005 4000=0.001",
                        "p=0.5: 1000=0.1 2000=0.03 3000=0.005 4000=0.001",
                        "p=1.0: 1000=0.1 2000=0.05 3000=0.3 4000=0.008");
        assertThat(text("{ } | quantile_over_time(duration, 1) with (quantile=\"log2\")"))
                .containsExactly("p=1.0: 1000=0.134217728 2000=0.067108864 3000=0.536870912 4000=0.008388608");
    }

    @Test
    void aHistogramHasASeriesForEachPowerOfTwo() {
        assertThat(text("{ } | histogram_over_time(span.x)"))
                .containsExactly(
                        "__bucket=2.0: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "__bucket=8.0: 1000=0.0 2000=0.0 3000=0.0 4000=1.0");
    }

    @Test
    void metricsAreCalculatedWithEachOther() {
        assertThat(text("({ status = error } | rate()) / ({ } | count_over_time()) * 100"))
                .containsExactly(
                        "__name__=(rate / count_over_time): 1000=0.0 2000=" + 1 / 3.0 * 100 + " 3000=0.0 4000=0.0");
        assertThat(text("({ } | rate() by(resource.service.name)) / ({ } | rate())"))
                .containsExactly(
                        "resource.service.name=cart: 1000=0.0 2000=" + 2 / 3.0 + " 3000=0.0 4000=0.5",
                        "resource.service.name=db: 1000=0.0 2000=" + 1 / 3.0 + " 3000=0.5 4000=0.0",
                        "resource.service.name=web: 1000=1.0 2000=0.0 3000=0.5 4000=0.5");
        assertThat(text("({ } | rate() by(name)) - ({ name < \"c\" } | rate() by(name)) != 7 "))
                .containsExactly(
                        "name=a: 1000=0.0 2000=0.0 3000=0.0 4000=0.0", "name=b: 1000=0.0 2000=0.0 3000=0.0 4000=0.0");
        assertThat(text("1 / ({ } | sum_over_time(span.zero))")).isEmpty();
    }

    private List<String> compared(String query, String field) {
        return text(query).stream()
                .filter(one -> one.contains("," + field + "="))
                .toList();
    }

    @Test
    void aComparisonCountsWhatSpansOfBothSidesHave() {
        String query = "{ name < \"d\" } | compare({ status = error })";
        assertThat(compared(query, "kind"))
                .containsExactly(
                        "__meta_type=baseline,kind=internal: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "__meta_type=baseline,kind=server: 1000=1.0 2000=0.0 3000=0.0 4000=0.0",
                        "__meta_type=baseline_total,kind=null: 1000=1.0 2000=1.0 3000=0.0 4000=0.0",
                        "__meta_type=selection,kind=client: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "__meta_type=selection_total,kind=null: 1000=0.0 2000=1.0 3000=0.0 4000=0.0");
        // Of two events, the first that has the key.
        assertThat(compared(query, "event.msg"))
                .containsExactly(
                        "__meta_type=selection,event.msg=bad: 1000=0.0 2000=1.0 3000=0.0 4000=0.0",
                        "__meta_type=selection_total,event.msg=null: 1000=0.0 2000=1.0 3000=0.0 4000=0.0");
        assertThat(text(query))
                .noneMatch(one -> one.matches(".*,(duration|span:id|span:start|rootName|trace:.*|nestedSet.*)=.*"));
    }

    @Test
    void aComparisonTellsTheValuesThatMostSpansHaveAndWhereThereAreMore() {
        assertThat(compared("{ } | compare({ false }, 1)", "resource.service.name"))
                .containsExactly(
                        "__meta_error=__too_many_values__,resource.service.name=null: ",
                        "__meta_type=baseline,resource.service.name=cart: 1000=0.0 2000=2.0 3000=0.0 4000=1.0",
                        "__meta_type=baseline_total,resource.service.name=null: 1000=1.0 2000=3.0 3000=2.0 4000=2.0");
    }

    @Test
    void theSelectionOfAComparisonMayBeOneOfATimeAndAskForWholeTraces() {
        assertThat(compared("{ } | compare({ }, 10, 2000000000, 3001000000)", "name"))
                .filteredOn(one -> one.startsWith("__meta_type=selection,"))
                .extracting(one -> one.split("[,:]")[1])
                .containsExactly("name=e", "name=f", "name=g");
        assertThat(compared("{ } | compare({ rootName = \"a\" && span:childCount > 0 })", "name"))
                .filteredOn(one -> one.startsWith("__meta_type=selection,"))
                .extracting(one -> one.split("[,:]")[1])
                .containsExactly("name=a", "name=b");
    }

    @Test
    void ofAFieldWithMoreValuesThanAreComparedOnlyTheSpansThatHaveAnyAreCounted() {
        TestBlocks many = new TestBlocks(10);
        for (int i = 0; i < 30; i++) {
            int number = i;
            many.add(draft -> draft.ids(0, 1, 1 + number)
                    .times(1_500 * MS, 1_600 * MS)
                    .name("n" + number)
                    .kind(number % 2));
        }
        List<String> found = new QueryEngine(many::leaves)
                        .series(
                                TraceQl.parseMetrics("{ } | compare({ kind = internal })"),
                                Steps.instant(1_000 * MS, 2_000 * MS),
                                new SeriesLimits(10, 10_000, 0))
                        .series()
                        .stream()
                        .map(one -> one.labels().get(0).value() + " "
                                + one.labels().get(1).key() + "="
                                + one.labels().get(1).value() + " " + one.value(0))
                        .toList();
        assertThat(found)
                .contains(
                        "__too_many_values__ name=null NaN",
                        "baseline_total name=null 15.0",
                        "selection_total name=null 15.0",
                        "baseline kind=unspecified 15.0",
                        "selection kind=internal 15.0")
                .noneMatch(one -> one.matches(".*name=n\\d.*"));
    }

    @Test
    void ofEachTimeTheGreatestOrTheLeastNumbersStay() {
        assertThat(text("{ } | count_over_time() by(resource.service.name) | topk(1)"))
                .containsExactly(
                        "resource.service.name=cart: 2000=2.0 4000=1.0",
                        "resource.service.name=db: 3000=1.0",
                        "resource.service.name=web: 1000=1.0");
        assertThat(text("{ } | count_over_time() by(resource.service.name) > 0 | bottomk(1)"))
                .containsExactly(
                        "resource.service.name=cart: 4000=1.0",
                        "resource.service.name=db: 2000=1.0 3000=1.0",
                        "resource.service.name=web: 1000=1.0");
        assertThat(text("{ } | max_over_time(duration) > 50ms"))
                .containsExactly("__name__=max_over_time: 1000=0.1 3000=0.3");
    }

    @Test
    void wholeTracesAreAskedBeforeTheirSpansAreCountedByTheirStart() {
        assertThat(text("{ name = \"a\" } >> { } | count_over_time()"))
                .containsExactly("__name__=count_over_time: 1000=0.0 2000=2.0 3000=0.0 4000=0.0");
        Steps late = Steps.range(1_015 * MS, 1_100 * MS, 10 * MS);
        // The span a starts before the range, and its trace is asked as a whole.
        assertThat(engine.series(TraceQl.parseMetrics("{ name = \"a\" } >> { } | count_over_time() > 0"), late)
                        .series()
                        .get(0)
                        .samples())
                .containsExactly(new Sample(1_010, 1), new Sample(1_020, 1));
    }

    @Test
    void exemplarsAreSpansOfTheSeriesAndTheSameEachTime() {
        assertThat(ask("{ } | rate()").get(0).exemplars()).isEmpty();
        List<Exemplar> found = ask("{ } | max_over_time(duration) with (exemplars=true)")
                .get(0)
                .exemplars();
        assertThat(found).hasSize(3).extracting(Exemplar::traceId).doesNotHaveDuplicates();
        assertThat(found).allSatisfy(each -> assertThat(each.value()).isBetween(0.001, 0.3));
        assertThat(new QueryEngine(NamedSpans.blocks(1)::leaves)
                        .series(TraceQl.parseMetrics("{ } | max_over_time(duration) with (exemplars=true)"), SECONDS)
                        .series()
                        .get(0)
                        .exemplars())
                .isEqualTo(found);
        assertThat(ask("{ } | count_over_time() with (exemplars=2)").get(0).exemplars())
                .hasSize(2);
        assertThat(ask("{ name = \"b\" } | count_over_time() > 0 with (exemplars=5)")
                        .get(0)
                        .exemplars())
                .extracting(Exemplar::spanId, Exemplar::value)
                .containsExactly(org.assertj.core.api.Assertions.tuple(2L, 1.0));
    }

    @Test
    void whatFindsNothingHasNoSeries() {
        assertThat(ask("{ false } | rate()")).isEmpty();
        assertThat(ask("{ name = \"z\" } | rate() by(name) | topk(3)")).isEmpty();
        assertThat(ask("({ false } | rate()) + ({ } | rate())")).isEmpty();
    }

    @Test
    void whatEndsEarlySaysSoAndHasNoSeries() {
        PreparedSeries question =
                engine.prepare(TraceQl.parseMetrics("{ } | rate() by(span.x)"), SECONDS, SeriesLimits.DEFAULT);
        assertThat(question.run().series()).isNotEmpty();
        SeriesAnswer late = engine.series(
                TraceQl.parseMetrics("({ } | rate() by(span.x)) / ({ } | rate())"),
                SECONDS,
                SeriesLimits.DEFAULT.within(Duration.ofNanos(1)));
        assertThat(late.outcome().ending()).isEqualTo(Ending.OUT_OF_TIME);
        assertThat(late.series()).isEmpty();
        PreparedSeries[] asked = new PreparedSeries[1];
        QueryEngine watched = new QueryEngine(() -> blocks.leaves().watched(() -> asked[0].cancel()));
        asked[0] = watched.prepare(TraceQl.parseMetrics("{ } | rate()"), SECONDS, SeriesLimits.DEFAULT);
        SeriesAnswer cut = asked[0].run();
        assertThat(cut.outcome().ending()).isEqualTo(Ending.CANCELLED);
        assertThat(cut.series()).isEmpty();
        assertThatThrownBy(() -> SeriesLimits.DEFAULT.within(Duration.ZERO)).hasMessageContaining("longer than 0");
    }

    @Test
    void aQuestionSaysHowTheSpansOfItsFunctionsAreLookedFor() {
        PreparedSeries question = engine.prepare(
                TraceQl.parseMetrics("({ name = \"a\" } | rate()) / ({ } | rate()) > 0 | topk(1)"),
                SECONDS,
                SeriesLimits.DEFAULT);
        assertThat(question.explain()).extracting(LeafPlans::residual).containsExactly("name = \"a\"", "");
        assertThat(engine.series(
                                TraceQl.parseMetrics("({ } >> { } | rate()) + ({ } | count() > 1 | rate())"),
                                SECONDS,
                                SeriesLimits.DEFAULT)
                        .outcome()
                        .tracesGrouped())
                .isEqualTo(6);
    }

    @Test
    void damageIsToldBesideTheSeries() {
        QueryEngine damaged = new QueryEngine(() -> blocks.leaves().damaged(0));
        assertThat(damaged.series(TraceQl.parseMetrics("{ } | rate()"), SECONDS)
                        .outcome()
                        .blocksDamaged())
                .isEqualTo(1);
    }

    @Test
    void blocksOutsideTheRangeAreNotRead() {
        Steps last = Steps.instant(3_000 * MS, 4_000 * MS);
        QueryEngine ofOne = new QueryEngine(NamedSpans.blocks(1)::leaves);
        assertThat(ofOne.series(TraceQl.parseMetrics("{ } | rate()"), last)
                        .outcome()
                        .blocksRead())
                .isLessThan(5);
    }

    @Test
    void whatTakesTooMuchMemoryIsRefusedByTheNameOfItsLimit() {
        refused("{ } | rate() by(name)", new SeriesLimits(7, 1_000, 10), "more than 7 series (SeriesLimits.series)");
        refused("{ } | rate() by(name)", new SeriesLimits(8, 31, 10), "more than 31 numbers");
        refused("{ } | quantile_over_time(duration, .5)", new SeriesLimits(8, 23, 0), "more than 23 numbers");
        refused("{ } | compare({ .x = 1 })", new SeriesLimits(6, 9_000, 0), "a comparison of more than 6 attributes");
        refused("{ } | compare({ .x = 1 })", new SeriesLimits(99, 72, 0), "more values than fit into 72 numbers");
        assertThatThrownBy(() -> engine.series(
                        TraceQl.parseMetrics("{ } | compare({ .x = 1 })"),
                        Steps.range(1_000 * MS, 3_500 * MS, MS),
                        new SeriesLimits(99, 20_000, 0)))
                .hasMessageContaining("more than 20000 numbers");
        assertThat(engine.series(TraceQl.parseMetrics("{ } | rate() by(name)"), SECONDS, new SeriesLimits(8, 32, 0))
                        .series())
                .hasSize(8);
    }

    private void refused(String query, SeriesLimits limits, String message) {
        assertThatThrownBy(() -> engine.series(TraceQl.parseMetrics(query), SECONDS, limits))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.LIMIT))
                .hasMessageContaining(message);
    }
}
