package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.Spot;
import io.offspan.query.value.ValueSource;

/**
 * Compares two expressions as a {@link ValueTest}.
 *
 * <p>Where they look at events or links, one event and one link that satisfy the relation are enough; every event field of
 * one relation is then that of the same event, every link field that of the same link. Arrays do not calculate.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
final class RelationTest extends SpanTest {
    private final ValueSource left;
    private final ValueSource right;
    private final ValueTest test;
    private final Question question = new Question();

    RelationTest(ValueSource left, Operator operator, ValueSource right) {
        this.left = left;
        this.right = right;
        test = ValueTest.of(operator);
    }

    @Override
    public void enterBlock(StringHeap strings) {
        left.enterBlock(strings);
        right.enterBlock(strings);
    }

    @Override
    public boolean passes(SpanView span) {
        return question.holdsSomewhere(span, left.enterSpan(span) | right.enterSpan(span));
    }

    private final class Question extends Spot.Question {
        @Override
        public boolean holds(SpanView span, Spot spot) {
            Scalar value = left.value(span, spot);
            return value.type() != Scalar.NIL && test.holds(value, right.value(span, spot));
        }
    }

    @Override
    public int cost() {
        return Math.max(left.cost(), right.cost());
    }
}
