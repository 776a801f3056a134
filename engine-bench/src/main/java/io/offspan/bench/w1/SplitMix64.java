package io.offspan.bench.w1;

/** The random numbers of the workload: one 64-bit word of state, the same sequence everywhere. */
final class SplitMix64 {
    private static final double UNIT = 0x1p-53;

    private long state;

    SplitMix64(long seed) {
        state = seed;
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Draws from [0, 1), once. */
    double uniform() {
        return (next() >>> 11) * UNIT;
    }

    /** Draws from the normal distribution, by two uniform draws of which nothing is kept. */
    double normal() {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform()));
        return radius * Math.cos(2 * Math.PI * uniform());
    }
}
