package io.offspan.server.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes of a request in one array that grows up to a limit, out of the memory that all requests share.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> what it has taken until {@link #release}.
 */
public final class Bytes {
    private static final int FIRST_BYTES = 8 << 10;

    private final RequestMemory memory;
    private final int limit;
    private byte[] array = new byte[0];
    private int length;

    Bytes(RequestMemory memory, int limit) {
        this.memory = memory;
        this.limit = limit;
    }

    /** Returns the array that starts with them. */
    public byte[] array() {
        return array;
    }

    /** Returns how many there are. */
    public int length() {
        return length;
    }

    /**
     * Adds what a buffer has left.
     *
     * @return false where that would be more than the limit, and nothing was added
     */
    boolean add(ByteBuffer more) {
        if (more.remaining() > limit - length) {
            return false;
        }
        int needed = length + more.remaining();
        if (needed > array.length) {
            int size = (int) Math.min(limit, Math.max(Math.max(FIRST_BYTES, needed), 2L * array.length));
            memory.take(size);
            byte[] larger;
            try {
                larger = Arrays.copyOf(array, size);
            } catch (OutOfMemoryError full) {
                memory.give(size);
                throw full;
            }
            memory.give(array.length);
            array = larger;
        }
        int count = more.remaining();
        more.get(array, length, count);
        length += count;
        return true;
    }

    /** Gives the memory back; the bytes are gone. */
    public void release() {
        memory.give(array.length);
        array = new byte[0];
        length = 0;
    }
}
