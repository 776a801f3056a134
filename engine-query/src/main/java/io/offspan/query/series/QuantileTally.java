package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.query.value.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the spans of a group, of which some are told by their rank. All of them are kept where there is room; else the spans are
 * walked several times.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class QuantileTally extends Tally {
    private static final int FIRST = 4;

    /** What the tallies of all groups do in the walk that is under way, or comes next. */
    static final class Walks {
        private enum Stage {
            /** All numbers are kept. */
            KEEP,
            /** There are too many: it is counted how many begin alike. */
            COUNT,
            /** More is found out about those that are sought. */
            SEEK,
            /** Those that are sought are kept, and those that begin like them. */
            KEEP_SOUGHT,
            /** Everything is known. */
            DONE
        }

        private final CellBudget budget;
        private final List<QuantileTally> tallies = new ArrayList<>();
        private Stage stage = Stage.KEEP;

        Walks(CellBudget budget) {
            this.budget = budget;
        }

        private void countFromNowOn() {
            stage = Stage.COUNT;
            budget.giveValues();
            tallies.forEach(QuantileTally::countKept);
        }

        /** Tells whether the spans have to be shown once more. */
        boolean askAgain() {
            if (stage == Stage.COUNT) {
                tallies.forEach(QuantileTally::seek);
                stage = Stage.SEEK;
            } else if (stage == Stage.SEEK) {
                boolean more = false;
                for (QuantileTally tally : tallies) {
                    more |= tally.sought != null && tally.sought.goOn();
                }
                stage = more ? Stage.SEEK : Stage.DONE;
            } else if (stage == Stage.KEEP_SOUGHT) {
                stage = Stage.DONE;
            }
            if (stage == Stage.SEEK && budget.hasRoomForValues(toKeep())) {
                stage = Stage.KEEP_SOUGHT;
            }
            return stage == Stage.SEEK || stage == Stage.KEEP_SOUGHT;
        }

        private long toKeep() {
            long numbers = 0;
            for (QuantileTally tally : tallies) {
                numbers += tally.sought == null ? 0 : tally.sought.toKeep();
            }
            return numbers;
        }
    }

    private final Walks walks;
    private final CellBudget budget;
    private final double unit;
    private final List<Double> quantiles;
    private final double[] @Nullable [] values;
    private final int[] counts;
    private final @Nullable FirstBits[] first;
    private @Nullable SoughtNumbers sought;

    QuantileTally(Steps steps, CellBudget budget, double unit, List<Double> quantiles, Walks walks) {
        budget.takeSeries((1 + quantiles.size()) * steps.count());
        this.walks = walks;
        this.budget = budget;
        this.unit = unit;
        this.quantiles = quantiles;
        values = new double[steps.count()][];
        counts = new int[steps.count()];
        first = new FirstBits[steps.count()];
        walks.tallies.add(this);
    }

    @Override
    void add(int interval, Scalar number) {
        switch (walks.stage) {
            case KEEP -> keep(interval, number.fraction());
            case COUNT -> count(interval, number.fraction());
            case SEEK, KEEP_SOUGHT -> {
                SoughtNumbers known = sought;
                if (known != null) {
                    int at = interval * quantiles.size();
                    known.add(at, at + quantiles.size(), number.fraction(), walks.stage == Walks.Stage.KEEP_SOUGHT);
                }
            }
            case DONE -> throw new IllegalStateException("A walk after the last one");
        }
    }

    private void keep(int interval, double number) {
        if (!budget.takeValue()) {
            walks.countFromNowOn();
            count(interval, number);
            return;
        }
        double[] into = values[interval];
        int count = counts[interval]++;
        if (into == null) {
            into = new double[FIRST];
            values[interval] = into;
        } else if (count == into.length) {
            into = Arrays.copyOf(into, count + (count >> 1));
            values[interval] = into;
        }
        into[count] = number;
    }

    private void count(int interval, double number) {
        FirstBits into = first[interval];
        if (into == null) {
            into = new FirstBits(budget);
            first[interval] = into;
        }
        into.add(number);
    }

    private void countKept() {
        for (int i = 0; i < values.length; i++) {
            double[] kept = values[i];
            values[i] = null;
            for (int j = 0; kept != null && j < counts[i]; j++) {
                count(i, kept[j]);
            }
        }
    }

    private void seek() {
        budget.takeSamples(SoughtNumbers.SIZE * quantiles.size() * first.length);
        SoughtNumbers numbers = new SoughtNumbers(quantiles.size() * first.length);
        for (int i = 0; i < first.length; i++) {
            FirstBits known = first[i];
            first[i] = null;
            if (known != null) {
                for (int q = 0; q < quantiles.size(); q++) {
                    known.seek(quantiles.get(q), numbers, i * quantiles.size() + q);
                }
                known.release();
            }
        }
        sought = numbers;
    }

    @Override
    void tell(Results results) {
        double[][] found = new double[quantiles.size()][values.length];
        for (int i = 0; i < values.length; i++) {
            double[] sorted = values[i];
            if (sorted != null) {
                Arrays.sort(sorted, 0, counts[i]);
            }
            for (int q = 0; q < found.length; q++) {
                double number = Double.NaN;
                if (sorted != null) {
                    number = sorted[(int) rank(quantiles.get(q), counts[i]) - 1];
                } else if (sought != null) {
                    number = sought.number(i * found.length + q);
                }
                found[q][i] = number / unit;
            }
        }
        for (int q = 0; q < found.length; q++) {
            results.take(new Label(Label.QUANTILE, Value.of(quantiles.get(q))), found[q]);
        }
    }
}
