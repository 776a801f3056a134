package io.offspan.query.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that are sought among many that nobody keeps, each by its rank: by walk after walk more of their leading bits are known, until those
 * numbers that begin with them can be kept.
 *
 * <p>Bits are those of a number as an unsigned one of 64 bits that has the same order.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SoughtNumbers {
    /** How many leading bits the first walk tells: the sign and the exponent. */
    static final int FIRST_BITS = 12;
    /** How many more bits each walk tells. */
    static final int MORE_BITS = 4;
    /** The memory of a number that is sought, in numbers. */
    static final int SIZE = 3 + (1 << MORE_BITS) / 2;

    private static final int WAYS = 1 << MORE_BITS;

    /** What is known of the bits of each. */
    private final long[] prefixes;
    /** The rank of each among the numbers that begin so, from 1; 0 where nothing is sought. */
    private final long[] ranks;
    /** How many numbers begin so. */
    private final long[] counts;
    /** How many numbers go on with each of the next bits. */
    private final int[] ways;
    /** The numbers that begin so, once they are kept. */
    private final double[] @Nullable [] kept;

    private final int[] keptCounts;
    private int bits = FIRST_BITS;

    SoughtNumbers(int size) {
        prefixes = new long[size];
        ranks = new long[size];
        counts = new long[size];
        ways = new int[size * WAYS];
        kept = new double[size][];
        keptCounts = new int[size];
    }

    /** Returns the bits of a number. */
    static long bitsOf(double number) {
        long bits = Double.doubleToLongBits(number);
        return bits ^ (bits >> Long.SIZE - 1 | Long.MIN_VALUE);
    }

    private static double numberOf(long bits) {
        return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
    }

    /** Seeks a number of which the first bits are known. */
    void seek(int which, long firstBits, long rank, long count) {
        prefixes[which] = firstBits;
        ranks[which] = rank;
        counts[which] = count;
    }

    /** Returns how many numbers would have to be kept. */
    long toKeep() {
        return Arrays.stream(counts).sum();
    }

    /**
     * Looks at a number, which may be some of those that are sought.
     *
     * @param keep whether those that may be are kept
     */
    void add(int first, int end, double number, boolean keep) {
        long all = bitsOf(number);
        for (int i = first; i < end; i++) {
            if (ranks[i] == 0 || all >>> Long.SIZE - bits != prefixes[i]) {
                continue;
            }
            if (keep) {
                keep(i, number);
            } else {
                ways[i * WAYS + (int) (all >>> Long.SIZE - bits - MORE_BITS & WAYS - 1)]++;
            }
        }
    }

    private void keep(int which, double number) {
        double[] into = kept[which];
        if (into == null) {
            into = new double[(int) Math.max(1, counts[which])];
            kept[which] = into;
        } else if (keptCounts[which] == into.length) {
            // Spans came since they were counted.
            into = Arrays.copyOf(into, into.length + 1 + (into.length >> 1));
            kept[which] = into;
        }
        into[keptCounts[which]++] = number;
    }

    /** Takes the next bits of each from what was counted; returns false when all bits are known. */
    boolean goOn() {
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] > 0) {
                int way = 0;
                while (way < WAYS - 1 && ranks[i] > ways[i * WAYS + way]) {
                    ranks[i] -= ways[i * WAYS + way++];
                }
                prefixes[i] = prefixes[i] << MORE_BITS | way;
                counts[i] = ways[i * WAYS + way];
            }
        }
        Arrays.fill(ways, 0);
        bits += MORE_BITS;
        return bits < Long.SIZE;
    }

    /** Returns a number, once it is known; NaN where none is sought. */
    double number(int which) {
        if (ranks[which] == 0) {
            return Double.NaN;
        }
        if (bits == Long.SIZE) {
            return numberOf(prefixes[which]);
        }
        double[] found = kept[which];
        if (found == null) {
            return Double.NaN;
        }
        Arrays.sort(found, 0, keptCounts[which]);
        return found[(int) Math.min(ranks[which], keptCounts[which]) - 1];
    }
}
