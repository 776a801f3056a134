package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Operation;

/**
 * Calculates as {@link Operation} says, without exceptions: overflow is as likely in data as anything else.
 *
 * <p>What is no number gives nil, and so does a division by zero, whole or not, which is counted.
 */
final class ArithmeticSource extends ValueSource {
    private final ValueSource left;
    private final Operation operation;
    private final ValueSource right;
    private final ZeroDivisions zeroDivisions;
    private final Scalar value = new Scalar();

    ArithmeticSource(ValueSource left, Operation operation, ValueSource right, ZeroDivisions zeroDivisions) {
        this.left = left;
        this.operation = operation;
        this.right = right;
        this.zeroDivisions = zeroDivisions;
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
        Scalar first = left.value(span, spot);
        Scalar second = right.value(span, spot);
        if (!first.isNumber() || !second.isNumber()) {
            value.setNil();
        } else if (isDivision() && second.fraction() == 0) {
            zeroDivisions.add();
            value.setNil();
        } else if (first.type() == Scalar.WHOLE && second.type() == Scalar.WHOLE) {
            wholes(first.whole(), second.whole());
        } else if (operation.isExact() && first.isWhole() && second.isWhole()) {
            wholes(first.whole(), second.whole());
            if (value.type() == Scalar.WHOLE) {
                value.setNanos(value.whole());
            }
        } else {
            value.setFraction(operation.apply(first.fraction(), second.fraction()));
        }
        return value;
    }

    private boolean isDivision() {
        return operation == Operation.DIVIDE || operation == Operation.MODULO;
    }

    private void wholes(long a, long b) {
        long result = switch (operation) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> a % b;
            case POWER -> power(a, b);
        };
        boolean overflow = switch (operation) {
            case ADD -> ((a ^ result) & (b ^ result)) < 0;
            case SUBTRACT -> ((a ^ b) & (a ^ result)) < 0;
            case MULTIPLY -> Math.multiplyHigh(a, b) != result >> 63;
            case DIVIDE -> a == Long.MIN_VALUE && b == -1;
            case MODULO -> false;
            case POWER -> !powerFits(a, b);
        };
        if (overflow) {
            value.setFraction(operation.apply((double) a, (double) b));
        } else {
            value.setWhole(result);
        }
    }

    /** Returns the power of wholes, of any use only where {@link #powerFits}. */
    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            result = (left & 1) == 0 ? result : result * square;
            square *= square;
        }
        return result;
    }

    private static boolean powerFits(long base, long exponent) {
        if (exponent < 0) {
            return false;
        }
        if (base >= -1 && base <= 1) {
            return true;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            long next = result * base;
            if (Math.multiplyHigh(result, base) != next >> 63) {
                return false;
            }
            result = next;
        }
        return true;
    }

    @Override
    public int cost() {
        return Math.max(left.cost(), right.cost());
    }
}
