package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Stage;
import io.offspan.query.value.Calculator;
import io.offspan.query.value.Order;
import io.offspan.query.value.Scalar;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Calculates numbers of spans of a trace and compares them.
 *
 * <p>Spans without a number do not count; when no span has one, the relation does not hold, {@code !=} included. The sum of
 * whole numbers is exact, and whole where it fits 64 bits; with a fraction among them, numbers are added in the order of the
 * trace. An average is a fraction.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Aggregate {
    private final List<Measure> measures;
    private final Calculator calculator;
    private final BiFunction<List<Stage>, BitSet, BitSet> stages;

    /**
     * Calculates what is asked of traces.
     *
     * @param measures by the number under which a {@link Member} has them
     * @param stages says what stages leave of spans of the trace
     */
    Aggregate(List<Measure> measures, Calculator calculator, BiFunction<List<Stage>, BitSet, BitSet> stages) {
        this.measures = measures;
        this.stages = stages;
        this.calculator = calculator;
    }

    /** Tells whether the relation holds for some of the spans of a trace. */
    boolean holds(Aggregation aggregation, List<Member> trace, BitSet among) {
        Scalar left = value(aggregation.left(), trace, among);
        Scalar right = value(aggregation.right(), trace, among);
        return left.isNumber()
                && right.isNumber()
                && Order.holdsOrUnordered(aggregation.operator(), Scalar.order(left, right));
    }

    private Scalar value(Figure figure, List<Member> trace, BitSet among) {
        Scalar value = new Scalar();
        if (figure instanceof Figure.Fixed fixed) {
            set(value, fixed.value());
        } else if (figure instanceof Figure.Calculated sum) {
            calculator.apply(value(sum.left(), trace, among), sum.operation(), value(sum.right(), trace, among), value);
        } else if (figure instanceof Figure.Piped piped) {
            return value(piped.figure(), trace, stages.apply(piped.stages(), among));
        } else {
            measure((Measure) figure, trace, among, value);
        }
        return value;
    }

    private void measure(Measure measure, List<Member> trace, BitSet among, Scalar result) {
        if (measure.function() == Function.COUNT) {
            result.setWhole(among.cardinality());
            return;
        }
        int index = measures.indexOf(measure);
        List<Number> numbers = new ArrayList<>();
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            Number number = trace.get(i).number(index);
            if (number != null) {
                numbers.add(number);
            }
        }
        if (numbers.isEmpty()) {
            result.setNil();
            return;
        }
        calculate(measure.function(), numbers, result);
        if (result.isWhole() && measure.isDuration()) {
            result.setNanos(result.whole());
        }
    }

    private static void calculate(Function function, List<Number> numbers, Scalar result) {
        switch (function) {
            case MIN -> extreme(numbers, Operator.LESS, result);
            case MAX -> extreme(numbers, Operator.GREATER, result);
            case SUM -> sum(numbers, result);
            default -> {
                sum(numbers, result);
                result.setFraction(result.fraction() / numbers.size());
            }
        }
    }

    private static void extreme(List<Number> numbers, Operator better, Scalar result) {
        Scalar candidate = new Scalar();
        set(result, numbers.get(0));
        for (Number number : numbers) {
            set(candidate, number);
            if (Order.holdsOrUnordered(better, Scalar.order(candidate, result))) {
                result.set(candidate);
            }
        }
    }

    private static void sum(List<Number> numbers, Scalar result) {
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

    private static void set(Scalar scalar, Operand constant) {
        if (constant instanceof Operand.Whole whole && whole.duration()) {
            scalar.setNanos(whole.value());
        } else if (constant instanceof Operand.Whole whole) {
            scalar.setWhole(whole.value());
        } else {
            scalar.setFraction(((Operand.Fraction) constant).value());
        }
    }

    private static void set(Scalar scalar, Number number) {
        if (number instanceof Long whole) {
            scalar.setWhole(whole);
        } else {
            scalar.setFraction(number.doubleValue());
        }
    }
}
