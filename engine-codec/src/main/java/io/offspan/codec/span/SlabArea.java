package io.offspan.codec.span;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;

/**
 * The area of a slab that values (upwards) and string heap (downwards) share, with the table of string offsets.
 *
 * <p><b>Threads.</b> One writer. <b>Fails</b> with {@link BlockFullException} when the two meet or the table is full.
 */
public final class SlabArea {
    final Memory memory = new Memory();
    private int valuesStart;
    private int end;
    private int table;
    private int maxStrings;

    /** Where the next value goes. */
    int position;
    /** Where the string heap starts. */
    int heapTop;

    int strings;

    /** Sum of the strings added since {@link #startSpan}, each with its place in the heap. */
    private long stringSum;

    /**
     * Points at a slab.
     *
     * @param slab the whole slab
     * @param table offset of the string offset table
     * @param maxStrings how many strings the table has room for
     * @param valuesStart offset of the area, which reaches to the end of the slab
     */
    public void wrap(Memory slab, int table, int maxStrings, int valuesStart) {
        memory.wrap(slab, 0, slab.length());
        this.table = table;
        this.maxStrings = maxStrings;
        this.valuesStart = valuesStart;
        end = (int) slab.length();
        memory.putInt(table, 0);
        rewind(0, 0, 0);
    }

    /** Goes back to an earlier extent, as a mark keeps it. */
    public void rewind(int valuesBytes, int heapBytes, int stringCount) {
        position = valuesStart + valuesBytes;
        heapTop = end - heapBytes;
        strings = stringCount;
    }

    /** Returns how many bytes of values there are. */
    public int valuesBytes() {
        return position - valuesStart;
    }

    /** Returns how many bytes of strings there are. */
    public int heapBytes() {
        return end - heapTop;
    }

    /** Returns how many strings there are. */
    public int strings() {
        return strings;
    }

    /** Begins a sum of the strings that are added from now on. */
    public void startSpan() {
        stringSum = 0;
    }

    /** Returns the sum of the strings added since then, 0 without any. */
    public long stringSum() {
        return stringSum;
    }

    /** Makes sure that {@code bytes} of values fit. */
    void need(int bytes) {
        if (heapTop - position < bytes) {
            throw BlockFullException.FULL;
        }
    }

    int addString(String text) {
        int top = claim(text.length());
        long sum = Utf8.putAscii(memory, top, text, stringSum);
        if (sum == Utf8.NOT_ASCII) {
            int bytes = Utf8.length(text);
            top = claim(bytes);
            Utf8.put(memory, top, text, bytes);
            sum = memory.foldString(stringSum, top, bytes);
        }
        return publish(top, sum);
    }

    int addString(byte[] source, int offset, int bytes) {
        int top = claim(bytes);
        memory.putBytes(top, source, offset, bytes);
        return publish(top, memory.foldString(stringSum, top, bytes));
    }

    boolean equalString(int index, byte[] source, int offset, int bytes) {
        long both = memory.getLong(table + 4L * index);
        int from = (int) both;
        int to = (int) (both >>> 32);
        return to - from == bytes && memory.equalBytes(end - to, source, offset, bytes);
    }

    private int claim(int bytes) {
        if (heapTop - position < bytes || strings == maxStrings) {
            throw BlockFullException.FULL;
        }
        return heapTop - bytes;
    }

    private int publish(int top, long sum) {
        int from = end - heapTop;
        int to = end - top;
        heapTop = top;
        int index = strings++;
        memory.putInt(table + 4L * index + 4, to);
        stringSum = HeapBytes.fold(sum, from | (long) to << 32);
        return index;
    }
}
