package io.offspan.core.ingest;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.wire.Memory;
import java.util.BitSet;

/**
 * Finds the spans of a damaged slab that are sound: they are what their marks say, and need no string that a damaged span brought.
 *
 * <p><b>Threads.</b> One. Allocates.
 */
final class SlabJudge {
    private final BlockGather gather;
    private final BlockReader reader = new BlockReader();

    /** @param gather room of the caller, which holds nothing of value meanwhile */
    SlabJudge(BlockGather gather) {
        this.gather = gather;
    }

    /** Returns which of the spans {@code [from, to)} of a slab are sound. */
    BitSet sound(Memory slab, SlabLayout layout, int from, int to) {
        long generation = SlabLayout.generation(slab.getLongAcquire(SlabLayout.WORD_OFFSET));
        BitSet sound = new BitSet();
        BitSet damagedStrings = new BitSet();
        int strings = 0;
        boolean doubt = false;
        for (int i = 0; i < to; i++) {
            if (!layout.spanMatches(slab, generation, i, slab)) {
                doubt = true;
                continue;
            }
            if (doubt) {
                // A span that matches vouches for the mark before its own: the strings in between are those in doubt.
                int before = i == 0 ? 0 : slab.getInt(layout.mark(i - 1) + SlabLayout.MARK_STRINGS);
                damagedStrings.set(strings, Math.max(strings, before));
                doubt = false;
            }
            strings = slab.getInt(layout.mark(i) + SlabLayout.MARK_STRINGS);
            if (i >= from && isReadable(slab, layout, i, damagedStrings)) {
                sound.set(i);
            }
        }
        reader.release();
        return sound;
    }

    private boolean isReadable(Memory slab, SlabLayout layout, int span, BitSet damagedStrings) {
        try {
            if (gather.gatherJudged(slab, layout, span, span + 1) == BlockGather.DAMAGED) {
                return false;
            }
            reader.wrap(gather.memory(), 0).span(0).validate(damagedStrings);
            return true;
        } catch (IndexOutOfBoundsException | FormatException malformed) {
            return false;
        }
    }
}
