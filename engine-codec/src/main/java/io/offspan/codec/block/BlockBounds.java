package io.offspan.codec.block;

import io.offspan.codec.span.LineLayout;
import io.offspan.codec.wire.Memory;

/**
 * The least and greatest start, end and duration in the header of a block, by which a question passes over it.
 *
 * <p>Starts and ends are compared as unsigned, durations as signed numbers.
 */
public final class BlockBounds {
    private BlockBounds() {}

    /** Writes the bounds of no span. */
    public static void clear(Memory block) {
        block.putLong(BlockLayout.MIN_START_OFFSET, -1L);
        block.putLong(BlockLayout.MAX_START_OFFSET, 0);
        block.putLong(BlockLayout.MIN_END_OFFSET, -1L);
        block.putLong(BlockLayout.MAX_END_OFFSET, 0);
        block.putLong(BlockLayout.MIN_DURATION_OFFSET, Long.MAX_VALUE);
        block.putLong(BlockLayout.MAX_DURATION_OFFSET, Long.MIN_VALUE);
    }

    /** Takes in the spans whose lines stand from {@code firstLine} on in the same memory. */
    public static void widen(Memory block, long firstLine, int spans) {
        long minStart = block.getLong(BlockLayout.MIN_START_OFFSET);
        long maxStart = block.getLong(BlockLayout.MAX_START_OFFSET);
        long minEnd = block.getLong(BlockLayout.MIN_END_OFFSET);
        long maxEnd = block.getLong(BlockLayout.MAX_END_OFFSET);
        long minDuration = block.getLong(BlockLayout.MIN_DURATION_OFFSET);
        long maxDuration = block.getLong(BlockLayout.MAX_DURATION_OFFSET);
        long line = firstLine;
        for (int i = 0; i < spans; i++, line += LineLayout.BYTES) {
            long start = block.getLong(line + LineLayout.START);
            long duration = block.getLong(line + LineLayout.DURATION);
            long end = start + duration;
            minStart = Long.compareUnsigned(start, minStart) < 0 ? start : minStart;
            maxStart = Long.compareUnsigned(start, maxStart) > 0 ? start : maxStart;
            minEnd = Long.compareUnsigned(end, minEnd) < 0 ? end : minEnd;
            maxEnd = Long.compareUnsigned(end, maxEnd) > 0 ? end : maxEnd;
            minDuration = Math.min(duration, minDuration);
            maxDuration = Math.max(duration, maxDuration);
        }
        block.putLong(BlockLayout.MIN_START_OFFSET, minStart);
        block.putLong(BlockLayout.MAX_START_OFFSET, maxStart);
        block.putLong(BlockLayout.MIN_END_OFFSET, minEnd);
        block.putLong(BlockLayout.MAX_END_OFFSET, maxEnd);
        block.putLong(BlockLayout.MIN_DURATION_OFFSET, minDuration);
        block.putLong(BlockLayout.MAX_DURATION_OFFSET, maxDuration);
    }
}
