package io.offspan.query.index;

import java.util.zip.CRC32C;

/**
 * A running CRC32C over bytes on the heap, which is the only place where it may be taken: its instructions must not meet a mapped page.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SealChecksum {
    private final CRC32C crc = new CRC32C();

    /** Begins anew. */
    void begin() {
        crc.reset();
    }

    void add(byte[] bytes, int from, int count) {
        crc.update(bytes, from, count);
    }

    int value() {
        return (int) crc.getValue();
    }
}
