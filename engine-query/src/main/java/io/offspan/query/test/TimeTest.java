package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.Order;
import io.offspan.query.value.ValueSource;

/**
 * Compares start, end or duration, and prunes blocks by their bounds. Start and end are unsigned, operands of theirs too. A span
 * without an end has no duration.
 */
final class TimeTest extends SpanTest {
    private final Intrinsic field;
    private final boolean signed;
    private final Operator operator;
    private final boolean isWhole;
    private final long whole;
    private final double fraction;

    TimeTest(Intrinsic field, Operator operator, Operand operand) {
        this.field = field;
        this.operator = operator;
        signed = field == Intrinsic.DURATION;
        isWhole = operand instanceof Operand.Whole;
        whole = operand instanceof Operand.Whole number ? number.value() : 0;
        fraction = operand instanceof Operand.Fraction number ? number.value() : 0;
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public boolean passes(SpanView span) {
        if (signed && !span.hasEnd()) {
            return false;
        }
        long value = switch (field) {
            case START -> span.startNanos();
            case END -> span.endNanos();
            default -> span.durationNanos();
        };
        return Order.holdsOrUnordered(operator, order(value));
    }

    @Override
    public boolean mayPass(BlockDirectory bounds, int block) {
        return switch (field) {
            case START -> mayPass(bounds.minStartNanos(block), bounds.maxStartNanos(block));
            case END -> mayPass(bounds.minEndNanos(block), bounds.maxEndNanos(block));
            default ->
                mayPass(Math.max(bounds.minDurationNanos(block), 0), Math.max(bounds.maxDurationNanos(block), 0));
        };
    }

    private boolean mayPass(long least, long greatest) {
        int low = order(least);
        int high = order(greatest);
        if (low == Order.UNORDERED) {
            return operator == Operator.NOT_EQUAL;
        }
        return switch (operator) {
            case EQUAL -> low <= 0 && high >= 0;
            case NOT_EQUAL -> low != 0 || high != 0;
            case LESS, LESS_OR_EQUAL -> Order.holds(operator, low);
            default -> Order.holds(operator, high);
        };
    }

    private int order(long value) {
        if (isWhole) {
            return signed ? Long.compare(value, whole) : Long.compareUnsigned(value, whole);
        }
        return signed ? Order.compare(value, fraction) : Order.compareUnsigned(value, fraction);
    }

    @Override
    public int cost() {
        return ValueSource.LINE;
    }
}
