package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.BrokenTraces;
import io.offspan.query.scan.ScanOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How spans are related, asked of a store: the same with an index and without, and only of traces that can match. */
class StructureTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int TRACES = 400;
    private static final int SPANS = 6;
    /** So many traces, one of them with a rare span, have a scarce one. */
    private static final int SCARCE = 5;

    private static final List<String> QUESTIONS = List.of(
            "{ name = \"span 1\" } >> { name = \"span 4\" }",
            "{ span.rare = true } > { }",
            "{ span.rare = true } !>> { name = \"span 5\" }",
            "{ name = \"span 1\" } &~ { name = \"span 2\" }",
            "{ span.rare = true } &>> { } | count() > 2",
            "{ name = \"span 0\" } > { } && { span.rare = true }",
            "{ name = \"span 4\" && parent.rare = true }",
            "{ parent.span.rare = true } ~ { }");

    @TempDir
    Path temporary;

    private SpanStore store;
    private QueryEngine engine;
    private long visited;

    @BeforeEach
    void open() {
        StoreConfig config = StoreConfig.builder()
                .spansPerBlock(64)
                .segmentSpans(1_024)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(SOON)
                .build();
        store = SpanStore.open(temporary.resolve("store"), config);
        engine = QueryEngine.over(store.reader());
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Span by span of all traces in turn, so that every trace is spread over blocks and segments. */
    private void fill() {
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < SPANS; i++) {
            for (int trace = 0; trace < TRACES; trace++) {
                long time = 1_000_000L * (trace + 1) + i;
                draft.clear().ids(7, 1 + trace, 1 + i).times(time, time + 10).name("span " + i);
                if (i > 0) {
                    draft.parent(trace % 5 == 0 && i == 3 ? 99 : 1 + (i - 1) / 2);
                }
                if (trace % 100 == 1 && i == 1) {
                    draft.attribute("rare", true);
                }
                if (trace < SCARCE && i == 4) {
                    draft.attribute("scarce", true);
                }
                store.append(draft);
            }
        }
        assertThat(store.flush(SOON)).isTrue();
    }

    private static List<String> answer(QueryEngine asked, String question) {
        List<String> found = new ArrayList<>();
        try (SpanCursor cursor = asked.find(Query.traceQl(question).limit(Query.MAX_LIMIT))) {
            while (cursor.next()) {
                found.add(cursor.view().traceIdHex() + " " + cursor.view().name());
            }
        }
        return found;
    }

    @Test
    void anIndexChangesWhatIsVisitedAndNotTheAnswer() {
        fill();
        List<List<String>> scanned =
                QUESTIONS.stream().map(question -> answer(engine, question)).toList();
        assertThat(scanned).noneMatch(List::isEmpty);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            while (index.doWork() > 0) {
                assertThat(index.failure()).isNull();
            }
            for (int i = 0; i < QUESTIONS.size(); i++) {
                assertThat(answer(engine, QUESTIONS.get(i)))
                        .as(QUESTIONS.get(i))
                        .isEqualTo(scanned.get(i));
            }
            ScanOutcome rare = engine.explain(Query.traceQl("{ span.rare = true } > { name = \"span 3\" }"));
            assertThat(rare.tracesGrouped()).isEqualTo(TRACES / 100);
            assertThat(rare.spansMatched()).isEqualTo(TRACES / 100);
            assertThat(engine.explain(Query.traceQl("{ span.rare = true } >> { }"))
                            .spansVisited())
                    .as("a side that any span is enough for does not make every trace a candidate")
                    .isLessThanOrEqualTo(TRACES / 100 + TRACES / 100 * SPANS);
            ScanOutcome one =
                    engine.explain(Query.traceQl("{ trace:id = \"70000000000000009\" } >> { name != \"span 5\" }"));
            assertThat(one.spansMatched()).isEqualTo(SPANS - 2);
            assertThat(one.spansVisited())
                    .as("of one trace, to bring it together")
                    .isLessThanOrEqualTo(SPANS);
            assertThat(rare.spansVisited())
                    .as("the candidates of the side that few spans pass, and the spans of their traces")
                    .isLessThanOrEqualTo(TRACES / 100 + TRACES / 100 * SPANS);
            for (String question : List.of(
                    "{ name = \"span 0\" } >> { span.rare = true }",
                    "{ name = \"span 0\" } &>> { span.rare = true }",
                    "{ span.rare = true } ~ { name = \"span 2\" }",
                    "{ name = \"span 2\" } && ({ name != \"span 2\" } > { span.rare = true })")) {
                assertThat(engine.explain(Query.traceQl(question)).spansVisited())
                        .as("whichever side that is: %s", question)
                        .isLessThanOrEqualTo(TRACES / 100 + TRACES / 100 * SPANS);
            }
            assertThat(engine.explain(Query.traceQl("{ span.rare = true } >> { span.scarce = true }")))
                    .as("traces that have spans of both sides, where both are few")
                    .matches(found -> found.tracesGrouped() == 1)
                    .matches(found -> found.spansVisited() <= TRACES / 100 + SCARCE + SPANS);
        }
    }

    @Test
    void whatIsOnlyShownOfWholeTracesIsLearnedOfThoseInTheAnswer() {
        fill();
        Query query = Query.traceQl("{ name = \"span 4\" } | select(trace:rootName, span:childCount)")
                .limit(3);
        List<String> scanned = shown(query);
        assertThat(scanned).hasSize(3).allMatch(each -> each.contains("span 0") && each.contains("0"));
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            while (index.doWork() > 0) {
                assertThat(index.failure()).isNull();
            }
            assertThat(shown(query)).isEqualTo(scanned);
            assertThat(visited)
                    .as("the candidates, and the spans of three traces at most")
                    .isLessThanOrEqualTo(TRACES + 3 * SPANS);
            assertThat(engine.explain(Query.traceQl("{ span.rare = true && trace:duration < 1s }"))
                            .spansVisited())
                    .as("four traces are noted, learned of one by one, and their candidates asked")
                    .isLessThanOrEqualTo(TRACES / 100 * (2 + SPANS));
        }
    }

    /** Returns what is shown of an answer, and notes how many spans were visited. */
    private List<String> shown(Query query) {
        List<String> found = new ArrayList<>();
        try (SpanCursor cursor = engine.find(query)) {
            visited = cursor.outcome().spansVisited();
            while (cursor.next()) {
                found.add(cursor.value(Intrinsic.TRACE_ROOT_NAME) + " " + cursor.value(Intrinsic.CHILD_COUNT));
            }
        }
        return found;
    }

    @Test
    void onlyTracesThatHaveBothSidesAreLoadedUnlessOneMayBeMissing() {
        fill();
        assertThat(engine.explain(Query.traceQl("{ name = \"span 1\" } >> { name = \"nobody\" }"))
                        .tracesGrouped())
                .isZero();
        assertThat(engine.explain(Query.traceQl("{ name = \"nobody\" } >> { name = \"span 1\" }"))
                        .tracesGrouped())
                .isZero();
        assertThat(engine.explain(Query.traceQl("{ name = \"nobody\" } !>> { name = \"span 1\" }"))
                        .tracesGrouped())
                .isEqualTo(TRACES);
    }

    /** A span named after its trace, with its number and that of its parent, 0 for none. */
    private void add(int trace, int span, int parent) {
        SpanDraft draft = new SpanDraft()
                .ids(7, trace, span)
                .times(1_000L * span, 2_000L * span)
                .name("of " + trace);
        store.append(parent == 0 ? draft : draft.parent(parent));
    }

    @Test
    void tracesThatAreNotWholeAreCountedByWhatTheyLack() {
        for (int trace = 1; trace <= 6; trace++) {
            add(trace, 1, trace == 2 || trace == 3 ? 9 : 0);
            add(trace, 2, 1);
        }
        add(3, 3, 0); // misses a parent, but has a root
        add(4, 5, 6);
        add(4, 6, 5); // a circle, beside a root
        add(5, 2, 1); // an id twice
        ScanOutcome outcome = engine.explain(Query.traceQl("{ } >> { }"));
        assertThat(outcome.tracesGrouped()).isEqualTo(6);
        assertThat(outcome.broken()).isEqualTo(new BrokenTraces(4, 1, 2, 1, 1));
        assertThat(engine.explain(Query.traceQl("{ } > { name = \"of 1\" }")).broken())
                .as("of traces that were brought together")
                .isEqualTo(BrokenTraces.NONE);
        assertThat(engine.explain(Query.traceQl("{ } | count() > 0")).broken())
                .as("where nothing asks how spans are related")
                .isEqualTo(BrokenTraces.NONE);
        assertThat(engine.explain(Query.traceQl("{ } >> { }").from(2_500)).broken())
                .as("within the times")
                .isEqualTo(new BrokenTraces(1, 1, 0, 1, 0));
    }

    @Test
    void spansOutsideTheTimeDoNotExistForATree() {
        fill();
        Query whole = Query.traceQl("{ name = \"span 0\" } >> { name = \"span 3\" }");
        assertThat(engine.count(whole)).isEqualTo(TRACES - TRACES / 5);
        Query withoutTheMiddle = whole.from(1_000_000L * TRACES + 2);
        assertThat(engine.count(withoutTheMiddle)).isZero();
    }

    @Test
    void aTraceOfTenThousandLevelsIsAnswered() {
        int deep = 10_000;
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < deep; i++) {
            draft.clear().ids(1, 1, 1 + i).times(1_000 + i, 2_000 + i).name(i == 0 ? "first" : "later");
            if (i > 0) {
                draft.parent(i);
            }
            store.append(draft);
        }
        assertThat(engine.count(Query.traceQl("{ name = \"first\" } >> { }"))).isEqualTo(deep - 1);
        assertThat(engine.count(Query.traceQl("{ } << { name = \"first\" }"))).isEqualTo(1);
        assertThat(engine.count(Query.traceQl("{ name = \"first\" } !> { name = \"later\" }")))
                .isEqualTo(deep - 2);
    }
}
