package io.offspan.query.value;

import io.offspan.query.ast.Operator;

/** Exact order of numbers of different types, and what an order says to an operator. */
public final class Order {
    /** Neither less nor equal nor greater: one of the two is NaN. */
    public static final int UNORDERED = 2;

    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

    private Order() {}

    /** Tells whether an operator holds for values of which the first is less, equal or greater by the sign of an order. */
    public static boolean holds(Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case MATCHES, NOT_MATCHES -> throw new IllegalArgumentException("A number does not match an expression");
        };
    }

    /** Tells whether a numeric operator holds; an unordered pair only differs. */
    public static boolean holdsOrUnordered(Operator operator, int order) {
        return order == UNORDERED ? operator == Operator.NOT_EQUAL : holds(operator, order);
    }

    public static int compare(double value, double other) {
        if (value < other) {
            return -1;
        }
        if (value > other) {
            return 1;
        }
        return value == other ? 0 : UNORDERED;
    }

    /** Compares without rounding either: 2^53 + 1 is greater than 2^53 as a double. */
    public static int compare(long value, double other) {
        if (Double.isNaN(other)) {
            return UNORDERED;
        }
        if (other >= TWO_TO_63) {
            return -1;
        }
        if (other < -TWO_TO_63) {
            return 1;
        }
        long whole = (long) other;
        return value != whole ? Long.compare(value, whole) : Double.compare(0.0, other - whole + 0.0);
    }

    /** As {@link #compare(long, double)} for an unsigned value. */
    public static int compareUnsigned(long value, double other) {
        if (Double.isNaN(other)) {
            return UNORDERED;
        }
        if (other < 0) {
            return 1;
        }
        if (other >= TWO_TO_64) {
            return -1;
        }
        if (other >= TWO_TO_63) {
            return Long.compareUnsigned(value, (long) (other - TWO_TO_63) + Long.MIN_VALUE);
        }
        return value < 0 ? 1 : compare(value, other);
    }
}
