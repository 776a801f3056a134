package io.offspan.query.exec;

import io.offspan.query.ast.Operator;

/** The relation of numbers to a number, exact across integers and floating point. */
final class NumberTest extends ValueTest {
    private final Operator operator;
    private final boolean isWhole;
    private final long whole;
    private final double fraction;

    private NumberTest(Operator operator, boolean isWhole, long whole, double fraction) {
        // The negation of "equal" is the array's business, so that a NaN element counts as different there, too.
        super(operator == Operator.NOT_EQUAL);
        this.operator = operator == Operator.NOT_EQUAL ? Operator.EQUAL : operator;
        this.isWhole = isWhole;
        this.whole = whole;
        this.fraction = fraction;
    }

    static NumberTest of(Operator operator, long operand) {
        return new NumberTest(operator, true, operand, 0);
    }

    static NumberTest of(Operator operator, double operand) {
        return new NumberTest(operator, false, 0, operand);
    }

    @Override
    int ofWhole(long value) {
        return outcome(isWhole ? Long.compare(value, whole) : Order.compare(value, fraction));
    }

    @Override
    int ofFraction(double value) {
        return outcome(isWhole ? mirrored(Order.compare(whole, value)) : Order.compare(value, fraction));
    }

    private static int mirrored(int order) {
        return order == Order.UNORDERED ? order : -order;
    }

    private int outcome(int order) {
        return Order.holdsOrUnordered(operator, order) ? HOLDS : FAILS;
    }
}
