package io.offspan.core.segment;

import io.offspan.codec.block.BlockChecksum;
import io.offspan.core.fault.FaultPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Compares the bodies of blocks with their checksums, in memory of its own: over a mapped page that the disk cannot deliver the
 * checksum instructions would end the JVM.
 *
 * <p><b>Threads.</b> One.
 */
public final class BodyCheck {
    private static final ByteBuffer NOTHING = ByteBuffer.wrap(new byte[0]);

    private @Nullable CRC32C crc;
    private ByteBuffer buffer = NOTHING;
    private byte[] bytes = NOTHING.array();

    /** Makes a check that has no buffer yet. */
    public BodyCheck() {}

    /** Reads a block and tells whether its body matches; a block that ends outside the file does not. */
    boolean matches(SegmentFile file, long offset, int length, int expected) throws IOException {
        if (FaultPoint.BUG_SKIPS_CHECKSUM.planted()) {
            return true;
        }
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 64 << 10)];
            buffer = ByteBuffer.wrap(bytes);
        }
        CRC32C sum = crc == null ? new CRC32C() : crc;
        crc = sum;
        return file.read(offset, bytes, length) == length && BlockChecksum.bodyMatches(buffer, length, expected, sum);
    }

    /** Returns the bytes of the block that was checked last, from index 0. */
    byte[] bytes() {
        return bytes;
    }
}
