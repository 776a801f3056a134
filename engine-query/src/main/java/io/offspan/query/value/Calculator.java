package io.offspan.query.value;

import io.offspan.query.ast.Operation;

/**
 * Calculates as {@link Operation} says, without exceptions: overflow is as likely in data as anything else.
 *
 * <p>What is no number gives nil, and so does a division by zero, whole or not, which is counted.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
public final class Calculator {
    private final ZeroDivisions zeroDivisions;

    public Calculator(ZeroDivisions zeroDivisions) {
        this.zeroDivisions = zeroDivisions;
    }

    /** Calculates; the outcome may go into one of the two numbers. */
    public void apply(Scalar first, Operation operation, Scalar second, Scalar value) {
        if (!first.isNumber() || !second.isNumber()) {
            value.setNil();
        } else if (isDivision(operation) && second.fraction() == 0) {
            zeroDivisions.add();
            value.setNil();
        } else if (first.type() == Scalar.WHOLE && second.type() == Scalar.WHOLE) {
            wholes(first.whole(), operation, second.whole(), value);
        } else if (operation.isExact() && first.isWhole() && second.isWhole()) {
            wholes(first.whole(), operation, second.whole(), value);
            if (value.type() == Scalar.WHOLE) {
                value.setNanos(value.whole());
            }
        } else {
            value.setFraction(operation.apply(first.fraction(), second.fraction()));
        }
    }

    private static boolean isDivision(Operation operation) {
        return operation == Operation.DIVIDE || operation == Operation.MODULO;
    }

    private static void wholes(long a, Operation operation, long b, Scalar value) {
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
}
