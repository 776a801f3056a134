package io.offspan.codec.span;

import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the strings of a block or slab: string {@code x} is {@code [end - offsets[x + 1], end - offsets[x])}.
 *
 * <p>Every index and offset is checked against the heap, so that damaged or foreign bytes give an exception, never a read
 * outside it. Decoded strings are kept for as long as the heap is wrapped, one {@code String} for each index.
 */
public final class StringHeap {
    /** The heap without strings that everything has which is not yet wrapped; it stays empty. */
    public static final StringHeap NONE = new StringHeap();

    private static final @Nullable String[] NOTHING = {};

    private final Memory memory = new Memory();
    private long table;
    private int count;
    private long end;
    private long floor;
    private @Nullable String[] decoded = NOTHING;
    private int decodedCount;
    private long stamp;

    /** Points at the strings of a block: table, number of strings, and the range of the heap. */
    public void wrap(Memory source, long table, int count, long heapStart, long heapEnd) {
        if (this == NONE) {
            throw new IllegalStateException("The empty heap is shared and stays empty; wrap a heap of your own");
        }
        stamp++;
        source.check(table, 4L * (count + 1));
        source.check(heapStart, heapEnd - heapStart);
        memory.wrap(source, 0, source.length());
        this.table = table;
        this.count = count;
        floor = heapStart;
        end = heapEnd;
        Arrays.fill(decoded, 0, decodedCount, null);
        decodedCount = 0;
    }

    /** Points at the strings of another heap, and stays there when that one moves. */
    public void wrap(StringHeap other) {
        wrap(other.memory, other.table, other.count, other.floor, other.end);
    }

    /** Lets go of the memory. */
    public void release() {
        stamp++;
        memory.release();
        count = 0;
    }

    /** Returns a number that is different whenever the strings are. */
    long stamp() {
        return stamp;
    }

    /** Returns the window that {@link #offset} counts in. */
    public Memory memory() {
        return memory;
    }

    /** Returns how many strings there are. */
    public int count() {
        return count;
    }

    /** Returns where a string starts. */
    public long offset(int index) {
        check(index);
        long offset = end - memory.getUnsignedInt(table + 4L * index + 4);
        if (offset < floor || offset > end) {
            throw damaged(index);
        }
        return offset;
    }

    /** Returns how many bytes a string has. */
    public int length(int index) {
        check(index);
        long both = memory.getLong(table + 4L * index);
        long from = both & 0xffff_ffffL;
        long to = both >>> 32;
        if (to < from || end - to < floor) {
            throw damaged(index);
        }
        return (int) (to - from);
    }

    /** Returns a string, decoded at most once while this block is wrapped. */
    public String get(int index) {
        check(index);
        if (index >= decoded.length) {
            decoded = Arrays.copyOf(decoded, Math.max(count, index + 1));
        }
        String text = decoded[index];
        if (text == null) {
            text = Utf8.get(memory, offset(index), length(index));
            decoded[index] = text;
            decodedCount = Math.max(decodedCount, index + 1);
        }
        return text;
    }

    /** Returns the bytes of a string, or of what else is kept as one: an envelope, a shape. */
    public byte[] bytes(int index) {
        byte[] copy = new byte[length(index)];
        memory.getBytes(offset(index), copy, 0, copy.length);
        return copy;
    }

    /** Tells whether a string has exactly these bytes. */
    public boolean equalBytes(int index, byte[] utf8) {
        return length(index) == utf8.length && memory.equalBytes(offset(index), utf8, 0, utf8.length);
    }

    private void check(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("String " + index + " of a block that has " + count);
        }
    }

    private IndexOutOfBoundsException damaged(int index) {
        return new IndexOutOfBoundsException("String " + index + " lies outside the string heap");
    }
}
