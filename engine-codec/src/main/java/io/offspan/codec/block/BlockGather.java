package io.offspan.codec.block;

import io.offspan.codec.span.LineLayout;
import io.offspan.codec.wire.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Gathers a range of a slab's committed spans into a block in a buffer of its own, checksummed and ready to be copied.
 *
 * <p>Lines and values are cut to the range; strings are repeated from the first one, so that no reference has to be rewritten.
 * The buffer is anonymous memory: the checksum instructions of the JDK must never run over a mapped file, where a missing page
 * would end the JVM.
 *
 * <p>Nothing in the slab is trusted: what was copied is held against the sums in the marks, and what they do not confirm is
 * {@link #DAMAGED}. That goes for the spans before the range, too, whose strings the block repeats.
 *
 * <p><b>Threads.</b> One thread. Allocates nothing after construction.
 */
public final class BlockGather {
    /** The marks of the slab contradict each other or what they mark. */
    public static final int DAMAGED = -1;

    private final ByteBuffer buffer;
    private final Memory block;
    private final CRC32C crc = new CRC32C();
    private int length;

    /** @param maxSlabBytes the size of the largest slab to gather from */
    public BlockGather(int maxSlabBytes) {
        int bytes = (int) BlockLayout.align(maxSlabBytes + (long) BlockLayout.HEADER_BYTES);
        buffer = ByteBuffer.allocateDirect(bytes + BlockLayout.ALIGNMENT)
                .alignedSlice(BlockLayout.ALIGNMENT)
                .slice(0, bytes);
        block = new Memory().wrap(buffer.duplicate());
    }

    /** Returns the memory that starts with the gathered block. */
    public Memory memory() {
        return block;
    }

    /** Returns the buffer that starts with the gathered block, position 0; its position and limit are free to be set. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Returns the length of the gathered block. */
    public int length() {
        return length;
    }

    /**
     * Gathers the spans {@code [from, to)} of a slab; the header gets what is known of the spans, zero where the log decides.
     *
     * @return the length of the block, a multiple of 64, or {@link #DAMAGED}
     */
    public int gather(Memory slab, SlabLayout layout, int from, int to) {
        return copy(slab, layout, from, to) == DAMAGED || !matches(slab, layout, from, to) ? DAMAGED : length;
    }

    /** Gathers as {@link #gather} does, and believes the slab: for spans that were judged one by one. */
    public int gatherJudged(Memory slab, SlabLayout layout, int from, int to) {
        return copy(slab, layout, from, to);
    }

    private boolean matches(Memory slab, SlabLayout layout, int from, int to) {
        long generation = SlabLayout.generation(slab.getLong(SlabLayout.WORD_OFFSET));
        long values = block.getInt(BlockLayout.VALUES_OFFSET) - block.getUnsignedInt(BlockLayout.VALUES_BASE_OFFSET);
        long table = block.getInt(BlockLayout.STRINGS_OFFSET);
        long end = block.getInt(BlockLayout.HEAP_END_OFFSET);
        try {
            for (int i = 0; i < to; i++) {
                boolean here = i >= from;
                int sum = SlabSum.of(
                        slab,
                        layout,
                        generation,
                        i,
                        here ? block : slab,
                        here ? BlockLayout.HEADER_BYTES + (long) LineLayout.BYTES * (i - from) : layout.line(i),
                        here ? values : layout.values(),
                        block,
                        table,
                        end);
                if (sum != slab.getInt(layout.mark(i) + SlabLayout.MARK_SUM)) {
                    return false;
                }
            }
            return true;
        } catch (IndexOutOfBoundsException outside) {
            return false;
        }
    }

    private int copy(Memory slab, SlabLayout layout, int from, int to) {
        if (from < 0 || from >= to || to > layout.maxSpans()) {
            return DAMAGED;
        }
        int spans = to - from;
        int mark = layout.mark(to - 1);
        long valuesFrom = from == 0 ? 0 : slab.getUnsignedInt(layout.mark(from - 1) + SlabLayout.MARK_VALUES);
        long valuesTo = slab.getUnsignedInt(mark + SlabLayout.MARK_VALUES);
        long heap = slab.getUnsignedInt(mark + SlabLayout.MARK_HEAP);
        long strings = slab.getUnsignedInt(mark + SlabLayout.MARK_STRINGS);
        if (valuesFrom > valuesTo
                || strings > layout.maxStrings()
                || layout.values() + valuesTo + heap > layout.size()) {
            return DAMAGED;
        }
        int lineBytes = LineLayout.BYTES * spans;
        int values = BlockLayout.HEADER_BYTES + lineBytes;
        int valuesBytes = (int) (valuesTo - valuesFrom);
        int table = values + valuesBytes + 7 & -8;
        int tableBytes = 4 * ((int) strings + 1);
        int heapStart = table + tableBytes;
        int heapEnd = heapStart + (int) heap;
        length = (int) BlockLayout.align(heapEnd);
        if (length > block.length()) {
            return DAMAGED;
        }
        block.zero(0, BlockLayout.HEADER_BYTES);
        block.putBytes(BlockLayout.HEADER_BYTES, slab, layout.line(from), lineBytes);
        block.putBytes(values, slab, layout.values() + valuesFrom, valuesBytes);
        block.zero(values + valuesBytes, table - values - valuesBytes);
        block.putBytes(table, slab, layout.strings(), tableBytes);
        block.putBytes(heapStart, slab, layout.size() - heap, heap);
        block.zero(heapEnd, length - heapEnd);
        block.putInt(BlockLayout.MAGIC_OFFSET, BlockLayout.MAGIC);
        block.putShort(BlockLayout.VERSION_OFFSET, BlockLayout.VERSION);
        block.putShort(BlockLayout.KIND_OFFSET, BlockLayout.KIND_SPANS);
        block.putInt(BlockLayout.LENGTH_OFFSET, length);
        block.putInt(BlockLayout.SPAN_COUNT_OFFSET, spans);
        block.putInt(BlockLayout.FROM_OFFSET, from);
        block.putInt(BlockLayout.STRING_COUNT_OFFSET, (int) strings);
        block.putInt(BlockLayout.VALUES_OFFSET, values);
        block.putInt(BlockLayout.VALUES_BYTES_OFFSET, valuesBytes);
        block.putInt(BlockLayout.VALUES_BASE_OFFSET, (int) valuesFrom);
        block.putInt(BlockLayout.STRINGS_OFFSET, table);
        block.putInt(BlockLayout.HEAP_END_OFFSET, heapEnd);
        block.putInt(BlockLayout.HEAP_BYTES_OFFSET, (int) heap);
        BlockBounds.clear(block);
        BlockBounds.widen(block, BlockLayout.HEADER_BYTES, spans);
        return length;
    }

    /** Says where the spans came from, so that recovery knows what of a slab the log holds. */
    public void origin(long incarnation, long generation, int slab) {
        block.putLong(BlockLayout.INCARNATION_OFFSET, incarnation);
        block.putLong(BlockLayout.GENERATION_OFFSET, generation);
        block.putInt(BlockLayout.SLAB_OFFSET, slab);
    }

    /** Closes the block: completes its header with what the log knows, and both checksums. Returns the checksum of the header. */
    public int close(long sequence, int previousCrc, int firstOrdinal, long ingestTimeNanos) {
        block.putLong(BlockLayout.SEQUENCE_OFFSET, sequence);
        block.putInt(BlockLayout.PREVIOUS_CRC_OFFSET, previousCrc);
        block.putInt(BlockLayout.FIRST_ORDINAL_OFFSET, firstOrdinal);
        block.putLong(BlockLayout.INGEST_TIME_OFFSET, ingestTimeNanos);
        return BlockChecksum.close(buffer, block, length, crc);
    }
}
