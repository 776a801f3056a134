package io.offspan.query.ast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.QueryException.Reason;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The text of filters, and what no filter may be. */
class FilterTest {
    private static void refused(Reason reason, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContainingAll(parts);
    }

    @Test
    void filtersPrintInTheStyleOfTraceQl() {
        Filter filter = Filter.service("cart")
                .and(Filter.minDuration(Duration.ofMillis(100)))
                .and(Filter.status(SpanStatus.ERROR).or(Filter.kind(SpanKind.SERVER)))
                .and(Filter.attribute("http.method").equalTo("GET").not());
        assertThat(filter)
                .hasToString("resource.service.name = \"cart\" && duration >= 100ms"
                        + " && (status = error || kind = server) && !(.http.method = \"GET\")");
    }

    @Test
    void everyFieldAndOperandHasItsText() {
        assertThat(Filter.spanAttribute("a b").equalTo("x\"\\y\n")).hasToString("span.\"a b\" = \"x\\\"\\\\y\\n\"");
        assertThat(Filter.eventAttribute("n").atLeast(5L)).hasToString("event.n >= 5");
        assertThat(Filter.linkAttribute("n").lessThan(5.0)).hasToString("link.n < 5.0");
        assertThat(Filter.instrumentationAttribute("n").notEqualTo(true)).hasToString("instrumentation.n != true");
        assertThat(Intrinsic.START.greaterThan(-1L)).hasToString("span:start > 18446744073709551615");
        assertThat(Intrinsic.DURATION.atMost(Duration.ofHours(2))).hasToString("duration <= 2h");
        assertThat(Intrinsic.DURATION.equalTo(-1_500L)).hasToString("duration = -1500ns");
        assertThat(Intrinsic.DURATION.equalTo(0L)).hasToString("duration = 0ns");
        assertThat(Intrinsic.PARENT_ID.isAbsent()).hasToString("span:parentID = \"\"");
        assertThat(Filter.resourceAttribute("x").exists()).hasToString("resource.x != nil");
        assertThat(Filter.all()).hasToString("true");
        assertThat(Filter.none().not()).hasToString("!(false)");
        assertThat(new And(List.of(new Or(List.of(Filter.name("a")))))).hasToString("((name = \"a\"))");
    }

    @Test
    void chainsAreFlatAndEqualByValue() {
        Filter chain = Filter.name("a").and(Filter.name("b")).and(Filter.name("c"));
        assertThat(chain.depth()).isEqualTo(2);
        assertThat(chain.nodes()).isEqualTo(4);
        assertThat(chain).isEqualTo(new And(List.of(Filter.name("a"), Filter.name("b"), Filter.name("c"))));
    }

    @Test
    void comparisonsThatCanNeverHoldAreRefused() {
        refused(Reason.TYPE, () -> Intrinsic.NAME.equalTo(5), "name", "5");
        refused(Reason.TYPE, () -> Intrinsic.DURATION.equalTo("5"), "duration");
        refused(Reason.TYPE, () -> Intrinsic.SERVICE.equalTo(true), "service");
        refused(Reason.TYPE, () -> Intrinsic.STATUS.equalTo("error"), "status");
        refused(Reason.TYPE, () -> Filter.attribute("x").compare(Operator.MATCHES, 5), "=~", "text");
        refused(
                Reason.TYPE,
                () -> new Comparison(Filter.attribute("x"), Operator.LESS, new Operand.Truth(true)),
                "no order");
        refused(
                Reason.TYPE,
                () -> new Comparison(Filter.attribute("x"), Operator.EQUAL, new Operand.OfStatus(SpanStatus.OK)),
                "status");
    }

    @Test
    void constantZerosAreNoDivisors() {
        Constant zero = new Constant(new Operand.Fraction(-0.0));
        for (Operation division : List.of(Operation.DIVIDE, Operation.MODULO)) {
            refused(
                    Reason.ARITHMETIC,
                    () -> new Arithmetic(Intrinsic.DURATION, division, zero),
                    "duration " + division + " -0.0");
        }
        assertThat(new Arithmetic(zero, Operation.DIVIDE, Intrinsic.DURATION)).hasToString("-0.0 / duration");
    }

    @Test
    void idsThatAreNoneAreRefused() {
        refused(Reason.BAD_ID, () -> Filter.traceId("abg"), "\"abg\"", "3", "32");
        refused(Reason.BAD_ID, () -> Filter.traceId("g".repeat(32)), "hexadecimal");
        refused(Reason.BAD_ID, () -> Filter.spanId("a".repeat(32)), "16");
        refused(Reason.BAD_ID, () -> Filter.spanId(""), "16");
        refused(Reason.BAD_ID, () -> Filter.traceId("x".repeat(60_000)), "60000");
        refused(Reason.BAD_ID, () -> Filter.spanId("\uff11".repeat(16)), "16");
    }

    @Test
    void expressionsThatRe2DoesNotKnowAreRefusedWithTheExpression() {
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("(a"), "(a");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("(a)\\1"), "(a)\\1", "back-references");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("(?=a)b"), "look-around");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.doesNotMatch("a**"), "a**");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("a".repeat(1_025)), "1025", "1024");
    }

    @Test
    void expressionsThatExplodeAreRefused() {
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("((a{99}){99}){99}"), "states");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("((([0-9]{50}\\Q)\\E){50}x){50}"), "states");
        refused(Reason.PATTERN, () -> Intrinsic.NAME.matches("(?:[[:alpha:]]{100,900}){2,20}"), "states");
        assertThatCode(() -> Intrinsic.NAME.matches("[a-z]{1,100}-\\d{1,100}")).doesNotThrowAnyException();
        assertThatCode(() -> Intrinsic.NAME.matches("a{b}{,}")).doesNotThrowAnyException();
        assertThatCode(() -> Intrinsic.NAME.matches("(".repeat(500) + ")".repeat(500)))
                .doesNotThrowAnyException();
    }

    /** RE2/J would look for the end of their cases for ever. */
    @Test
    void expressionsThatNeverEndAreRefused() {
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (String endless : List.of(
                    "(?i)\u1c80",
                    "(?i)\\x{1c88}",
                    "(?i)[\\x{0}-\\x{fffd}]",
                    "(?i)[^x\u0000-\ufffd]",
                    "(?si-m:a[b-\u2000]c)",
                    "(?i)[\\n-\u2000]",
                    "(?i)[a-b-\u2000]",
                    "(?i)[a\\--\u2000]",
                    "(?s)(?-s)(?i)[--\u2000]")) {
                refused(Reason.PATTERN, () -> Intrinsic.NAME.matches(endless), "never ends");
            }
        });
        for (String fine : List.of("\u1c80", "[\u0000-\ufffd]", "(?i)[à-ÿα-ωа-я]+", "(?i)\\p{L}.*", "(?i)[^a]\\x41")) {
            assertThatCode(() -> Intrinsic.NAME.matches(fine)).doesNotThrowAnyException();
        }
    }

    @Test
    void treesBeyondTheLimitsAreRefused() {
        Filter deep = Filter.name("a");
        for (int i = 1; i < FilterLimits.MAX_DEPTH; i++) {
            deep = deep.not();
        }
        Filter deepest = deep;
        refused(Reason.LIMIT, deepest::not, "65", "64");
        List<Filter> many = java.util.Collections.nCopies(FilterLimits.MAX_NODES, Filter.name("a"));
        refused(Reason.LIMIT, () -> new Or(many), "4097", "4096");
        refused(Reason.LIMIT, () -> Filter.attribute("k".repeat(4_097)), "4097");
        refused(Reason.LIMIT, () -> Intrinsic.NAME.equalTo("v".repeat(65_537)), "65537");
    }
}
