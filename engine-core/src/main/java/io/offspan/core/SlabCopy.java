package io.offspan.core;

import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.wire.Memory;

/**
 * The committed spans of one slab, copied out, less those that the log has too.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> its memory, which is used again after {@link StoreReader} has taken it back.
 */
final class SlabCopy {
    private final BlockGather gather;
    private final byte[] header = new byte[BlockLayout.HEADER_BYTES];
    private int start;

    SlabCopy(int slabBytes) {
        gather = new BlockGather(slabBytes);
    }

    /** Returns where a slab is to be copied to. */
    BlockGather target() {
        start = 0;
        return gather;
    }

    /** Returns how many bytes of slab fit. */
    long capacityBytes() {
        return gather.memory().length();
    }

    int spanCount() {
        return gather.memory().getInt(start + BlockLayout.SPAN_COUNT_OFFSET);
    }

    /** Returns the place in the slab behind the last span. */
    int end() {
        return gather.memory().getInt(start + BlockLayout.FROM_OFFSET) + spanCount();
    }

    long field(int offset) {
        return gather.memory().getLong(start + offset);
    }

    int slab() {
        return gather.memory().getInt(start + BlockLayout.SLAB_OFFSET);
    }

    long incarnation() {
        return field(BlockLayout.INCARNATION_OFFSET);
    }

    long generation() {
        return field(BlockLayout.GENERATION_OFFSET);
    }

    /** Drops the first spans: the header moves over their lines, and its offsets shrink by as much. */
    void dropFirst(int spans) {
        if (spans == 0) {
            return;
        }
        Memory memory = gather.memory();
        int shift = LineLayout.BYTES * spans;
        memory.getBytes(start, header, 0, header.length);
        start += shift;
        memory.putBytes(start, header, 0, header.length);
        subtract(memory, BlockLayout.LENGTH_OFFSET, shift);
        subtract(memory, BlockLayout.VALUES_OFFSET, shift);
        subtract(memory, BlockLayout.STRINGS_OFFSET, shift);
        subtract(memory, BlockLayout.HEAP_END_OFFSET, shift);
        subtract(memory, BlockLayout.SPAN_COUNT_OFFSET, spans);
        subtract(memory, BlockLayout.FROM_OFFSET, -spans);
    }

    private void subtract(Memory memory, int field, int amount) {
        memory.putInt(start + field, memory.getInt(start + field) - amount);
    }

    void open(BlockReader reader) {
        reader.wrap(gather.memory(), start);
    }
}
