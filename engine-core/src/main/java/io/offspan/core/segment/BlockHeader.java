package io.offspan.core.segment;

import io.offspan.codec.block.BlockChecksum;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import io.offspan.core.value.SpanStoreException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of one block, copied into memory of its own and checked there.
 *
 * <p><b>Threads.</b> One thread. Allocates nothing after construction.
 */
public final class BlockHeader {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BlockLayout.HEADER_BYTES);
    private final Memory memory = new Memory().wrap(buffer.duplicate());
    private final CRC32C crc = new CRC32C();

    /**
     * Copies and checks what may be a header.
     *
     * @return whether the bytes are an intact block header
     * @throws SpanStoreException.TooNew when they are one of a version that this release does not know yet
     * @throws SpanStoreException.TooOld when they are one of a version from before the first release
     */
    public boolean load(byte[] source, int offset) {
        memory.putBytes(0, source, offset, BlockLayout.HEADER_BYTES);
        return memory.getInt(BlockLayout.MAGIC_OFFSET) == BlockLayout.MAGIC
                && BlockChecksum.headerMatches(buffer, memory, crc)
                && isKnown(memory.getUnsignedShort(BlockLayout.VERSION_OFFSET))
                && plausible();
    }

    /** The checksum of every version covers the same bytes, so that damage is never taken for another version. */
    private static boolean isKnown(int version) {
        if (version > BlockLayout.VERSION) {
            throw new SpanStoreException.TooNew(
                    "A block of the log has format version " + version + ", this release knows " + BlockLayout.VERSION
                            + "; open the store with the release that wrote it");
        }
        if (version < BlockLayout.VERSION) {
            throw new SpanStoreException.TooOld("A block of the log", version, BlockLayout.VERSION);
        }
        return true;
    }

    /** Copies the header of a block that was just written. */
    void copy(Memory block) {
        memory.putBytes(0, block, 0, BlockLayout.HEADER_BYTES);
    }

    /** Copies what a row of a directory has of the header of a block of spans. */
    void copyRow(byte[] source, int offset, int bytes) {
        memory.putBytes(0, source, offset, bytes);
        memory.putInt(BlockLayout.MAGIC_OFFSET, BlockLayout.MAGIC);
        memory.putShort(BlockLayout.VERSION_OFFSET, BlockLayout.VERSION);
        memory.putShort(BlockLayout.KIND_OFFSET, BlockLayout.KIND_SPANS);
    }

    private boolean plausible() {
        long length = memory.getUnsignedInt(BlockLayout.LENGTH_OFFSET);
        return length >= BlockLayout.HEADER_BYTES
                && length <= BlockLayout.MAX_LENGTH
                && length % BlockLayout.ALIGNMENT == 0
                && spanCount() >= 0
                && firstOrdinal() >= 0;
    }

    /** Returns the window on the header's bytes. */
    public Memory memory() {
        return memory;
    }

    /** Returns {@link BlockLayout#KIND_SPANS} or {@link BlockLayout#KIND_SEGMENT}. */
    public int kind() {
        return memory.getUnsignedShort(BlockLayout.KIND_OFFSET);
    }

    /** Returns the length of the whole block. */
    public int length() {
        return memory.getInt(BlockLayout.LENGTH_OFFSET);
    }

    public int spanCount() {
        return memory.getInt(BlockLayout.SPAN_COUNT_OFFSET);
    }

    public int firstOrdinal() {
        return memory.getInt(BlockLayout.FIRST_ORDINAL_OFFSET);
    }

    public long sequence() {
        return memory.getLong(BlockLayout.SEQUENCE_OFFSET);
    }

    public int headerCrc() {
        return memory.getInt(BlockLayout.HEADER_CRC_OFFSET);
    }

    public int previousCrc() {
        return memory.getInt(BlockLayout.PREVIOUS_CRC_OFFSET);
    }

    public int bodyCrc() {
        return memory.getInt(BlockLayout.BODY_CRC_OFFSET);
    }

    public long incarnation() {
        return memory.getLong(BlockLayout.INCARNATION_OFFSET);
    }

    public long generation() {
        return memory.getLong(BlockLayout.GENERATION_OFFSET);
    }

    public int slab() {
        return memory.getInt(BlockLayout.SLAB_OFFSET);
    }

    /** Returns the place of the block's first span in its slab. */
    public int from() {
        return memory.getInt(BlockLayout.FROM_OFFSET);
    }
}
