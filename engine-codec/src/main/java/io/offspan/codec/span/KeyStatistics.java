package io.offspan.codec.span;

import java.util.Arrays;

/**
 * What the values of a key have looked like: whether its strings repeat, and how wide its integers are.
 *
 * <p>Keys share {@value #SLOTS} slots by hash; sharing costs some bytes, never correctness. Judged anew for each slab, and
 * forgotten every {@value #MEMORY} slabs so that a change of load is noticed.
 */
final class KeyStatistics {
    static final int SLOTS = 1024;
    private static final int MEMORY = 256;
    private static final int ENOUGH = 32;

    private final int[] uses = new int[SLOTS];
    private final int[] news = new int[SLOTS];
    private final boolean[] inline = new boolean[SLOTS];
    private final byte[] width = new byte[SLOTS];
    private int slabs;

    static int slot(int hash) {
        return (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    }

    /** Takes the figures of the finished slab into account. */
    void nextSlab() {
        if (++slabs % MEMORY == 0) {
            Arrays.fill(inline, false);
            Arrays.fill(width, (byte) 0);
        }
        for (int i = 0; i < SLOTS; i++) {
            if (uses[i] >= ENOUGH) {
                inline[i] = news[i] * 5L > uses[i] * 4L;
            }
            uses[i] = 0;
            news[i] = 0;
        }
    }

    void count(int slot, int newStrings) {
        uses[slot]++;
        news[slot] += newStrings;
    }

    /** Tells whether more than 80 % of the key's strings were new in an earlier slab. */
    boolean inline(int slot) {
        return inline[slot];
    }

    /** Returns the type that the value and those before it need. */
    int integerType(int slot, long value) {
        int type = Math.max(ValueType.narrowest(value), width[slot]);
        width[slot] = (byte) type;
        return type;
    }
}
