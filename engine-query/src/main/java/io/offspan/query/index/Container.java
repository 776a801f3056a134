package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * One container of Roaring's portable format where it lies: a set of numbers of 16 bits, of which it finds the next ones upwards
 * or downwards.
 *
 * <pre>
 *  ARRAY    u16 x count, ascending
 *  BITMAP   8,192 bytes: bit i of u64 w is the number 64 w + i
 *  RUN      u16 number of runs, then {u16 first, u16 length - 1} each, ascending
 * </pre>
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing but once the marks for counting. Steps in one direction are cheap, and cheapest when they are short.
 */
final class Container {
    static final int ARRAY = 0;
    static final int BITMAP = 1;
    static final int RUN = 2;

    static final int BITMAP_BYTES = 8192;
    /** How many numbers an array may have. */
    static final int MAX_ARRAY = 4096;
    /** How many different numbers there are. */
    static final int SPAN = 1 << 16;

    /** An array so many times as long as another one is searched, not walked through. */
    private static final int GALLOP = 32;

    /** Numbers of an array that are read at once. */
    private static final int FOUR = 4;

    private static final int LAST_WORD = (SPAN >>> 6) - 1;

    private static final int RUN_HEADER_BYTES = 2;
    private static final int RUN_BYTES = 4;

    private Memory memory = Memory.NONE;
    private long at;
    private int type;
    /** How many numbers an array has, or how many runs. */
    private int size;
    /** The place in the array or runs where the last search ended. */
    private int hint;
    /** A bit for each number, made when two arrays are first counted together. */
    private long[] marks = {};

    /** Points at a container; {@code count} is that of the numbers. */
    Container wrap(Memory source, long offset, int containerType, int count) {
        memory = source;
        type = containerType;
        hint = 0;
        if (containerType == RUN) {
            size = source.getUnsignedShort(offset);
            at = offset + RUN_HEADER_BYTES;
        } else {
            size = count;
            at = offset;
        }
        return this;
    }

    /** Returns the number of bytes of a container. */
    static long bytes(Memory source, long offset, int type, int count) {
        return switch (type) {
            case ARRAY -> 2L * count;
            case BITMAP -> BITMAP_BYTES;
            default -> RUN_HEADER_BYTES + (long) RUN_BYTES * source.getUnsignedShort(offset);
        };
    }

    int type() {
        return type;
    }

    /** Returns the least number that is not below {@code low}, or {@link #SPAN}. */
    int ceiling(int low) {
        return switch (type) {
            case ARRAY -> {
                int index = arrayIndex(low);
                yield index < size ? element(index) : SPAN;
            }
            case BITMAP -> bitmapCeiling(low);
            default -> {
                int run = runIndex(low);
                yield run < size ? Math.max(low, element(2 * run)) : SPAN;
            }
        };
    }

    /** Returns the least number from a number of the container on that is not in it, {@link #SPAN} where there is none. */
    int absentFrom(int number) {
        return switch (type) {
            case ARRAY -> {
                int index = arrayIndex(number);
                int absent = number;
                while (index < size && element(index) == absent) {
                    index++;
                    absent++;
                }
                yield absent;
            }
            case BITMAP -> {
                int w = number >>> 6;
                long clear = ~word(w) & -1L << number;
                while (clear == 0 && w < LAST_WORD) {
                    clear = ~word(++w);
                }
                yield clear == 0 ? SPAN : (w << 6) + Long.numberOfTrailingZeros(clear);
            }
            default -> lastOfRun(runIndex(number)) + 1;
        };
    }

    /** Returns the greatest number that is not above {@code high}, or -1. */
    int floor(int high) {
        return switch (type) {
            case ARRAY -> {
                int index = arrayIndex(high + 1) - 1;
                yield index >= 0 ? element(index) : -1;
            }
            case BITMAP -> bitmapFloor(high);
            default -> {
                int run = runIndex(high);
                if (run < size && element(2 * run) <= high) {
                    yield high;
                }
                yield run > 0 ? lastOfRun(run - 1) : -1;
            }
        };
    }

    /**
     * Sets the bits of the numbers of a range, and leaves the others as they are.
     *
     * @param low what the first bit is for, a multiple of 64
     * @param words as many as the range has
     */
    void addTo(long[] words, int low) {
        int high = low + words.length * Long.SIZE;
        switch (type) {
            case ARRAY -> {
                for (int i = arrayIndex(low); i < size; i++) {
                    int number = element(i);
                    if (number >= high) {
                        break;
                    }
                    words[number - low >>> 6] |= 1L << number;
                }
            }
            case BITMAP -> {
                for (int i = 0; i < words.length; i++) {
                    words[i] |= word((low >>> 6) + i);
                }
            }
            default -> {
                for (int run = runIndex(low); run < size && element(2 * run) < high; run++) {
                    Windows.fill(
                            words, Math.max(element(2 * run), low) - low, Math.min(lastOfRun(run) + 1, high) - low);
                }
            }
        }
    }

    /** Returns how many numbers are below {@code limit}. */
    int rank(int limit) {
        switch (type) {
            case ARRAY -> {
                return arrayIndex(limit);
            }
            case BITMAP -> {
                int rank = 0;
                int words = limit >>> 6;
                for (int w = 0; w < words; w++) {
                    rank += Long.bitCount(word(w));
                }
                return (limit & 63) == 0 ? rank : rank + Long.bitCount(word(words) & (1L << limit) - 1);
            }
            default -> {
                int rank = 0;
                for (int run = 0; run < size && element(2 * run) < limit; run++) {
                    rank += Math.min(lastOfRun(run) + 1, limit) - element(2 * run);
                }
                return rank;
            }
        }
    }

    /** Returns how many numbers below {@code limit} are in both containers. */
    int rankInCommon(Container other, int limit) {
        if (type == BITMAP && other.type == BITMAP) {
            return wordsInCommon(other, limit);
        }
        if (type == RUN) {
            return ofRuns(other, limit);
        }
        if (other.type == RUN) {
            return other.ofRuns(this, limit);
        }
        return type == ARRAY ? ofArray(other, limit) : other.ofArray(this, limit);
    }

    private int wordsInCommon(Container other, int limit) {
        int rank = 0;
        int words = limit >>> 6;
        for (int w = 0; w < words; w++) {
            rank += Long.bitCount(word(w) & other.word(w));
        }
        return (limit & 63) == 0 ? rank : rank + Long.bitCount(word(words) & other.word(words) & (1L << limit) - 1);
    }

    private int ofRuns(Container other, int limit) {
        int rank = 0;
        for (int run = 0; run < size; run++) {
            int first = element(2 * run);
            if (first >= limit) {
                break;
            }
            rank += other.between(first, Math.min(lastOfRun(run) + 1, limit));
        }
        return rank;
    }

    /** Returns how many numbers are in [from, to); asked upwards. */
    private int between(int from, int to) {
        switch (type) {
            case ARRAY -> {
                int first = arrayIndex(from);
                return arrayIndex(to) - first;
            }
            case BITMAP -> {
                int last = to - 1 >>> 6;
                int w = from >>> 6;
                long mask = -1L << from;
                int rank = 0;
                for (; w < last; w++) {
                    rank += Long.bitCount(word(w) & mask);
                    mask = -1L;
                }
                return rank + Long.bitCount(word(last) & mask & -1L >>> 63 - (to - 1 & 63));
            }
            default -> {
                int rank = 0;
                for (int run = runIndex(from); run < size && element(2 * run) < to; run++) {
                    rank += Math.min(lastOfRun(run) + 1, to) - Math.max(element(2 * run), from);
                }
                return rank;
            }
        }
    }

    private int ofArray(Container other, int limit) {
        if (other.type == BITMAP) {
            return rankAmong(other, arrayIndex(limit));
        }
        Container shorter = size <= other.size ? this : other;
        Container longer = shorter == this ? other : this;
        return longer.size > GALLOP * shorter.size ? shorter.sought(longer, limit) : marked(shorter, longer, limit);
    }

    private int sought(Container longer, int limit) {
        int rank = 0;
        for (int i = 0; i < size; i++) {
            int number = element(i);
            if (number >= limit) {
                break;
            }
            int j = longer.arrayIndex(number);
            if (j == longer.size) {
                break;
            }
            rank += longer.element(j) == number ? 1 : 0;
        }
        return rank;
    }

    /** Marks the numbers of one array and looks for those of the other: no branch that depends on which is less. */
    private int marked(Container shorter, Container longer, int limit) {
        if (marks.length == 0) {
            marks = new long[SPAN / Long.SIZE];
        }
        long[] bits = marks;
        Arrays.fill(bits, 0);
        shorter.mark(shorter.arrayIndex(limit), bits);
        return longer.rankAmong(bits);
    }

    /** Marks the first numbers of an array, read four at a time. */
    private void mark(int count, long[] bits) {
        int i = 0;
        for (; i <= count - FOUR; i += FOUR) {
            long four = four(i);
            bits[(int) (four >>> 6) & LAST_WORD] |= 1L << four;
            bits[(int) (four >>> 22) & LAST_WORD] |= 1L << (four >>> 16);
            bits[(int) (four >>> 38) & LAST_WORD] |= 1L << (four >>> 32);
            bits[(int) (four >>> 54)] |= 1L << (four >>> 48);
        }
        for (; i < count; i++) {
            int number = element(i);
            bits[number >>> 6] |= 1L << number;
        }
    }

    /** Returns how many numbers of an array are marked. */
    private int rankAmong(long[] bits) {
        long rank = 0;
        int i = 0;
        for (; i <= size - FOUR; i += FOUR) {
            long four = four(i);
            rank += bits[(int) (four >>> 6) & LAST_WORD] >>> four & 1;
            rank += bits[(int) (four >>> 22) & LAST_WORD] >>> (four >>> 16) & 1;
            rank += bits[(int) (four >>> 38) & LAST_WORD] >>> (four >>> 32) & 1;
            rank += bits[(int) (four >>> 54)] >>> (four >>> 48) & 1;
        }
        for (; i < size; i++) {
            int number = element(i);
            rank += bits[number >>> 6] >>> number & 1;
        }
        return (int) rank;
    }

    /** Returns how many of the first numbers of an array are in a bitmap. */
    private int rankAmong(Container bitmap, int count) {
        long rank = 0;
        int i = 0;
        for (; i <= count - FOUR; i += FOUR) {
            long four = four(i);
            rank += bitmap.word((int) (four >>> 6) & LAST_WORD) >>> four & 1;
            rank += bitmap.word((int) (four >>> 22) & LAST_WORD) >>> (four >>> 16) & 1;
            rank += bitmap.word((int) (four >>> 38) & LAST_WORD) >>> (four >>> 32) & 1;
            rank += bitmap.word((int) (four >>> 54)) >>> (four >>> 48) & 1;
        }
        for (; i < count; i++) {
            int number = element(i);
            rank += bitmap.word(number >>> 6) >>> number & 1;
        }
        return (int) rank;
    }

    /** Returns four numbers of an array, the first in the lowest bits. */
    private long four(int index) {
        return memory.getLong(at + 2L * index);
    }

    private int element(int index) {
        return memory.getUnsignedShort(at + 2L * index);
    }

    private long word(int index) {
        return memory.getLong(at + 8L * index);
    }

    private int lastOfRun(int run) {
        int both = memory.getInt(at + (long) RUN_BYTES * run);
        return (both & 0xffff) + (both >>> 16);
    }

    /** Returns the index of the first element of an array that is not below {@code low}; gallops from where the last search ended. */
    private int arrayIndex(int low) {
        int from = hint;
        int to;
        if (from < size && element(from) < low) {
            int step = 1;
            from++;
            to = from;
            while (to < size && element(to) < low) {
                from = to + 1;
                to = Math.min(size, to + step);
                step <<= 1;
            }
        } else {
            int step = 1;
            to = from;
            while (from > 0 && element(from - 1) >= low) {
                to = from - 1;
                from = Math.max(0, from - step);
                step <<= 1;
            }
        }
        while (from < to) {
            int middle = from + to >>> 1;
            if (element(middle) < low) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        hint = from;
        return from;
    }

    /** Returns the index of the first run that ends at or after {@code low}. */
    private int runIndex(int low) {
        int run = hint;
        if (run < size && lastOfRun(run) < low) {
            run++;
            if (run < size && lastOfRun(run) < low) {
                run = searchRuns(run + 1, size, low);
            }
        } else if (run > 0 && lastOfRun(run - 1) >= low) {
            run--;
            if (run > 0 && lastOfRun(run - 1) >= low) {
                run = searchRuns(0, run - 1, low);
            }
        }
        hint = run;
        return run;
    }

    private int searchRuns(int first, int end, int low) {
        int from = first;
        int to = end;
        while (from < to) {
            int middle = from + to >>> 1;
            if (lastOfRun(middle) < low) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private int bitmapCeiling(int low) {
        if (low >= SPAN) {
            return SPAN;
        }
        int w = low >>> 6;
        long bits = word(w) & -1L << low;
        while (bits == 0) {
            if (++w == SPAN >>> 6) {
                return SPAN;
            }
            bits = word(w);
        }
        return (w << 6) + Long.numberOfTrailingZeros(bits);
    }

    private int bitmapFloor(int high) {
        if (high < 0) {
            return -1;
        }
        int w = high >>> 6;
        long bits = word(w) & -1L >>> 63 - (high & 63);
        while (bits == 0) {
            if (--w < 0) {
                return -1;
            }
            bits = word(w);
        }
        return (w << 6) + 63 - Long.numberOfLeadingZeros(bits);
    }
}
