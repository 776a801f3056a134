package io.offspan.cli.input;

/**
 * The last 32 KiB of an object as they were given on.
 *
 * <p><b>Threads.</b> One.
 */
final class RecentBytes {
    private static final int BYTES = 32 << 10;

    private final byte[] ring = new byte[BYTES];
    private long given;

    void clear() {
        given = 0;
    }

    /** Takes what follows the bytes before. */
    void add(byte[] bytes, int offset, int count) {
        int kept = Math.min(count, BYTES);
        int from = offset + count - kept;
        int into = (int) ((given + count - kept) % BYTES);
        int first = Math.min(kept, BYTES - into);
        System.arraycopy(bytes, from, ring, into, first);
        System.arraycopy(bytes, from + first, ring, 0, kept - first);
        given += count;
    }

    /** Returns how many bytes of the object were given on. */
    long given() {
        return given;
    }

    /** Returns a byte of the object, or -1 when it is not there any more, or not yet. */
    int at(long offset) {
        return offset < 0 || offset >= given || offset < given - BYTES ? -1 : ring[(int) (offset % BYTES)] & 0xff;
    }
}
