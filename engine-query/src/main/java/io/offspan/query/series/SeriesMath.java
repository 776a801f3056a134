package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is made of series, time by time. A number is missing where one of those is that it is calculated from, and where a divisor is zero. */
final class SeriesMath {
    private SeriesMath() {}

    /** Calculates with each number and a constant behind it. */
    static List<Series> calculated(List<Series> series, Operation operation, Metric.Fixed right) {
        double number = number(right.value());
        return mapped(series, value -> apply(value, operation, number));
    }

    /** Calculates with a constant and each number behind it. */
    static List<Series> calculated(Metric.Fixed left, Operation operation, List<Series> series) {
        double number = number(left.value());
        return mapped(series, value -> apply(number, operation, value));
    }

    /** Leaves the numbers that stand in a relation to another. */
    static List<Series> kept(List<Series> series, Metric.Threshold threshold) {
        Operand operand = threshold.number();
        double number = operand instanceof Operand.Whole whole && whole.duration()
                ? whole.value() / Tally.NANOS_PER_SECOND
                : number(operand);
        return mapped(series, value -> holds(value, threshold.operator(), number) ? value : Double.NaN);
    }

    private static boolean holds(double value, Operator operator, double number) {
        return switch (operator) {
            case EQUAL -> value == number;
            case NOT_EQUAL -> value != number;
            case LESS -> value < number;
            case LESS_OR_EQUAL -> value <= number;
            case GREATER -> value > number;
            case GREATER_OR_EQUAL -> value >= number;
            case MATCHES, NOT_MATCHES -> throw new IllegalArgumentException(operator + " compares no numbers");
        };
    }

    private static double number(Operand operand) {
        return operand instanceof Operand.Whole whole ? whole.value() : ((Operand.Fraction) operand).value();
    }

    private static double apply(double left, Operation operation, double right) {
        return operation == Operation.DIVIDE && right == 0 ? Double.NaN : operation.apply(left, right);
    }

    private static List<Series> mapped(List<Series> series, DoubleUnaryOperator change) {
        List<Series> changed = new ArrayList<>();
        for (Series one : series) {
            double[] values = one.values();
            for (int i = 0; i < values.length; i++) {
                values[i] = Double.isNaN(values[i]) ? Double.NaN : change.applyAsDouble(values[i]);
            }
            add(one.with(values), changed);
        }
        return changed;
    }

    private static void add(Series series, List<Series> to) {
        if (!series.isEmpty()) {
            to.add(series);
        }
    }

    /** Leaves the greatest or the least numbers of each interval. */
    static List<Series> ranked(List<Series> series, Metric.Ranked ranked) {
        if (series.size() <= ranked.most()) {
            return series;
        }
        List<Series> sorted = new ArrayList<>(series);
        sorted.sort(MetricRun.ORDER);
        List<double[]> values = sorted.stream().map(Series::values).toList();
        for (int i = 0; i < values.get(0).length; i++) {
            int at = i;
            // Zeros are equal, whatever their sign.
            Comparator<double[]> byValue = Comparator.comparingDouble(each -> each[at] + 0.0);
            // Which keeps the order of those that are equal.
            values.stream()
                    .filter(each -> !Double.isNaN(each[at]))
                    .sorted(ranked.greatest() ? byValue.reversed() : byValue)
                    .skip(ranked.most())
                    .toList()
                    .forEach(each -> each[at] = Double.NaN);
        }
        List<Series> left = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            add(sorted.get(i).with(values.get(i)), left);
        }
        return left;
    }

    /** Calculates with the numbers of series that have the same labels, or of the only series of one side, which has none, and each of the other. */
    static List<Series> calculated(List<Series> left, Operation operation, List<Series> right, Steps steps) {
        List<Series> found = new ArrayList<>();
        if (isAlone(left) && isAlone(right)) {
            add(
                    new Series(
                            names(left, operation, right),
                            steps,
                            values(left.get(0), operation, right.get(0)),
                            List.of()),
                    found);
            return found;
        }
        if (isAlone(left) || isAlone(right)) {
            for (Series each : isAlone(left) ? right : left) {
                double[] values =
                        isAlone(left) ? values(left.get(0), operation, each) : values(each, operation, right.get(0));
                add(new Series(each.labels(), steps, values, List.of()), found);
            }
            return found;
        }
        Map<List<Label>, Series> byLabels = new HashMap<>();
        right.forEach(each -> byLabels.put(plain(each), each));
        for (Series one : left) {
            Series other = byLabels.get(plain(one));
            if (other != null) {
                add(new Series(plain(one), steps, values(one, operation, other), List.of()), found);
            }
        }
        return found;
    }

    /** Tells whether there is one series, of all spans. */
    private static boolean isAlone(List<Series> series) {
        return series.size() == 1 && plain(series.get(0)).isEmpty();
    }

    /** Returns the labels without the name of the function. */
    private static List<Label> plain(Series series) {
        return series.labels().stream()
                .filter(label -> !label.key().equals(Label.NAME))
                .toList();
    }

    private static List<Label> names(List<Series> left, Operation operation, List<Series> right) {
        Value one = name(left.get(0));
        Value other = name(right.get(0));
        return one == null || other == null
                ? List.of()
                : List.of(new Label(Label.NAME, Value.of("(" + one + " " + operation + " " + other + ")")));
    }

    private static @Nullable Value name(Series series) {
        return series.labels().isEmpty() ? null : series.labels().get(0).value();
    }

    private static double[] values(Series left, Operation operation, Series right) {
        double[] values = left.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = apply(values[i], operation, right.value(i));
        }
        return values;
    }
}
