package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;

/** Series of numbers over time: a {@link Sampling} of spans or a {@link Contrast} of two sides, or what is made of series. */
public sealed interface Metric
        permits Sampling, Contrast, Metric.Fixed, Metric.Calculated, Metric.Threshold, Metric.Ranked {
    /** Returns how many levels the tree has. */
    int depth();

    /** Returns how many nodes the tree has. */
    int nodes();

    /**
     * A number beside a series, the same at all times.
     *
     * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) for what is no number, and for a duration.
     */
    record Fixed(Operand value) implements Metric {
        public Fixed {
            StaticType.of(value).requireNumber(value, "a metric");
            if (value instanceof Operand.Whole whole && whole.duration()) {
                throw new QueryException(
                        Reason.TYPE,
                        "A metric is calculated with the duration " + value + "; write it as a number of seconds");
            }
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public int nodes() {
            return 1;
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /**
     * Series calculated from those of two metrics that have the same labels, time by time. One of the two may be a number, and a metric
     * of one series without labels goes with every series of the other.
     *
     * <p><b>Fails</b> with {@link QueryException}: {@code TYPE} for operations other than {@code + - * /}, and for two numbers; {@code
     * ARITHMETIC} when the divisor is a constant zero.
     */
    record Calculated(Metric left, Operation operation, Metric right) implements Metric {
        public Calculated {
            if (operation == Operation.MODULO || operation == Operation.POWER) {
                throw new QueryException(
                        Reason.TYPE, "Operator " + operation + " between metrics; allowed are + - * /");
            }
            if (left instanceof Fixed && right instanceof Fixed) {
                throw new QueryException(
                        Reason.TYPE,
                        left + " " + operation + " " + right
                                + " has no series; name a metric, as in ({ } | rate()) * 60");
            }
            if (right instanceof Fixed divisor) {
                operation.checkDivisor("a metric", divisor.value());
            }
            requireOneKind(left);
            requireOneKind(right);
            Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
        }

        @Override
        public int depth() {
            return 1 + Math.max(left.depth(), right.depth());
        }

        @Override
        public int nodes() {
            return 1 + left.nodes() + right.nodes();
        }

        @Override
        public String toString() {
            return grouped(left) + " " + operation + " " + grouped(right);
        }

        private static String grouped(Metric side) {
            return side instanceof Fixed ? side.toString() : "(" + side + ")";
        }
    }

    /**
     * What is left of series where only numbers stay that stand in a relation to another. A duration is one of seconds.
     *
     * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) for what is no number, and for regular expressions.
     */
    record Threshold(Metric of, Operator operator, Operand number) implements Metric {
        public Threshold {
            requireSeries(of);
            StaticType.of(number).requireNumber(number, "a metric");
            if (operator.isPattern()) {
                throw new QueryException(
                        Reason.TYPE, "Operator " + operator + " behind a metric; compare with a number, as in > 5");
            }
            Tree.checkSize(1 + of.depth(), 1L + of.nodes());
        }

        @Override
        public int depth() {
            return 1 + of.depth();
        }

        @Override
        public int nodes() {
            return 1 + of.nodes();
        }

        @Override
        public String toString() {
            return of + " " + operator + " " + number;
        }
    }

    /**
     * The greatest or the least numbers of all series at each time; where two are equal, that of the series which comes first.
     *
     * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) for fewer than one.
     */
    record Ranked(Metric of, boolean greatest, int most) implements Metric {
        public Ranked {
            requireSeries(of);
            if (most < 1) {
                throw new QueryException(
                        Reason.LIMIT, (greatest ? "topk(" : "bottomk(") + most + "); ask for 1 or more series");
            }
            Tree.checkSize(1 + of.depth(), 1L + of.nodes());
        }

        @Override
        public int depth() {
            return 1 + of.depth();
        }

        @Override
        public int nodes() {
            return 1 + of.nodes();
        }

        @Override
        public String toString() {
            return of + (greatest ? " | topk(" : " | bottomk(") + most + ")";
        }
    }

    private static void requireSeries(Metric of) {
        if (Objects.requireNonNull(of, "of") instanceof Fixed) {
            throw new QueryException(Reason.TYPE, of + " is no series; name a metric, as in { } | rate() > 5");
        }
        requireOneKind(of);
    }

    /** Refuses to go on with series of which each is about something else. */
    private static void requireOneKind(Metric of) {
        if (of instanceof Contrast) {
            throw new QueryException(
                    Reason.TYPE,
                    "More behind compare(); its series are about many attributes, so let nothing follow it");
        }
    }
}
