package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.trace.TraceQuestion;
import io.offspan.query.traceql.TraceQl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What questions in TraceQL find: the table {@code traceql/evaluated.txt} over {@link NamedSpans}, and what bounds them. */
class EvaluatedCasesTest {
    private static final int LEAST_CASES = 150;
    private static final Filter ALL = Filter.all();

    private final TestBlocks blocks = NamedSpans.blocks(3);

    private static List<String> lines() throws IOException {
        try (InputStream file = EvaluatedCasesTest.class.getResourceAsStream("/traceql/evaluated.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyQuestionOfTheTableFindsItsSpans() throws IOException {
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(LEAST_CASES).doesNotHaveDuplicates();
        return lines.stream().map(line -> {
            String[] parts = line.split("\\s*==>\\s*", -1);
            return DynamicTest.dynamicTest(line, () -> {
                Query plan = Query.of(TraceQl.parse(parts[0]));
                List<String> found = names(plan, 100);
                assertThat(found.stream().sorted()).isEqualTo(expected(parts[1]));
                assertThat(search().explain(plan).spansMatched()).isEqualTo(found.size());
            });
        });
    }

    private static List<String> expected(String names) {
        return names.isEmpty() ? List.of() : Arrays.asList(names.split(" "));
    }

    private QueryEngine search() {
        return new QueryEngine(blocks::leaves);
    }

    private List<String> names(Query plan, int limit) {
        List<String> names = new ArrayList<>();
        try (SpanCursor answer = search().find(plan.limit(limit))) {
            while (answer.next()) {
                names.add(answer.view().name());
            }
        }
        return names;
    }

    private static Query plan(String query) {
        return Query.of(TraceQl.parse(query));
    }

    @Test
    void theNewestSpansComeFirstHoweverTheyAreFound() {
        assertThat(names(plan("{ }"), 3)).containsExactly("h", "g", "f");
        assertThat(names(plan("{ } | count() > 0"), 3)).containsExactly("h", "g", "f");
        assertThat(names(plan("{ } | count() > 2"), 100)).containsExactly("h", "g", "f", "c", "b", "a");
    }

    @Test
    void onlyQuestionsAboutWholeTracesBringTracesTogether() {
        assertThat(search().explain(plan("{ name = \"a\" } | { kind = server } || { status = error } | select(name)"))
                        .tracesGrouped())
                .isZero();
        assertThat(search().explain(plan("{ }")).tracesGrouped()).isZero();
        assertThat(search().explain(plan("{ nestedSetParent < 0 && kind = server }"))
                        .tracesGrouped())
                .isZero();
        ScanOutcome grouped = search().explain(plan("{ } | count() > 2"));
        assertThat(grouped.tracesGrouped()).isEqualTo(3);
        assertThat(grouped.tracesMatched()).isEqualTo(2);
        assertThat(grouped.spansMatched()).isEqualTo(6);
        assertThat(grouped.spansVisited()).isEqualTo(8);
        assertThat(search().explain(plan("{ trace:duration > 0 }")).spansVisited())
                .isEqualTo(24);
    }

    @Test
    void spansOutsideTheTimeDoNotExistForATrace() {
        long late = 1_005_000_000L;
        assertThat(names(Query.traceQl("{ } | count() = 2").from(late), 100)).containsExactly("e", "d", "c", "b");
        assertThat(names(Query.traceQl("{ trace:rootName = \"a\" }").from(late), 100))
                .isEmpty();
        assertThat(names(Query.traceQl("{ trace:duration = 50ms }").from(late), 100))
                .containsExactly("c", "b");
    }

    @Test
    void selectedFieldsHaveTheirValues() {
        Map<String, String> wanted = Map.of(
                "a", "[[1, 2], unset, server, us, null, a, 100000000, 1]",
                "b", "[null, error, client, null, 1, a, 100000000, 1]",
                "e", "[[p, q], unset, producer, null, null, null, 310000000, 0]",
                "h", "[null, unset, consumer, us, null, f, 9000000, 0]");
        Pipeline pipeline = TraceQl.parse("{ } | select(span.list, status, kind, resource.region, event.y, "
                + "trace:rootName, trace:duration, span:childCount)");
        List<Field> columns = Query.of(pipeline).columns();
        Map<String, String> found = new HashMap<>();
        try (SpanCursor answer = search().find(Query.of(pipeline).limit(100))) {
            while (answer.next()) {
                found.put(
                        answer.view().name(),
                        columns.stream().map(answer::value).toList().toString());
            }
        }
        assertThat(found).hasSize(8).containsAllEntriesOf(wanted);
    }

    @Test
    void divisionsByZeroAreCounted() {
        assertThat(search().explain(plan("{ 10 / span.zero = 1 }")).zeroDivisions())
                .isEqualTo(1);
        assertThat(search().explain(plan("{ } | sum(1 / span.zero) > 0")).zeroDivisions())
                .isEqualTo(1);
        assertThat(search().explain(plan("{ 10 / span.x = 1 }")).zeroDivisions())
                .isZero();
    }

    @Test
    void aQuestionThatTakesTooMuchMemoryIsRefused() {
        QueryEngine fewSpans = new QueryEngine(blocks::leaves, new GroupLimits(100, 2));
        QueryEngine fewParents = new QueryEngine(blocks::leaves, new GroupLimits(100, 1));
        for (GroupLimits few : List.of(new GroupLimits(3, 8), new GroupLimits(1, 8), new GroupLimits(3, 3))) {
            assertThat(new QueryEngine(blocks::leaves, few)
                            .explain(plan("{ trace:duration > 0 } | count() > 0"))
                            .spansMatched())
                    .as("%s", few)
                    .isEqualTo(8);
        }
        refused(fewSpans, "{ } | count() > 0", "more than 2 spans");
        refused(
                fewParents,
                "{ span:childCount > 0 && name = \"a\" || status = error || name = \"d\" || kind = consumer }",
                "children of more than 1");
    }

    private static void refused(QueryEngine search, String query, String message) {
        for (ThrowingCallable ask : List.<ThrowingCallable>of(
                () -> search.explain(plan(query)), () -> search.find(plan(query).limit(1)))) {
            assertThatThrownBy(ask)
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(QueryException.Reason.LIMIT))
                    .hasMessageContaining(message)
                    .hasMessageContaining("narrow");
        }
    }

    @Test
    void moreFiltersThanAMemberHasBitsForAreRefused() {
        String both = " && { name = \"a\" }";
        assertThat(names(plan("{ name = \"a\" }" + both.repeat(TraceQuestion.MAX_FILTERS / 2)), 10))
                .containsExactly("a");
        Pipeline most = pipelineOf(TraceQuestion.MAX_FILTERS);
        assertThat(names(Query.of(most), 10)).containsExactly("a");
        assertThatThrownBy(() -> Query.of(pipelineOf(TraceQuestion.MAX_FILTERS + 1)))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("65 filters")
                .hasMessageContaining("64");
    }

    /** Stages of two filters each, the last of one where the number is odd; all of them pass the span that is called a. */
    private static Pipeline pipelineOf(int filters) {
        StringBuilder text = new StringBuilder("{ name = \"a\" } && { kind = server }");
        for (int i = 2; i + 1 < filters; i += 2) {
            text.append(" | { name < \"b")
                    .append(i)
                    .append("\" } && { kind = server && name < \"b")
                    .append(i)
                    .append("\" }");
        }
        return TraceQl.parse(filters % 2 == 0 ? text.toString() : text + " | { name < \"c\" }");
    }

    @Test
    void damageIsCountedOnceHoweverOftenABlockIsWalked() {
        QueryEngine search = new QueryEngine(() -> blocks.leaves().damaged(0));
        ScanOutcome outcome = search.explain(plan("{ trace:duration > 0 }"));
        assertThat(outcome.blocksDamaged()).isEqualTo(1);
        assertThat(outcome.complete()).isFalse();
    }

    @Test
    void refusedAndFinishedQuestionsReleaseTheBlocks() {
        TestBlocks.TestLeaves leaves = blocks.leaves();
        QueryEngine search = new QueryEngine(() -> leaves, new GroupLimits(1, 1));
        assertThatThrownBy(() -> search.find(plan("{ } | count() > 0").limit(1)))
                .isInstanceOf(QueryException.class);
        assertThat(leaves.isClosed()).isTrue();
    }

    @Test
    void hugeTextsAndCatastrophicExpressionsStayFast() {
        String text = "a".repeat(60_000);
        TestBlocks huge = new TestBlocks(10)
                .add(draft ->
                        draft.attribute("x", text).attribute("y", text + "b").attribute("n", 3));
        QueryEngine search = new QueryEngine(huge::leaves);
        assertTimeout(Duration.ofMinutes(2), () -> {
            for (String query : List.of(
                    "{ span.x =~ \"(a+)+b\" }",
                    "{ span.x =~ \"(a|aa)*c\" } && { }",
                    "{ span.x > span.y }",
                    "{ span.x = span.y }",
                    "{ span.n ^ maxInt < maxInt }")) {
                assertThat(search.explain(plan(query)).spansMatched()).as(query).isZero();
            }
            assertThat(search.explain(plan("{ span.x < span.y }")).spansMatched())
                    .isEqualTo(1);
        });
    }
}
