package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;

/**
 * How {@link Arithmetic} calculates.
 *
 * <p>Two integers give an integer, {@code /} truncates towards zero. Where the outcome does not fit into 64 bits, or the
 * exponent is negative, it is a floating-point number, as it is when one of the two is.
 *
 * <p>With a duration everything is a floating-point number of nanoseconds: 700ms / 1s is 0.7. Where {@link #isExact} its value
 * is kept as a whole one, which no comparison can tell from it but by what a floating-point number would have rounded.
 */
public enum Operation {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULO("%"),
    POWER("^");

    private final String symbol;

    Operation(String symbol) {
        this.symbol = symbol;
    }

    /** Returns the operation as it is written in TraceQL. */
    public String symbol() {
        return symbol;
    }

    /**
     * Calculates with two constants.
     *
     * @throws QueryException ({@code ARITHMETIC}) when the divisor is zero or the outcome is not finite, ({@code TYPE}) when one is
     *     no number
     */
    public Operand apply(Operand left, Operand right) {
        checkDivisor(left, right);
        if (left instanceof Operand.Whole a && right instanceof Operand.Whole b) {
            boolean duration = a.duration() || b.duration();
            try {
                if (duration ? isExact() : this != POWER || b.value() >= 0) {
                    return new Operand.Whole(apply(a.value(), b.value()), duration);
                }
            } catch (ArithmeticException beyond) {
                // Goes on as a floating-point number.
            }
        }
        double outcome = apply(number(left), number(right));
        if (!Double.isFinite(outcome)) {
            throw new QueryException(
                    Reason.ARITHMETIC,
                    left + " " + symbol + " " + right + " is " + outcome + "; calculate with smaller numbers");
        }
        return new Operand.Fraction(outcome);
    }

    /** Refuses a zero to divide by. */
    void checkDivisor(Object dividend, Operand divisor) {
        if ((this == DIVIDE || this == MODULO) && number(divisor) == 0) {
            throw new QueryException(
                    Reason.ARITHMETIC,
                    "Division by zero in " + dividend + " " + symbol + " " + divisor + "; divide by another number");
        }
    }

    /** Tells whether two numbers of whole nanoseconds give another, where it fits into 64 bits. */
    public boolean isExact() {
        return this != DIVIDE && this != POWER;
    }

    /**
     * Calculates with whole numbers; an exponent must not be negative.
     *
     * @throws ArithmeticException when the divisor is zero or the outcome does not fit into 64 bits
     */
    public long apply(long left, long right) {
        return switch (this) {
            case ADD -> Math.addExact(left, right);
            case SUBTRACT -> Math.subtractExact(left, right);
            case MULTIPLY -> Math.multiplyExact(left, right);
            case DIVIDE -> {
                if (left == Long.MIN_VALUE && right == -1) {
                    throw new ArithmeticException("long overflow");
                }
                yield left / right;
            }
            case MODULO -> left % right;
            case POWER -> power(left, right);
        };
    }

    /** Calculates with floating-point numbers; the outcome may be infinite or not a number. */
    public double apply(double left, double right) {
        return switch (this) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case MODULO -> left % right;
            case POWER -> Math.pow(left, right);
        };
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            throw new ArithmeticException("negative exponent");
        }
        long outcome = 1;
        long square = base;
        for (long rest = exponent; rest > 0; ) {
            if ((rest & 1) == 1) {
                outcome = Math.multiplyExact(outcome, square);
            }
            rest >>= 1;
            if (rest > 0) {
                square = Math.multiplyExact(square, square);
            }
        }
        return outcome;
    }

    private static double number(Operand operand) {
        if (operand instanceof Operand.Whole whole) {
            return whole.value();
        }
        if (operand instanceof Operand.Fraction fraction) {
            return fraction.value();
        }
        throw new QueryException(Reason.TYPE, "Calculation with " + operand + "; it takes numbers and durations");
    }

    @Override
    public String toString() {
        return symbol;
    }
}
