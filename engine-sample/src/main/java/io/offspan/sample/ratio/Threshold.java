package io.offspan.sample.ratio;

/**
 * How many of 2^56 traces are not kept, as OpenTelemetry's consistent sampling has it: a trace is kept when its randomness, a number below
 * 2^56 that everybody reads from it alike, is not below the threshold. So whoever keeps more keeps all that others keep.
 */
public final class Threshold {
    /** The smallest probability that there is. */
    public static final double LEAST = 0x1p-56;

    private static final int DIGITS = 4;
    private static final int MOST_DIGITS = 12;
    private static final int BITS = 56;
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
    private static final long RANDOMNESS = (1L << BITS) - 1;

    private Threshold() {}

    /** Returns the threshold of a probability from {@link #LEAST} to 1, to four digits. */
    public static long of(double probability) {
        return of(probability, DIGITS);
    }

    /** Returns the threshold to so many hexadecimal digits, the leading ones that only say that it is near 2^56 not counted. */
    static long of(double probability, int digits) {
        if (probability < LEAST || !(probability <= 1)) {
            throw new IllegalArgumentException(
                    "The probability is " + probability + ", allowed are numbers from 2^-56 to 1");
        }
        if (probability == 1) {
            return 0;
        }
        int exponent = Math.getExponent(probability) + 1;
        int precision = Math.max(1, Math.min(MOST_DIGITS, digits + Math.floorDiv(exponent, -4)));
        double rejected = 2 - probability + Math.scalb(0.5, -4 * precision);
        long mantissa = rejected >= 2 ? MANTISSA : Double.doubleToRawLongBits(rejected) & MANTISSA;
        int dropped = MANTISSA_BITS - 4 * precision;
        return mantissa >>> dropped << dropped + BITS - MANTISSA_BITS;
    }

    /** Returns the randomness of a trace that names none: the last 56 bits of its id. */
    public static long randomness(long traceIdLow) {
        return traceIdLow & RANDOMNESS;
    }
}
