package io.offspan.parquet.file;

/**
 * Small numbers as Parquet writes levels and places in a dictionary: equal ones in a row as a run, others packed by bits, eight at a time.
 *
 * <pre>
 * run of n equal:  varint n << 1, the number in whole bytes
 * 8 n others:      varint n << 1 | 1, their bits, the first number in the lowest
 * </pre>
 */
final class Runs {
    private static final int GROUP = 8;

    private Runs() {}

    /** Appends the first {@code count} numbers, each of at most {@code width} bits; the last group is filled with zeros. */
    static void write(int[] numbers, int count, int width, Bytes out) {
        int at = 0;
        while (at < count) {
            int run = run(numbers, at, count, count);
            if (run >= GROUP) {
                out.putVarint((long) run << 1);
                for (int bits = 0; bits < width; bits += Byte.SIZE) {
                    out.putByte(numbers[at] >>> bits);
                }
                at += run;
            } else {
                int end = at;
                do {
                    end = Math.min(end + GROUP, count);
                } while (end < count && run(numbers, end, count, GROUP) < GROUP);
                pack(numbers, at, end, width, out);
                at = end;
            }
        }
    }

    /** Returns how many numbers from a place on are equal, counting no further than {@code most}. */
    private static int run(int[] numbers, int from, int count, int most) {
        int end = most > count - from ? count : from + most;
        int first = numbers[from];
        int at = from + 1;
        while (at < end && numbers[at] == first) {
            at++;
        }
        return at - from;
    }

    private static void pack(int[] numbers, int from, int end, int width, Bytes out) {
        int groups = (end - from + GROUP - 1) / GROUP;
        out.putVarint((long) groups << 1 | 1);
        long bits = 0;
        int filled = 0;
        for (int i = from; i < from + groups * GROUP; i++) {
            bits |= (i < end ? numbers[i] & 0xffff_ffffL : 0) << filled;
            filled += width;
            while (filled >= Byte.SIZE) {
                out.putByte((int) bits);
                bits >>>= Byte.SIZE;
                filled -= Byte.SIZE;
            }
        }
    }
}
