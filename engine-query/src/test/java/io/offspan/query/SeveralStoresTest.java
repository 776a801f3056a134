package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.ServiceCount;
import io.offspan.query.discover.TraceSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several stores asked as one: the spans of a trace come together wherever they are. */
class SeveralStoresTest {
    private static final Envelope WEB =
            Resource.builder().put("service.name", "web").build().toEnvelope();
    private static final Envelope CART =
            Resource.builder().put("service.name", "cart").build().toEnvelope();

    @TempDir
    Path parent;

    private SpanStore first;
    private SpanStore second;
    private QueryEngine both;

    /** Trace 1 begins in the first store and goes on in the second; traces 2 and 3 are in one of them each. */
    @BeforeEach
    void open() {
        first = SpanStore.open(parent.resolve("0"));
        second = SpanStore.open(parent.resolve("1"));
        store(first, 1, 1, 0, 100, 50, WEB);
        store(second, 1, 2, 1, 110, 20, CART);
        store(first, 2, 3, 0, 300, 5, WEB);
        assertThat(first.flush(Duration.ofSeconds(60))).isTrue();
        store(second, 3, 4, 0, 200, 7, WEB);
        store(first, 1, 5, 1, 120, 10, WEB);
        both = QueryEngine.overAll(List.of(first.reader(), second.reader()));
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static void store(SpanStore store, long trace, long id, long parent, long start, long time, Envelope from) {
        SpanDraft draft =
                new SpanDraft().resource(from).ids(0, trace, id).name("s" + id).times(start, start + time);
        draft.attribute("number", id);
        assertThat(store.append(parent == 0 ? draft : draft.parent(parent))).isEqualTo(AppendResult.ACCEPTED);
    }

    @Test
    void theNewestAndTheSlowestOfAllComeFirst() {
        try (SpanCursor spans = both.find(Query.all().limit(3))) {
            StringBuilder found = new StringBuilder();
            while (spans.next()) {
                found.append(spans.view().name())
                        .append(" of ")
                        .append(spans.store())
                        .append(", ");
            }
            assertThat(found).hasToString("s3 of 0, s4 of 1, s5 of 0, ");
        }
        try (SpanCursor spans = both.find(Query.all().order(SpanOrder.SLOWEST).limit(2))) {
            assertThat(spans.remaining()).extracting(Span::name).containsExactly("s1", "s2");
        }
    }

    @Test
    void aTraceIsWholeAndAskedAsAWhole() {
        assertThat(both.trace("1").spans()).extracting(Span::name).containsExactly("s1", "s2", "s5");
        assertThat(both.count(Query.traceQl("{ } | count() = 3"))).isEqualTo(3);
        assertThat(both.count(Query.traceQl("{ resource.service.name = \"cart\" && trace:rootName = \"s1\" }")))
                .isEqualTo(1);
        assertThat(both.discover(Query.all()).traces().rows())
                .extracting(TraceSummary::traceIdLow, TraceSummary::spans, TraceSummary::rootName)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(2L, 1L, "s3"),
                        org.assertj.core.groups.Tuple.tuple(3L, 1L, "s4"),
                        org.assertj.core.groups.Tuple.tuple(1L, 3L, "s1"));
    }

    @Test
    void whatIsCountedIsCountedInAll() {
        assertThat(both.count(Query.all())).isEqualTo(5);
        assertThat(both.discover(Query.all()).services().rows())
                .containsExactly(new ServiceCount("web", 4, 0), new ServiceCount("cart", 1, 0));
        assertThat(both.discover(Query.all())
                        .values(AttributeScope.SPAN, "number", "")
                        .rows())
                .hasSize(5);
        assertThat(both.discover(Query.all()).by(Intrinsic.SERVICE).spans()).isEqualTo(5);
        try (SpanIndex index = SpanIndex.over(first)) {
            assertThat(both.count(Query.traceQl("{ resource.service.name = \"web\" }")))
                    .isEqualTo(4);
            assertThat(index).isNotNull();
        }
    }

    @Test
    void pagesAreThoseOfOneStore() {
        String token;
        try (SpanCursor page = QueryEngine.over(first.reader()).find(Query.all().limit(1))) {
            token = page.nextPage();
        }
        Query next = Query.all().limit(1).after(token);
        assertThatThrownBy(() -> both.find(next))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("in one store");
        try (SpanCursor page = both.find(Query.all().limit(1))) {
            assertThat(page.nextPage()).isNull();
        }
        assertThatThrownBy(() -> QueryEngine.overAll(List.<StoreReader>of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
