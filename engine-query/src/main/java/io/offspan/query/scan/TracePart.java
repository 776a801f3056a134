package io.offspan.query.scan;

/**
 * A part of all traces: those the hash of whose ids begins with some bits. Half and half again, they are as few as there is room for.
 *
 * @param number the bits
 * @param bits how many
 */
public record TracePart(long number, int bits) {
    /** All traces. */
    public static final TracePart ALL = new TracePart(0, 0);

    /** The most bits that a part may have; what is too large then is hardly a number of traces. */
    public static final int MAX_BITS = 12;

    private static final long MIX = 0x9e3779b97f4a7c15L;

    /** Returns the hash of the id of a trace. */
    public static long hash(long high, long low) {
        long mixed = (high * 31 + low) * MIX;
        return (mixed ^ mixed >>> 29) * MIX;
    }

    /** Tells whether a trace is in the part. */
    public boolean has(long high, long low) {
        return bits == 0 || hash(high, low) >>> Long.SIZE - bits == number;
    }

    /** Returns the parts that this one consists of, 2 by a bit more each. */
    public TracePart[] split(int moreBits) {
        TracePart[] parts = new TracePart[1 << moreBits];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new TracePart(number << moreBits | i, bits + moreBits);
        }
        return parts;
    }
}
