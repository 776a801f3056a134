package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import org.jspecify.annotations.Nullable;

/**
 * Compares two expressions.
 *
 * <p>Where they look at events or links, one event and one link that satisfy the relation are enough; every event field of
 * one relation is then that of the same event, every link field that of the same link. Nil compares with nothing, {@code !=}
 * included, and neither do values of different types. An array as a whole side is as in a {@link ValueTest}: one element that
 * satisfies a plain relation is enough, no comparable one may satisfy the plain form of a negated one. Arrays do not
 * calculate.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing, except where texts meet a regular expression.
 */
final class RelationTest extends SpanTest {
    private final Term left;
    private final Operator plain;
    private final boolean negated;
    private final Term right;
    private final @Nullable AnchoredPattern pattern;
    private final Scalar leftValue = new Scalar();
    private final Scalar rightValue = new Scalar();
    private final Scalar leftElement = new Scalar();
    private final Scalar rightElement = new Scalar();
    private final AnyValueReader leftArray = new AnyValueReader();
    private final AnyValueReader rightArray = new AnyValueReader();
    private final AnyValueReader element = new AnyValueReader();
    private final Question question = new Question();

    RelationTest(Term left, Operator operator, Term right) {
        this(left, operator, right, null);
    }

    private RelationTest(Term left, Operator operator, Term right, @Nullable AnchoredPattern pattern) {
        this.left = left;
        negated = operator.isNegated();
        plain = operator == Operator.NOT_EQUAL ? Operator.EQUAL : operator;
        this.right = right;
        this.pattern = pattern;
    }

    /** Compares with a constant, which may be a regular expression. */
    static RelationTest of(Term left, Operator operator, Operand operand) {
        AnchoredPattern pattern = operator.isPattern() && operand instanceof Operand.Text text
                ? AnchoredPattern.compile(text.value())
                : null;
        return new RelationTest(left, operator, new ConstantTerm(operand), pattern);
    }

    @Override
    void enterBlock(StringHeap strings) {
        left.enterBlock(strings);
        right.enterBlock(strings);
    }

    @Override
    boolean passes(SpanView span) {
        return question.holdsSomewhere(span, left.enterSpan(span) | right.enterSpan(span));
    }

    private final class Question extends Spot.Question {
        @Override
        boolean holds(SpanView span, Spot spot) {
            left.value(span, spot, leftValue);
            if (leftValue.type() == Scalar.NIL) {
                return false;
            }
            right.value(span, spot, rightValue);
            int outcome = leftValue.type() == Scalar.ARRAY ? ofElements() : ofLeft(leftValue);
            return outcome == (negated ? ValueTest.FAILS : ValueTest.HOLDS);
        }
    }

    private int ofElements() {
        int best = ValueTest.INCOMPARABLE;
        leftArray.wrapArray(leftValue.memory(), leftValue.offset(), leftValue.length());
        while (best != ValueTest.HOLDS && leftArray.nextElement(element)) {
            leftElement.set(element);
            best = Math.max(best, ofLeft(leftElement));
        }
        return best;
    }

    private int ofLeft(Scalar value) {
        if (pattern != null) {
            return matches(pattern, value);
        }
        if (rightValue.type() != Scalar.ARRAY) {
            return Scalar.relate(plain, value, rightValue);
        }
        int best = ValueTest.INCOMPARABLE;
        rightArray.wrapArray(rightValue.memory(), rightValue.offset(), rightValue.length());
        while (best != ValueTest.HOLDS && rightArray.nextElement(element)) {
            rightElement.set(element);
            best = Math.max(best, Scalar.relate(plain, value, rightElement));
        }
        return best;
    }

    private static int matches(AnchoredPattern expression, Scalar value) {
        if (value.type() != Scalar.TEXT) {
            return ValueTest.INCOMPARABLE;
        }
        return expression.matches(Utf8.get(value.memory(), value.offset(), value.length()))
                ? ValueTest.HOLDS
                : ValueTest.FAILS;
    }

    @Override
    int cost() {
        return pattern != null ? LIST : Math.max(left.cost(), right.cost());
    }
}
