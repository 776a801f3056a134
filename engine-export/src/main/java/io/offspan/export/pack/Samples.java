package io.offspan.export.pack;

import java.util.Arrays;
import java.util.Locale;

/**
 * What samples say of each way to compress for one destination, and which one is cheapest: a byte of a body costs the time to compress
 * it and the time that what is left of it takes on the wire.
 *
 * <p>The time on the wire is that of a whole request with its answer, so that it is rather too long, which speaks for fewer bytes. A way
 * is left only for one that costs a fifth less, so that noise does not make the choice swing.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class Samples {
    /** Samples of a way before it may be chosen. */
    static final int ENOUGH = 3;

    /** Answers to smaller bodies tell about the way there and back, not about bytes. */
    static final int MIN_WIRE_BYTES = 4 * 1024;

    private static final double MUST_COST = 0.8;
    private static final double NEWEST = 0.25;
    private static final Compression[] WAYS = {Compression.NONE, Compression.GZIP, Compression.ZSTD};

    private final double[] nanosPerByte = new double[WAYS.length];
    private final double[] ratio = new double[WAYS.length];
    private final int[] samples = new int[WAYS.length];
    private final boolean[] away = new boolean[WAYS.length];
    private double wireNanosPerByte;
    private int answers;

    Samples() {
        ratio[Compression.NONE.ordinal()] = 1;
        samples[Compression.NONE.ordinal()] = ENOUGH;
    }

    void packed(Compression way, int bytes, int packedBytes, long nanos) {
        int i = way.ordinal();
        if (bytes > 0 && way != Compression.NONE) {
            nanosPerByte[i] = mean(samples[i], nanosPerByte[i], (double) nanos / bytes);
            ratio[i] = mean(samples[i], ratio[i], (double) packedBytes / bytes);
            samples[i]++;
        }
    }

    void sent(int wireBytes, long nanos) {
        if (wireBytes >= MIN_WIRE_BYTES) {
            wireNanosPerByte = mean(answers, wireNanosPerByte, (double) nanos / wireBytes);
            answers++;
        }
    }

    private static double mean(int before, double mean, double newest) {
        double weight = Math.max(NEWEST, 1.0 / (before + 1));
        return mean + weight * (newest - mean);
    }

    /** Says that a way is not to be chosen: the destination does not take it, or it is not there. */
    void exclude(Compression way) {
        away[way.ordinal()] = true;
    }

    boolean excluded(Compression way) {
        return away[way.ordinal()];
    }

    boolean enough(Compression way) {
        return samples[way.ordinal()] >= ENOUGH;
    }

    /** Returns the way to go on with. */
    Compression choose(Compression present) {
        if (answers < ENOUGH || !enough(present)) {
            return present;
        }
        return Arrays.stream(WAYS)
                .filter(way -> enough(way) && !excluded(way))
                .filter(way -> cost(way) < MUST_COST * cost(present))
                .reduce(present, (best, way) -> cost(way) < cost(best) ? way : best);
    }

    /** Returns what a byte of a body costs by a way, in nanoseconds. */
    double cost(Compression way) {
        int i = way.ordinal();
        return nanosPerByte[i] + ratio[i] * wireNanosPerByte;
    }

    /** Returns what is known, for people. */
    String figures() {
        StringBuilder text = new StringBuilder();
        for (Compression way : WAYS) {
            int i = way.ordinal();
            String said = away[i] ? "not taken" : String.format(Locale.ROOT, "%.1f ns a byte", cost(way));
            if (away[i] || enough(way)) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(way.word())
                        .append(' ')
                        .append(said);
            }
            if (!away[i] && way != Compression.NONE && enough(way)) {
                text.append(String.format(Locale.ROOT, " (%.0f %% left)", 100 * ratio[i]));
            }
        }
        return text.toString();
    }
}
