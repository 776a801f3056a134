package io.offspan.query.series;

import java.util.Arrays;

/**
 * How many numbers begin with the same {@value SoughtNumbers#FIRST_BITS} bits; few begin differently, since these say how large they are to a
 * factor of two.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class FirstBits {
    private static final int FIRST_SIZE = 8;

    private final CellBudget budget;
    /** Ascending. */
    private short[] bits = new short[FIRST_SIZE];

    private long[] counts = new long[FIRST_SIZE];
    private int size;

    FirstBits(CellBudget budget) {
        this.budget = budget;
        budget.takeSamples(2 * FIRST_SIZE);
    }

    void add(double number) {
        short first = (short) (SoughtNumbers.bitsOf(number) >>> Long.SIZE - SoughtNumbers.FIRST_BITS);
        int at = 0;
        while (at < size && bits[at] < first) {
            at++;
        }
        if (at == size || bits[at] != first) {
            insert(at, first);
        }
        counts[at]++;
    }

    private void insert(int at, short first) {
        if (size == bits.length) {
            budget.takeSamples(2 * size);
            bits = Arrays.copyOf(bits, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(bits, at, bits, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        bits[at] = first;
        counts[at] = 0;
        size++;
    }

    /** Seeks a quantile among the numbers. */
    void seek(double quantile, SoughtNumbers into, int which) {
        long rank = Tally.rank(quantile, Arrays.stream(counts, 0, size).sum());
        int at = 0;
        while (rank > counts[at]) {
            rank -= counts[at++];
        }
        into.seek(which, bits[at], rank, counts[at]);
    }

    /** Gives back its memory. */
    void release() {
        budget.giveSamples(2 * bits.length);
    }
}
