package io.offspan.codec.wire;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.UnsafeMemory;
import org.jspecify.annotations.Nullable;

/**
 * A bounds-checked window on off-heap memory, little-endian: the one seam through which raw memory is touched.
 *
 * <p><b>Threads.</b> The window itself (address and length) belongs to one thread; the memory behind it may be shared,
 * and then the {@code …Acquire}, {@code …Release} and {@code compareAndSet} methods order the accesses.
 *
 * <p><b>Owns</b> nothing: address and length are a part of a direct buffer, a mapping, or a Chronicle {@link BytesStore}, which the
 * window keeps reachable. A closed or empty window refuses every access.
 *
 * <p>Every access is Chronicle's, but a buffer is not made into a store of theirs: that would load the settings, exception handlers and
 * meters of the library, which take a fresh JVM longer than its first answer.
 *
 * <p><b>Fails</b> with {@link IndexOutOfBoundsException} for an access outside the window; the checks fold away under
 * {@code -Doffspan.bounds.checks=false}.
 */
public final class Memory {
    private static final boolean CHECKED = !"false".equals(System.getProperty("offspan.bounds.checks"));
    private static final int LINE_BYTES = 64;
    private static final UnsafeMemory RAW = UnsafeMemory.INSTANCE;
    private static final long BUFFER_ADDRESS = bufferAddress();

    /** The empty window that everything has which is not yet wrapped; it stays empty. */
    public static final Memory NONE = new Memory();

    private long address;
    private long length;
    /** Held, never asked: the memory is freed with it. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private @Nullable Object owner;

    /** Makes an empty window, which refuses every access until it is wrapped around something. */
    public Memory() {}

    /** Returns a new window on fresh zeroed anonymous memory, aligned to a cache line and freed with the window. */
    public static Memory allocate(int bytes) {
        ByteBuffer whole = ByteBuffer.allocateDirect(Math.addExact(bytes, LINE_BYTES - 1));
        return new Memory().point(addressOf(whole) + LINE_BYTES - 1 & -LINE_BYTES, bytes, whole);
    }

    /**
     * Wraps a direct buffer from its position to its limit and keeps it reachable.
     *
     * @throws IllegalArgumentException when the buffer is on the heap
     */
    public Memory wrap(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("A heap buffer has no address; use a direct buffer");
        }
        if (!buffer.hasRemaining()) {
            return point(0, 0, null);
        }
        return point(addressOf(buffer) + buffer.position(), buffer.remaining(), buffer);
    }

    /** Wraps {@code length} bytes of another window from {@code offset} on. */
    public Memory wrap(Memory source, long offset, long length) {
        source.check(offset, length);
        return point(source.address + offset, length, source.owner);
    }

    /** Wraps {@code length} bytes of a store at an address within it; they are there while the store is not released. */
    public Memory wrap(BytesStore<?, ?> store, long address, long length) {
        return point(address, length, store);
    }

    private Memory point(long address, long length, @Nullable Object owner) {
        if (this == NONE) {
            throw new IllegalStateException("The empty window is shared and stays empty; wrap a window of your own");
        }
        this.address = address;
        this.length = length;
        this.owner = owner;
        return this;
    }

    /**
     * Returns where a direct buffer begins, by its own field: Chronicle's way to it asks for a package that the JDK keeps closed, and
     * then reading a store would need a flag.
     */
    private static long addressOf(ByteBuffer buffer) {
        return UnsafeMemory.unsafeGetLong(buffer, BUFFER_ADDRESS);
    }

    private static long bufferAddress() {
        try {
            return RAW.objectFieldOffset(Buffer.class.getDeclaredField("address"));
        } catch (NoSuchFieldException moved) {
            throw new IllegalStateException(
                    "JDK " + Runtime.version()
                            + " keeps the address of a buffer elsewhere than 17 to 25 do; run one of those",
                    moved);
        }
    }

    /** Lets go of the memory; every later access is refused. */
    public void release() {
        if (this != NONE) {
            point(0, 0, null);
        }
    }

    /** Returns the length of the window in bytes. */
    public long length() {
        return length;
    }

    /** Returns the address of the window's first byte. */
    public long address() {
        return address;
    }

    /** Refuses a range outside the window; callers check a record once and then read it unchecked where it is hot. */
    public void check(long offset, long bytes) {
        check(length, offset, bytes);
    }

    /** The same for a length that is known not to be negative: one comparison less. */
    private void checkWord(long offset, int bytes) {
        if (CHECKED && (offset < 0 || offset > length - bytes)) {
            throw outside(length, offset, bytes);
        }
    }

    private static void check(long length, long offset, long bytes) {
        if (CHECKED && ((offset | bytes) < 0 || bytes > length - offset)) {
            throw outside(length, offset, bytes);
        }
    }

    private static IndexOutOfBoundsException outside(long length, long offset, long bytes) {
        return new IndexOutOfBoundsException(
                "Access of " + bytes + " bytes at offset " + offset + " in a window of " + length + " bytes");
    }

    /** Reads one byte. */
    public byte getByte(long offset) {
        checkWord(offset, 1);
        return RAW.readByte(address + offset);
    }

    /** Reads one byte as 0 to 255. */
    public int getUnsignedByte(long offset) {
        return getByte(offset) & 0xff;
    }

    /** Reads two bytes, sign-extended. */
    public short getShort(long offset) {
        checkWord(offset, 2);
        return RAW.readShort(address + offset);
    }

    /** Reads two bytes as 0 to 65,535. */
    public int getUnsignedShort(long offset) {
        return getShort(offset) & 0xffff;
    }

    /** Reads four bytes. */
    public int getInt(long offset) {
        checkWord(offset, 4);
        return RAW.readInt(address + offset);
    }

    /** Reads four bytes as 0 to 2^32 - 1. */
    public long getUnsignedInt(long offset) {
        return getInt(offset) & 0xffff_ffffL;
    }

    /** Reads eight bytes. */
    public long getLong(long offset) {
        checkWord(offset, 8);
        return RAW.readLong(address + offset);
    }

    /** Reads eight aligned bytes; later reads of this thread see what was written before the matching release. */
    public long getLongAcquire(long offset) {
        checkWord(offset, 8);
        return RAW.readVolatileLong(address + offset);
    }

    /** Writes one byte. */
    public void putByte(long offset, int value) {
        checkWord(offset, 1);
        RAW.writeByte(address + offset, (byte) value);
    }

    /** Writes two bytes. */
    public void putShort(long offset, int value) {
        checkWord(offset, 2);
        RAW.writeShort(address + offset, (short) value);
    }

    /** Writes four bytes. */
    public void putInt(long offset, int value) {
        checkWord(offset, 4);
        RAW.writeInt(address + offset, value);
    }

    /** Writes eight bytes. */
    public void putLong(long offset, long value) {
        checkWord(offset, 8);
        RAW.writeLong(address + offset, value);
    }

    /** Writes eight aligned bytes after everything that this thread wrote before. */
    public void putLongRelease(long offset, long value) {
        checkWord(offset, 8);
        RAW.writeOrderedLong(address + offset, value);
    }

    /**
     * Writes {@code value} if the eight aligned bytes hold {@code expected}, as one step. The page must have been
     * written before: a cold compare-and-set on a mapped page without backing ends the JVM.
     */
    public boolean compareAndSetLong(long offset, long expected, long value) {
        checkWord(offset, 8);
        return RAW.compareAndSwapLong(address + offset, expected, value);
    }

    /** Orders the reads before it with those behind it: the second check of a sequence lock. */
    public static void loadFence() {
        RAW.loadFence();
    }

    /** Copies heap bytes into the window. */
    public void putBytes(long offset, byte[] source, int sourceOffset, int bytes) {
        check(offset, bytes);
        check(source.length, sourceOffset, bytes);
        RAW.copyMemory(source, sourceOffset, address + offset, bytes);
    }

    /** Copies a whole array into the window and tells whether all of it is ASCII. */
    boolean putAscii(long offset, byte[] source) {
        int bytes = source.length;
        check(offset, bytes);
        long bits = 0;
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            long word = HeapBytes.getLong(source, i);
            bits |= word;
            RAW.writeLong(address + offset + i, word);
        }
        for (; i < bytes; i++) {
            bits |= source[i];
            RAW.writeByte(address + offset + i, source[i]);
        }
        return (bits & 0x8080808080808080L) == 0;
    }

    /**
     * Copies a whole array into the window and folds it into a running sum as {@link #foldString} folds what was copied.
     *
     * @return the sum, or {@link Utf8#NOT_ASCII} when not all of it is ASCII, and hardly ever when it is
     */
    long putAscii(long offset, byte[] source, long sum) {
        int bytes = source.length;
        check(offset, bytes);
        long bits = 0;
        long folded = sum;
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            long word = HeapBytes.getLong(source, i);
            bits |= word;
            folded = HeapBytes.fold(folded, word);
            RAW.writeLong(address + offset + i, word);
        }
        long tail = 0;
        for (; i < bytes; i++) {
            bits |= source[i];
            tail = tail << 8 | source[i] & 0xffL;
            RAW.writeByte(address + offset + i, source[i]);
        }
        return (bits & 0x8080808080808080L) == 0 ? HeapBytes.fold(folded, tail) : Utf8.NOT_ASCII;
    }

    /** Copies bytes of the window to the heap. */
    public void getBytes(long offset, byte[] target, int targetOffset, int bytes) {
        check(offset, bytes);
        check(target.length, targetOffset, bytes);
        RAW.readBytes(address + offset, target, targetOffset, bytes);
    }

    /** Copies bytes of another window into this one; the ranges must not overlap. */
    public void putBytes(long offset, Memory source, long sourceOffset, long bytes) {
        check(offset, bytes);
        source.check(sourceOffset, bytes);
        RAW.copyMemory(source.address + sourceOffset, address + offset, bytes);
    }

    /** Writes zeros, eight bytes at a time by plain stores. */
    public void zero(long offset, long bytes) {
        check(offset, bytes);
        long at = address + offset;
        long end = at + bytes;
        for (; at + 8 <= end; at += 8) {
            RAW.writeLong(at, 0L);
        }
        for (; at < end; at++) {
            RAW.writeByte(at, (byte) 0);
        }
    }

    /** Tells whether bytes of the window equal heap bytes. */
    public boolean equalBytes(long offset, byte[] other, int otherOffset, int bytes) {
        check(offset, bytes);
        check(other.length, otherOffset, bytes);
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            if (RAW.readLong(address + offset + i) != HeapBytes.getLong(other, otherOffset + i)) {
                return false;
            }
        }
        if (bytes >= 8) {
            return RAW.readLong(address + offset + bytes - 8) == HeapBytes.getLong(other, otherOffset + bytes - 8);
        }
        if (bytes > 0 && offset <= length - 8 && otherOffset <= other.length - 8) {
            long difference = RAW.readLong(address + offset) ^ HeapBytes.getLong(other, otherOffset);
            return HeapBytes.first(difference, bytes) == 0;
        }
        for (; i < bytes; i++) {
            if (RAW.readByte(address + offset + i) != other[otherOffset + i]) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether bytes of the window equal bytes of another window. */
    public boolean equalBytes(long offset, Memory other, long otherOffset, long bytes) {
        check(offset, bytes);
        other.check(otherOffset, bytes);
        long i = 0;
        for (; i + 8 <= bytes; i += 8) {
            if (RAW.readLong(address + offset + i) != RAW.readLong(other.address + otherOffset + i)) {
                return false;
            }
        }
        if (bytes >= 8) {
            return RAW.readLong(address + offset + bytes - 8) == RAW.readLong(other.address + otherOffset + bytes - 8);
        }
        for (; i < bytes; i++) {
            if (RAW.readByte(address + offset + i) != RAW.readByte(other.address + otherOffset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Compares two byte ranges as unsigned bytes, the shorter first when one begins with the other. */
    public int compareBytes(long offset, int bytes, byte[] other, int otherOffset, int otherBytes) {
        check(offset, bytes);
        check(other.length, otherOffset, otherBytes);
        int common = Math.min(bytes, otherBytes);
        for (int i = 0; i < common; i++) {
            int difference = (RAW.readByte(address + offset + i) & 0xff) - (other[otherOffset + i] & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return bytes - otherBytes;
    }

    /**
     * Folds bytes of the window into a running sum, the words by turns into two chains, so that a multiplication has not to wait
     * for the one before. The first word has what the others leave, and is read with the bytes before it, which have to be in the
     * window. Made of plain loads, and so fit for mapped pages.
     */
    public long fold(long sum, long offset, int bytes) {
        if (bytes == 0) {
            return HeapBytes.fold(sum, 0);
        }
        int first = (bytes - 1 & 7) + 1;
        check(offset, bytes);
        checkWord(offset + first - 8, 8);
        long from = address + offset + first;
        int rest = bytes - first;
        long one = bytes;
        long other = HeapBytes.fold(sum, RAW.readLong(from - 8) >>> 64 - 8 * first);
        for (int i = 0; i < rest; i += 8) {
            long next = HeapBytes.fold(one, RAW.readLong(from + i));
            one = other;
            other = next;
        }
        return HeapBytes.fold(other, one);
    }

    /** Folds the bytes of a string into a running sum: its words, and what is left as a number whose highest byte is the first. */
    public long foldString(long sum, long offset, int bytes) {
        check(offset, bytes);
        long from = address + offset;
        long folded = sum;
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            folded = HeapBytes.fold(folded, RAW.readLong(from + i));
        }
        long tail = 0;
        for (; i < bytes; i++) {
            tail = tail << 8 | RAW.readByte(from + i) & 0xffL;
        }
        return HeapBytes.fold(folded, tail);
    }

    /** Hashes bytes of the window exactly as {@link HeapBytes#hash} hashes the same bytes on the heap. */
    public int hash(long offset, int bytes) {
        check(offset, bytes);
        long hash = HeapBytes.SEED ^ bytes;
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            hash = HeapBytes.mix(hash, RAW.readLong(address + offset + i));
        }
        long tail = 0;
        if (i < bytes && bytes >= 8) {
            tail = RAW.readLong(address + offset + bytes - 8) >>> 8 * (8 - bytes + i);
        } else if (i < bytes && offset <= length - 8) {
            tail = HeapBytes.first(RAW.readLong(address + offset), bytes);
        } else {
            for (int b = bytes - 1; b >= i; b--) {
                tail = tail << 8 | RAW.readByte(address + offset + b) & 0xffL;
            }
        }
        return HeapBytes.finish(HeapBytes.mix(hash, tail));
    }
}
