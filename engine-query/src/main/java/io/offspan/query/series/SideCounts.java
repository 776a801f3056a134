package io.offspan.query.series;

import org.jspecify.annotations.Nullable;

/**
 * How many spans of each side of a comparison have something in common: in all and, for the sides that it is asked for, by interval.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SideCounts {
    /** A side of a comparison, by the name that a series of it has. */
    enum Side {
        BASELINE("baseline"),
        SELECTION("selection");

        private final String label;

        Side(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private static final Side[] SIDES = Side.values();

    private final long[] spans = new long[SIDES.length];
    private final double[] @Nullable [] intervals = new double[SIDES.length][];

    /** Counts a span in all. */
    void add(Side side) {
        spans[side.ordinal()]++;
    }

    /** Counts a span in its interval, where that is asked for. */
    void add(Side side, int interval) {
        double[] counts = intervals[side.ordinal()];
        if (counts != null) {
            counts[interval]++;
        }
    }

    /** Returns how many spans of a side there are in all. */
    long spans(Side side) {
        return spans[side.ordinal()];
    }

    /** Asks for the spans of a side by interval. */
    void ask(Side side, int count, CellBudget budget) {
        budget.takeSamples(count);
        intervals[side.ordinal()] = new double[count];
    }

    /** Returns the numbers by interval, or null where they are not asked for. */
    double @Nullable [] intervals(Side side) {
        return intervals[side.ordinal()];
    }
}
