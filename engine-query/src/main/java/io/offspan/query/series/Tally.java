package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.MetricsQuery.QuantileRule;
import io.offspan.query.ast.Sampling;
import io.offspan.query.value.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the spans of one group, interval by interval. The order in which they come changes nothing.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
abstract class Tally {
    static final double NANOS_PER_SECOND = 1e9;

    /** Takes what a tally makes of its spans. */
    interface Results {
        /**
         * Takes a series.
         *
         * @param more a label beside those of the group
         * @param values by interval, NaN for none
         */
        void take(@Nullable Label more, double[] values);
    }

    /** Makes the tally that a question asks for. */
    static Tally of(Sampling sampling, QuantileRule rule, Steps steps, CellBudget budget, QuantileTally.Walks walks) {
        double unit = sampling.of() instanceof Intrinsic field && field.isDuration() ? NANOS_PER_SECOND : 1;
        return switch (sampling.function()) {
            case RATE -> new OfSpans(steps, budget, steps.seconds());
            case COUNT_OVER_TIME -> new OfSpans(steps, budget, 1);
            case MIN_OVER_TIME -> new OfExtremes(steps, budget, unit, false);
            case MAX_OVER_TIME -> new OfExtremes(steps, budget, unit, true);
            case SUM_OVER_TIME -> new OfSums(steps, budget, unit, false);
            case AVG_OVER_TIME -> new OfSums(steps, budget, unit, true);
            case HISTOGRAM_OVER_TIME -> new OfBuckets(steps, budget, unit, null);
            case QUANTILE_OVER_TIME ->
                rule == QuantileRule.LOG2
                        ? new OfBuckets(steps, budget, unit, sampling.quantiles())
                        : new QuantileTally(steps, budget, unit, sampling.quantiles(), walks);
        };
    }

    /** Adds a span, with its number where one is asked for. */
    abstract void add(int interval, Scalar number);

    /** Adds so many spans of which only their number matters. */
    void addSpans(int interval, long spans) {
        throw new IllegalStateException("Numbers of spans are asked for, and not how many there are");
    }

    /** Hands over its series. */
    abstract void tell(Results results);

    /** How many spans there are, by a number of seconds or by one. */
    private static final class OfSpans extends Tally {
        private final double[] counts;
        private final double divisor;

        OfSpans(Steps steps, CellBudget budget, double divisor) {
            budget.takeSeries(steps.count());
            counts = new double[steps.count()];
            this.divisor = divisor;
        }

        @Override
        void add(int interval, Scalar number) {
            counts[interval]++;
        }

        @Override
        void addSpans(int interval, long spans) {
            counts[interval] += spans;
        }

        @Override
        void tell(Results results) {
            double[] values = counts;
            for (int i = 0; i < values.length; i++) {
                values[i] /= divisor;
            }
            results.take(null, values);
        }
    }

    /** The least or the greatest number. */
    private static final class OfExtremes extends Tally {
        private final double[] best;
        private final double unit;
        private final boolean greatest;

        OfExtremes(Steps steps, CellBudget budget, double unit, boolean greatest) {
            budget.takeSeries(steps.count());
            best = new double[steps.count()];
            Arrays.fill(best, Double.NaN);
            this.unit = unit;
            this.greatest = greatest;
        }

        @Override
        void add(int interval, Scalar number) {
            double value = number.fraction();
            double so = best[interval];
            if (Double.isNaN(so) || (greatest ? Double.compare(value, so) > 0 : Double.compare(value, so) < 0)) {
                best[interval] = value;
            }
        }

        @Override
        void tell(Results results) {
            double[] values = best;
            for (int i = 0; i < values.length; i++) {
                values[i] /= unit;
            }
            results.take(null, values);
        }
    }

    /** The sum or the average. Whole numbers are added exactly; fractions with what rounding takes away, so that their order does not show. */
    private static final class OfSums extends Tally {
        private static final int ARRAYS = 5;

        /** Signed numbers of 128 bits, of which this is the upper half. */
        private final long[] high;

        private final long[] low;
        private final double[] fractions;
        private final double[] lost;
        private final long[] counts;
        private final double unit;
        private final boolean average;

        OfSums(Steps steps, CellBudget budget, double unit, boolean average) {
            budget.takeSeries(ARRAYS * steps.count());
            high = new long[steps.count()];
            low = new long[steps.count()];
            fractions = new double[steps.count()];
            lost = new double[steps.count()];
            counts = new long[steps.count()];
            this.unit = unit;
            this.average = average;
        }

        @Override
        void add(int interval, Scalar number) {
            counts[interval]++;
            if (!number.isWhole()) {
                addFraction(interval, number.fraction());
                return;
            }
            long sum = low[interval] + number.whole();
            int carry = Long.compareUnsigned(sum, number.whole()) < 0 ? 1 : 0;
            high[interval] += (number.whole() >> Long.SIZE - 1) + carry;
            low[interval] = sum;
        }

        private void addFraction(int interval, double value) {
            double before = fractions[interval];
            double sum = before + value;
            if (Double.isFinite(sum)) {
                lost[interval] += Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
            }
            fractions[interval] = sum;
        }

        private double sum(int interval) {
            double fraction = fractions[interval];
            if (fraction == 0 && lost[interval] == 0 && high[interval] == low[interval] >> Long.SIZE - 1) {
                return low[interval];
            }
            if (!Double.isFinite(fraction)) {
                return fraction;
            }
            BigInteger lower =
                    BigInteger.valueOf(low[interval] >>> 1).shiftLeft(1).add(BigInteger.valueOf(low[interval] & 1));
            BigInteger whole =
                    BigInteger.valueOf(high[interval]).shiftLeft(Long.SIZE).add(lower);
            return new BigDecimal(whole)
                    .add(new BigDecimal(fraction))
                    .add(new BigDecimal(lost[interval]))
                    .doubleValue();
        }

        @Override
        void tell(Results results) {
            double[] values = new double[counts.length];
            for (int i = 0; i < values.length; i++) {
                double sum = sum(i) / unit;
                values[i] = counts[i] == 0 ? Double.NaN : average ? sum / counts[i] : sum;
            }
            results.take(null, values);
        }
    }

    /** Returns which of the numbers in their order a quantile is, from 1. */
    static long rank(double quantile, long count) {
        return (long) Math.max(1, Math.min(count, Math.ceil(quantile * count)));
    }

    /** How many numbers there are between powers of two, and quantiles that are calculated from that. */
    private static final class OfBuckets extends Tally {
        private static final int BUCKETS = Long.SIZE;
        private static final double[] NO_COUNTS = {};

        private final Steps steps;
        private final CellBudget budget;
        private final double unit;
        /** Null where the numbers in each bucket are asked for. */
        private final @Nullable List<Double> quantiles;

        /** By the power of two that numbers do not exceed, then by interval. */
        private final double[][] buckets = new double[BUCKETS][];

        OfBuckets(Steps steps, CellBudget budget, double unit, @Nullable List<Double> quantiles) {
            this.steps = steps;
            this.budget = budget;
            this.unit = unit;
            this.quantiles = quantiles;
            budget.takeSeries(0);
            Arrays.fill(buckets, NO_COUNTS);
        }

        @Override
        void add(int interval, Scalar number) {
            if (!number.isWhole() || number.whole() < 2) {
                return;
            }
            int power = Long.SIZE - Long.numberOfLeadingZeros(number.whole() - 1);
            double[] counts = buckets[power];
            if (counts.length == 0) {
                budget.takeSamples(steps.count());
                counts = new double[steps.count()];
                buckets[power] = counts;
            }
            counts[interval]++;
        }

        @Override
        void tell(Results results) {
            if (quantiles == null) {
                for (int power = 0; power < BUCKETS; power++) {
                    double[] counts = buckets[power];
                    if (counts.length > 0) {
                        results.take(new Label(Label.BUCKET, Value.of(bound(power))), counts);
                    }
                }
                return;
            }
            for (double quantile : quantiles) {
                double[] values = new double[steps.count()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = quantile(quantile, i);
                }
                results.take(new Label(Label.QUANTILE, Value.of(quantile)), values);
            }
        }

        private double bound(int power) {
            return Math.scalb(1.0, power) / unit;
        }

        private double quantile(double quantile, int interval) {
            double total = 0;
            for (double[] counts : buckets) {
                total += counts.length == 0 ? 0 : counts[interval];
            }
            if (total == 0) {
                return Double.NaN;
            }
            double rank = Math.max(1, Math.ceil(quantile * total));
            double before = 0;
            int last = -1;
            for (int power = 0; power < BUCKETS; power++) {
                double[] counts = buckets[power];
                double count = counts.length == 0 ? 0 : counts[interval];
                if (count > 0 && before + count >= rank) {
                    double low = last < 0 ? power - 1 : last;
                    double share = (rank - before) / count;
                    return Math.pow(2, low + (power - low) * share) / unit;
                }
                last = count > 0 ? power : last;
                before += count;
            }
            throw new IllegalStateException("Quantile " + quantile + " of " + total + " numbers was not found");
        }
    }
}
