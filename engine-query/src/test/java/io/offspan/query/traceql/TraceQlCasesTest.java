package io.offspan.query.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.offspan.query.ast.Question;
import io.offspan.query.traceql.CaseTable.Case;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The grammar, case by case: {@code traceql/accepted.txt} and {@code traceql/refused.txt}. */
class TraceQlCasesTest {
    private static final long ACCEPTED_FORMS = 468;
    private static final long UNANSWERED_FORMS = 2;
    private static final long ALL_FORMS = 827;
    private static final CaseTable ACCEPTED = CaseTable.read("accepted.txt");
    private static final CaseTable REFUSED = CaseTable.read("refused.txt");

    @TestFactory
    Stream<DynamicTest> acceptedQueriesPrintTheirCanonicalTextWhichReadsBack() {
        return ACCEPTED.cases().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> accepted(c)));
    }

    private static void accepted(Case c) {
        Question question = TraceQl.read(c.query());
        assertThat(question).hasToString(c.expected().isEmpty() ? c.query() : c.expected());
        assertThat(TraceQl.read(question.toString())).isEqualTo(question);
    }

    @TestFactory
    Stream<DynamicTest> refusedQueriesSayWhereAndWhyAndWhatInstead() {
        return REFUSED.cases().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> refused(c)));
    }

    /** Expected is {@code line:column REASON part of the message & part of the message}. */
    private static void refused(Case c) {
        TraceQlException refusal = catchThrowableOfType(TraceQlException.class, () -> TraceQl.read(c.query()));
        assertThat(refusal).as(c.query()).isNotNull();
        String[] expected = c.expected().split(" ", 3);
        assertThat(refusal.line() + ":" + refusal.column() + " " + refusal.reason())
                .as(refusal.getMessage())
                .isEqualTo(expected[0] + " " + expected[1]);
        assertThat(refusal).hasMessageContainingAll(expected[2].split(" & "));
        assertThat(refusal.getMessage()).contains(refusal.found(), refusal.expected());
    }

    @Test
    void whoAsksForSpansIsToldThatAMetricGivesNone() {
        assertThatThrownBy(() -> TraceQl.parse("{ } | rate()"))
                .isInstanceOf(TraceQlException.class)
                .hasMessageContainingAll("Line 1, column 1", "A metric where spans are asked for");
        assertThatThrownBy(() -> TraceQl.parseMetrics("{ }"))
                .isInstanceOf(TraceQlException.class)
                .hasMessageContainingAll("Line 1, column 1", "Spans where a metric is asked for");
        assertThat(TraceQl.parseMetrics("{ } | rate()")).isEqualTo(TraceQl.read("{ } | rate()"));
    }

    /** Every form of the language is in the tables; whoever adds one counts it here, and lists in docs/traceql.md what is not answered. */
    @Test
    void theLanguageIsAnsweredButForWhatTheDocumentationLists() {
        long byDesign = REFUSED.cases().stream()
                .filter(c -> c.expected().split(" ", 3)[1].equals("UNSUPPORTED"))
                .count();
        long accepted = ACCEPTED.cases().size();
        long total = accepted + REFUSED.cases().size();
        System.out.printf("TraceQL: %d accepted, %d refused by design, %d in all%n", accepted, byDesign, total);
        assertThat(List.of(accepted, byDesign, total)).isEqualTo(List.of(ACCEPTED_FORMS, UNANSWERED_FORMS, ALL_FORMS));
    }
}
