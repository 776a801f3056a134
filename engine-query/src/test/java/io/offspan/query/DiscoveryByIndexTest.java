package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.discover.GroupCounts;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.discover.ValueCount;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.ScanOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the terms of an index tell is counted without a look at the spans, as a scan counts it; what they do not tell is scanned. */
class DiscoveryByIndexTest {
    private static final int SPANS = 3_000;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(128)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();
    private static final Filter GETS = Filter.name("GET");
    /** What takes more than the postings of one term. */
    private static final List<String> SEVERAL = List.of(
            "{ name = \"GET\" && span.retries = 3 }",
            "{ name = \"GET\" && span.retries = 3 && name != \"POST 1\" }",
            "{ name = \"GET\" || span.retries = 3 }",
            "{ name != \"GET\" }",
            "{ span.http.route =~ \"/api/1.*\" && kind = server }");

    @TempDir
    Path temporary;

    private QueryEngine indexed;
    private QueryEngine scanned;

    @Test
    void termsCountWhatTheyTellAndSpansTheRest() {
        Path directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
                StoreReader other = StoreReader.open(directory)) {
            fill(store);
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            while (index.doWork() > 0) {}
            indexed = QueryEngine.over(store.reader());
            scanned = QueryEngine.over(other);

            assertThat(by(Query.all(), Intrinsic.NAME)).isZero();
            assertThat(by(Query.all(), Intrinsic.KIND)).isZero();
            assertThat(by(Query.all(), Intrinsic.KIND, Intrinsic.STATUS)).isZero();
            assertThat(by(Query.where(GETS), Intrinsic.STATUS)).isZero();
            assertThat(by(Query.where(GETS), Intrinsic.STATUS, Intrinsic.KIND)).isEqualTo(SPANS / 3);
            assertThat(by(Query.all(), Filter.spanAttribute("http.route"))).isEqualTo(SPANS);
            assertThat(by(Query.all(), Intrinsic.SERVICE))
                    .as("spans without a service look to an index as those of an empty one")
                    .isEqualTo(SPANS);
            assertThat(values(Query.all(), "http.route", "/api/1")).isZero();
            assertThat(values(Query.all(), "retries", "")).isZero();
            assertThat(values(Query.all(), "nowhere", "")).isZero();
            assertThat(values(Query.where(GETS), "retries", "")).isZero();
            assertThat(values(Query.where(GETS).from(100), "retries", "")).isPositive();
            assertThat(values(Query.all(), "long", ""))
                    .as("a text that is too long for a term")
                    .isPositive();
            assertThat(values(Query.where(Filter.status(SpanStatus.ERROR)), "unique", ""))
                    .as("more terms than spans")
                    .isPositive();
            assertThat(keys(Query.all(), "")).isZero();
            assertThat(keys(Query.all(), "http.")).isZero();
            assertThat(keys(Query.where(GETS), "")).isZero();
            assertThat(keys(Query.where(GETS).from(100), "")).isPositive();
            for (String several : SEVERAL) {
                Query query = Query.traceQl(several);
                assertThat(values(query, "http.route", "")).as(several).isZero();
                assertThat(values(query, "retries", "")).as(several).isZero();
                assertThat(keys(query, "")).as(several).isZero();
                assertThat(by(query, Intrinsic.STATUS)).as(several).isZero();
            }
            assertThat(values(Query.traceQl("{ name = \"GET\" && status = error }"), "unique", ""))
                    .as("more terms than spans")
                    .isPositive();
            assertThat(traces(Query.where(Filter.spanAttribute("unique").equalTo(1_234))))
                    .as("the span itself and, once more, the ten of its trace")
                    .isLessThanOrEqualTo(11);
            assertThat(traces(Query.where(Filter.spanAttribute("unique").equalTo(1_234))
                            .from(1_235)))
                    .isLessThanOrEqualTo(1);
            assertThat(traces(Query.where(Filter.spanAttribute("unique").equalTo(1_234))
                            .from(1_233)))
                    .isLessThanOrEqualTo(11);
            assertThat(traces(Query.where(GETS)))
                    .as("so many traces that all spans are visited")
                    .isGreaterThanOrEqualTo(SPANS);
        }
    }

    @Test
    void aListOfKeysThatHasNotAllOfThemIsNotThatOfTheSpansThatHaveOnlyThese() {
        int spans = 6_000;
        StoreConfig config = StoreConfig.builder()
                .slabs(16)
                .spansPerBlock(512)
                .segmentSpans(1 << 16)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), config);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 0; i < spans; i++) {
                draft.clear().ids(1, 1 + i, 1 + i).times(1 + i, 2 + i).name("n").attribute("fixed", "v");
                if (i > 0) {
                    draft.attribute("item." + i, 1);
                }
                assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
            }
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            while (index.doWork() > 0) {}
            indexed = QueryEngine.over(store.reader());
            scanned = QueryEngine.scanning(store.reader());
            assertThat(keys(Query.all(), "")).as("more keys than an index has").isPositive();
        }
    }

    private static void fill(SpanStore store) {
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < SPANS; i++) {
            draft.clear()
                    .ids(1, i / 10, i + 1)
                    .times(i, 2L * i)
                    .kind(i % 4)
                    .status(i % 100 == 0 ? 2 : 0)
                    .name(i % 3 == 0 ? "GET" : "POST " + i % 7)
                    .attribute("http.route", "/api/" + i % 20)
                    .attribute("retries", i % 5);
            if (i % 50 == 0) {
                draft.attribute("long", "x".repeat(2_000) + i % 2);
            }
            draft.attribute("unique", i);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        }
    }

    /** Compares groups, and returns how many spans were looked at by index. */
    private long by(Query query, Field... fields) {
        GroupCounts found = indexed.discover(query).by(fields);
        GroupCounts expected = scanned.discover(query).by(fields);
        assertThat(found.groups()).as("%s by %s", query, List.of(fields)).isEqualTo(expected.groups());
        assertThat(found.spans()).isEqualTo(expected.spans());
        assertThat(found.outcome().spansMatched()).isEqualTo(expected.spans());
        return visited(found.outcome());
    }

    private long values(Query query, String key, String prefix) {
        Listing<ValueCount> found = indexed.discover(query).values(AttributeScope.SPAN, key, prefix);
        Listing<ValueCount> expected = scanned.discover(query).values(AttributeScope.SPAN, key, prefix);
        assertThat(found.rows()).as("%s, values of %s", query, key).isEqualTo(expected.rows());
        assertThat(found.beyond()).isEqualTo(expected.beyond());
        return visited(found.outcome());
    }

    private long keys(Query query, String prefix) {
        Listing<KeyCount> found = indexed.discover(query).keys(AttributeScope.ANY, prefix);
        Listing<KeyCount> expected = scanned.discover(query).keys(AttributeScope.ANY, prefix);
        assertThat(found.rows()).as("%s, keys", query).isNotEmpty().isEqualTo(expected.rows());
        assertThat(found.beyond()).isEqualTo(expected.beyond());
        return visited(found.outcome());
    }

    private long traces(Query query) {
        Listing<TraceSummary> found = indexed.discover(query).traces();
        Listing<TraceSummary> expected = scanned.discover(query).traces();
        assertThat(found.rows()).as("%s, traces", query).isEqualTo(expected.rows());
        assertThat(found.beyond()).isEqualTo(expected.beyond());
        assertThat(found.outcome().complete()).isTrue();
        return found.outcome().spansVisited();
    }

    private static long visited(ScanOutcome outcome) {
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.spansCounted() > 0).isEqualTo(outcome.spansVisited() < outcome.spansMatched());
        return outcome.spansVisited();
    }
}
