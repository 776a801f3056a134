package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Operation;

/** What is calculated from two values. */
final class ArithmeticSource extends ValueSource {
    private final ValueSource left;
    private final Operation operation;
    private final ValueSource right;
    private final Calculator calculator;
    private final Scalar value = new Scalar();

    ArithmeticSource(ValueSource left, Operation operation, ValueSource right, ZeroDivisions zeroDivisions) {
        this.left = left;
        this.operation = operation;
        this.right = right;
        calculator = new Calculator(zeroDivisions);
    }

    @Override
    public void enterBlock(StringHeap strings) {
        left.enterBlock(strings);
        right.enterBlock(strings);
    }

    @Override
    public int enterSpan(SpanView span) {
        return left.enterSpan(span) | right.enterSpan(span);
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        calculator.apply(left.value(span, spot), operation, right.value(span, spot), value);
        return value;
    }

    @Override
    public int cost() {
        return Math.max(left.cost(), right.cost());
    }
}
