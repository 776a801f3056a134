package io.offspan.query.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the parser makes of a query and of a mistake in it. */
class TraceQlTest {
    private static TraceQlException refusal(String query) {
        return catchThrowableOfType(TraceQlException.class, () -> TraceQl.parse(query));
    }

    private static Filter filter(String query) {
        return ((Matching) TraceQl.parse(query).first()).filter();
    }

    @Test
    void aQueryIsTheSameValueAsTheCallsThatSayIt() {
        assertThat(TraceQl.parse("{ resource.service.name = `cart` && duration>=0.1s && !(status=error) }"))
                .isEqualTo(Pipeline.of(Filter.service("cart")
                        .and(Filter.minDuration(Duration.ofMillis(100)))
                        .and(Filter.status(SpanStatus.ERROR).not())));
        assertThat(filter("{ 5 < span.a }")).isEqualTo(Filter.spanAttribute("a").compare(Operator.GREATER, 5));
        assertThat(filter("{ span:parentID = \"\" }")).isEqualTo(Intrinsic.PARENT_ID.isAbsent());
        assertThat(filter("{ .a != nil }")).isEqualTo(Filter.attribute("a").exists());
        assertThat(filter("{}")).isEqualTo(Filter.all());
    }

    @Test
    void aNumberThatIsTheSameForAllSpansStandsToTheRight() {
        Figure five = new Figure.Fixed(new Operand.Whole(5, false));
        Aggregation more = new Aggregation(five, Operator.LESS, new Measure(Function.COUNT, null));
        assertThat(more).hasToString("count() > 5");
        assertThat(TraceQl.parse("{ } | " + more).stages()).contains(more);
        Aggregation seconds = new Aggregation(five, Operator.LESS, new Measure(Function.MAX, Intrinsic.DURATION));
        assertThat(TraceQl.parse("{ } | " + seconds).stages()).contains(seconds);
    }

    @Test
    void noPipelineInAnotherSelectsFields() {
        List<Stage> stages = List.of(new Matching(Filter.all()), new Selection(List.of(Intrinsic.NAME)));
        assertThatThrownBy(() -> new Piped(stages))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("select(name) in parentheses; put it after the whole query");
        assertThatThrownBy(() -> new Figure.Piped(stages, new Measure(Function.COUNT, null)))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("select(name) in parentheses");
    }

    @Test
    void andAndOrShareOneLevelFromTheLeft() {
        Filter a = Filter.attribute("a").equalTo(true);
        Filter b = Filter.attribute("b").equalTo(true);
        Filter c = Filter.attribute("c").equalTo(true);
        assertThat(filter("{ .a || .b && .c }")).isEqualTo(a.or(b).and(c));
        assertThat(filter("{ .a && .b || .c }")).isEqualTo(a.and(b).or(c));
        assertThat(filter("{ .a || (.b && .c) }")).isEqualTo(a.or(b.and(c)));
    }

    @Test
    void aMistakeIsShownInItsLine() {
        TraceQlException refusal = refusal("{ .a = 1 &&\n  sttatus = error }");
        assertThat(refusal.reason()).isEqualTo(Reason.SYNTAX);
        assertThat(refusal.line()).isEqualTo(2);
        assertThat(refusal.column()).isEqualTo(3);
        assertThat(refusal.found()).isEqualTo("\"sttatus\"");
        assertThat(refusal.expected()).startsWith("a field, a constant");
        assertThat(refusal.nearest()).contains("status");
        assertThat(refusal.excerpt()).isEqualTo("  sttatus = error }\n  ^");
        assertThat(refusal)
                .hasMessage("Line 2, column 3: found \"sttatus\", expected a field, a constant, \"!\", \"-\" or \"(\";"
                        + " an attribute begins with a point; did you mean status?");
    }

    @Test
    void theExcerptOfALongLineIsShortAndItsCaretStandsRight() {
        String query = "{ " + ".a = 1 && ".repeat(500) + "x" + " && .a = 1".repeat(500) + " }";
        TraceQlException refusal = refusal(query);
        String[] lines = refusal.excerpt().split("\n");
        assertThat(refusal.column()).isEqualTo(query.indexOf('x') + 1);
        assertThat(lines[0]).hasSizeLessThan(110).startsWith("…").endsWith("…");
        assertThat(lines[0].charAt(lines[1].indexOf('^'))).isEqualTo('x');
    }

    @Test
    void controlCharactersNeverReachATerminal() {
        TraceQlException refusal = refusal("{ .\u001b[31m = \u0007\u202e x");
        assertThat(refusal.getMessage() + refusal.excerpt().replace("\n", ""))
                .matches("[^\\p{Cntrl}\u202e]*")
                .contains("\ufffd");
    }

    @Test
    void columnsCountCodePointsAndTabsAsOne() {
        assertThat(refusal("{\t.🚀🚀 = ? }").column()).isEqualTo(9);
        assertThat(refusal("{\t.🚀🚀 = ? }").excerpt()).isEqualTo("{ .🚀🚀 = ? }\n        ^");
    }

    @Test
    void aRefusalOfTheTreeKeepsItsReasonAndCause() {
        TraceQlException refusal = refusal("{ .a =~ \"(\" }");
        assertThat(refusal.reason()).isEqualTo(Reason.PATTERN);
        assertThat(refusal).hasCauseInstanceOf(QueryException.class);
        assertThat(refusal.nearest()).isEmpty();
    }

    @Test
    void theNearestWordIsOneThatExists() {
        for (String word : List.of("statsu", "dration", "rootname", "childcount", "unse", "consmer", "maxint")) {
            String nearest = refusal("{ " + word + " = 1 }").nearest().orElseThrow();
            assertThat(Vocabulary.INTRINSICS.containsKey(nearest) || Vocabulary.CONSTANTS.containsKey(nearest))
                    .as(nearest)
                    .isTrue();
        }
        assertThat(refusal("{ completelyelse = 1 }").nearest()).isEmpty();
    }

    @Test
    void aChainOfOneOperatorIsFlatHoweverLongItIs() {
        String any = "{ name = \"n\" }" + " || { name = \"m\" }".repeat(200);
        assertThat(((Either) TraceQl.parse(any).first()).parts()).hasSize(201);
        assertThat(TraceQl.parse(any)).hasToString(any);
        String all = "{ name = \"n\" }" + " && { name = \"m\" }".repeat(200);
        assertThat(((Both) TraceQl.parse(all).first()).parts()).hasSize(201);
    }

    @Test
    void aChainThatAlternatesIsAsDeepAsItIsLongAndParenthesesHelp() {
        String chain = "{ }" + " && { } || { }".repeat(40);
        assertThat(refusal(chain).reason()).isEqualTo(Reason.LIMIT);
        assertThat(refusal(chain)).hasMessageContaining("found 65, allowed 64").hasMessageContaining("parentheses");
        String grouped = "({ } && { })" + " || ({ } && { })".repeat(40);
        assertThat(TraceQl.parse(grouped)).hasToString(grouped);
    }

    @Test
    void conditionsThatAreComparedTooOftenAreTooManyAndNotTooSlow() {
        String query = "{ (.a = 1)" + " = (.b = 1)".repeat(60) + " }";
        assertThat(refusal(query).reason()).isEqualTo(Reason.LIMIT);
    }
}
