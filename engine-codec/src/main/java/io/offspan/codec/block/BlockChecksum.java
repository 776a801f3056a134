package io.offspan.codec.block;

import io.offspan.codec.wire.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The two CRC32C checksums of a block: one over the body, and one over the header, which contains the first.
 *
 * <p>A header can so be trusted without reading the block. All methods work on buffers of our own, never on a mapped file: the
 * checksum instructions of the JDK end the JVM on a page without backing.
 */
public final class BlockChecksum {
    private BlockChecksum() {}

    /** Writes both checksums into the block that a buffer and a window over the same bytes start with. */
    public static int close(ByteBuffer buffer, Memory block, int length, CRC32C crc) {
        block.putInt(BlockLayout.BODY_CRC_OFFSET, crc(buffer, BlockLayout.HEADER_BYTES, length, crc));
        block.putInt(BlockLayout.HEADER_CRC_OFFSET, 0);
        int header = crc(buffer, 0, BlockLayout.HEADER_BYTES, crc);
        block.putInt(BlockLayout.HEADER_CRC_OFFSET, header);
        return header;
    }

    /** Tells whether a header, copied to the start of a buffer and window of our own, matches its checksum. */
    public static boolean headerMatches(ByteBuffer buffer, Memory header, CRC32C crc) {
        int stored = header.getInt(BlockLayout.HEADER_CRC_OFFSET);
        header.putInt(BlockLayout.HEADER_CRC_OFFSET, 0);
        boolean matches = crc(buffer, 0, BlockLayout.HEADER_BYTES, crc) == stored;
        header.putInt(BlockLayout.HEADER_CRC_OFFSET, stored);
        return matches;
    }

    /** Tells whether the body of a whole block, copied to the start of a buffer of our own, matches its checksum. */
    public static boolean bodyMatches(ByteBuffer buffer, int length, int expected, CRC32C crc) {
        return crc(buffer, BlockLayout.HEADER_BYTES, length, crc) == expected;
    }

    private static int crc(ByteBuffer buffer, int from, int to, CRC32C crc) {
        crc.reset();
        crc.update(buffer.limit(to).position(from));
        buffer.clear();
        return (int) crc.getValue();
    }
}
