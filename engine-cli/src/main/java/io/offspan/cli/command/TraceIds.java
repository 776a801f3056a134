package io.offspan.cli.command;

/** A set of trace ids, of which only the number is asked. Takes 16 to 64 bytes an id. */
final class TraceIds {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private long[] slots = new long[2 * 1024];
    private int count;
    /** The id of zeros, which marks a free slot, is kept aside. */
    private boolean zeros;

    void add(long high, long low) {
        if ((high | low) == 0) {
            zeros = true;
            return;
        }
        if (count * 4 > slots.length) {
            grow();
        }
        if (put(slots, high, low)) {
            count++;
        }
    }

    int count() {
        return zeros ? count + 1 : count;
    }

    private static boolean put(long[] table, long high, long low) {
        int mask = table.length / 2 - 1;
        long hash = (high ^ Long.rotateLeft(low, 32)) * MIX;
        int slot = (int) (hash >>> 33) & mask;
        while ((table[2 * slot] | table[2 * slot + 1]) != 0) {
            if (table[2 * slot] == high && table[2 * slot + 1] == low) {
                return false;
            }
            slot = slot + 1 & mask;
        }
        table[2 * slot] = high;
        table[2 * slot + 1] = low;
        return true;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += 2) {
            if ((slots[i] | slots[i + 1]) != 0) {
                put(larger, slots[i], slots[i + 1]);
            }
        }
        slots = larger;
    }
}
