package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.discover.Latency;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.RatesCounter;
import io.offspan.query.discover.RatesOrder;
import io.offspan.query.discover.SpanRates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans, errors and durations by group. */
class RatesTest {
    private static final int SPANS = 9_000;
    private static final Attribute NUMBER = new Attribute(AttributeScope.SPAN, "number");

    @TempDir
    Path temporary;

    private SpanStore store;
    private QueryEngine engine;

    @BeforeEach
    void fill() {
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(60))
                .build();
        store = SpanStore.open(temporary.resolve("store"), config);
        engine = QueryEngine.over(store.reader());
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < SPANS; i++) {
            int name = i % 3;
            // Those of "b" take 1 to 3,000 ns in some order, those of "a" have no end, those of "c" take 7 ns.
            long duration = name == 1 ? 1 + i / 3 * 7L % 3_000 : 7;
            draft.clear()
                    .ids(1, 1 + i, 1)
                    .name(List.of("a", "b", "c").get(name))
                    .times(1_000 + i, 1_000 + i + duration);
            if (name == 0) {
                draft.end(0);
            }
            if (name == 2 && i % 2 == 0) {
                draft.status(SpanStatus.ERROR);
            }
            store.append(draft.attribute("number", i));
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static String name(SpanRates rates) {
        return ((Value.StringValue) rates.values().get(0)).value();
    }

    private List<String> names(RatesOrder order) {
        return engine.discover(Query.all()).rates(order, Intrinsic.NAME).rows().stream()
                .map(RatesTest::name)
                .toList();
    }

    @Test
    void spansErrorsAndDurationsAreThoseOfTheGroup() {
        List<SpanRates> rows = engine.discover(Query.all())
                .rates(RatesOrder.SPANS, Intrinsic.NAME)
                .rows();
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0)).isEqualTo(new SpanRates(List.of(Value.of("a")), SPANS / 3, 0, new Latency(-1, -1, -1)));
        assertThat(rows.get(2))
                .isEqualTo(new SpanRates(List.of(Value.of("c")), SPANS / 3, SPANS / 6, new Latency(7, 7, 7)));
        Latency latency = rows.get(1).latency();
        assertThat((double) latency.p50Nanos()).isBetween(1_500 * 0.996, 1_500 * 1.004);
        assertThat((double) latency.p95Nanos()).isBetween(2_850 * 0.996, 2_850 * 1.004);
        assertThat((double) latency.p99Nanos()).isBetween(2_970 * 0.996, 2_970 * 1.004);
    }

    @Test
    void theOrderSaysWhichComeFirstAndTheLimitHowMany() {
        assertThat(names(RatesOrder.SPANS)).containsExactly("a", "b", "c");
        assertThat(names(RatesOrder.ERRORS)).containsExactly("c", "a", "b");
        assertThat(names(RatesOrder.P50)).containsExactly("b", "c", "a");
        assertThat(names(RatesOrder.P99)).containsExactly("b", "c", "a");
        Listing<SpanRates> first = engine.discover(Query.all().limit(1)).rates(RatesOrder.P95, Intrinsic.NAME);
        assertThat(first.rows()).hasSize(1);
        assertThat(first.beyond()).isEqualTo(2);
    }

    @Test
    void theQueryChoosesTheSpans() {
        Listing<SpanRates> found = engine.discover(
                        Query.traceQl("{ status = error }").from(1_000).to(1_000 + 600))
                .rates(RatesOrder.SPANS, Intrinsic.NAME, Intrinsic.KIND);
        assertThat(found.rows()).hasSize(1);
        assertThat(found.rows().get(0).spans()).isEqualTo(100);
        assertThat(found.rows().get(0).errors()).isEqualTo(100);
    }

    @Test
    void moreGroupsThanAllowedAreRefusedByName() {
        assertThatThrownBy(() -> engine.discover(Query.all()).rates(RatesOrder.SPANS, NUMBER))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("more than " + RatesCounter.MAX_GROUPS + " groups");
        assertThatThrownBy(() -> engine.discover(Query.all()).rates(RatesOrder.SPANS))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("0 fields");
    }
}
