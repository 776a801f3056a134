package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.Order;
import io.offspan.query.value.Scalar;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Calculates one number of the spans of a trace and compares it.
 *
 * <p>Spans without a number do not count; when no span has one, the relation does not hold, {@code !=} included. The sum of
 * whole numbers is exact, and whole where it fits 64 bits; with a fraction among them, numbers are added in the order of the
 * trace. An average is a fraction.
 */
final class Aggregate {
    private final Aggregation aggregation;
    private final int index;
    private final Scalar result = new Scalar();

    Aggregate(Aggregation aggregation, int index) {
        this.aggregation = aggregation;
        this.index = index;
    }

    /** Tells whether the relation holds for some of the spans of a trace. */
    boolean holds(List<Member> trace, BitSet among) {
        if (aggregation.function() == Function.COUNT) {
            result.setWhole(among.cardinality());
            return compare();
        }
        List<Number> numbers = new ArrayList<>();
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            Number number = trace.get(i).number(index);
            if (number != null) {
                numbers.add(number);
            }
        }
        if (numbers.isEmpty()) {
            return false;
        }
        calculate(numbers);
        return compare();
    }

    private void calculate(List<Number> numbers) {
        switch (aggregation.function()) {
            case MIN -> extreme(numbers, Operator.LESS);
            case MAX -> extreme(numbers, Operator.GREATER);
            case SUM -> sum(numbers);
            default -> {
                sum(numbers);
                result.setFraction(result.fraction() / numbers.size());
            }
        }
    }

    private void extreme(List<Number> numbers, Operator better) {
        Scalar candidate = new Scalar();
        set(result, numbers.get(0));
        for (Number number : numbers) {
            set(candidate, number);
            if (Order.holdsOrUnordered(better, Scalar.order(candidate, result))) {
                result.set(candidate);
            }
        }
    }

    private void sum(List<Number> numbers) {
        if (numbers.stream().allMatch(Long.class::isInstance)) {
            BigInteger sum = BigInteger.ZERO;
            for (Number number : numbers) {
                sum = sum.add(BigInteger.valueOf(number.longValue()));
            }
            if (sum.bitLength() < Long.SIZE) {
                result.setWhole(sum.longValue());
            } else {
                result.setFraction(sum.doubleValue());
            }
            return;
        }
        double sum = 0;
        for (Number number : numbers) {
            sum += number.doubleValue();
        }
        result.setFraction(sum);
    }

    private boolean compare() {
        Scalar operand = new Scalar();
        set(
                operand,
                aggregation.operand() instanceof Operand.Whole whole
                        ? (Number) whole.value()
                        : (Number) ((Operand.Fraction) aggregation.operand()).value());
        return Order.holdsOrUnordered(aggregation.operator(), Scalar.order(result, operand));
    }

    private static void set(Scalar scalar, Number number) {
        if (number instanceof Long whole) {
            scalar.setWhole(whole);
        } else {
            scalar.setFraction(number.doubleValue());
        }
    }
}
