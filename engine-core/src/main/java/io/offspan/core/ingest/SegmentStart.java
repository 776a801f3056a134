package io.offspan.core.ingest;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.segment.SegmentBlock;
import io.offspan.core.slab.SlabFile;
import java.util.UUID;

/**
 * What the first block of a segment says: whose segment it is, which one came before, and how much of each slab the log holds already.
 *
 * <p><b>Threads.</b> One.
 */
final class SegmentStart {
    private final SlabFile slabs;
    private final SegmentBlock block;

    SegmentStart(SlabFile slabs) {
        this.slabs = slabs;
        block = new SegmentBlock(slabs.slabs());
    }

    /** Returns the block, which is the same at every call, filled but not closed. */
    SegmentBlock fill(int number, long id, long previousId) {
        UUID store = slabs.storeId();
        block.start(store.getMostSignificantBits(), store.getLeastSignificantBits(), number, id, previousId);
        for (int i = 0; i < slabs.slabs(); i++) {
            long word = slabs.word(i);
            if (!SlabLayout.isFree(word)) {
                block.addSlab(i, slabs.flushed(i, SlabLayout.generation(word)), SlabLayout.generation(word));
            } else if (SlabLayout.generation(word) > 0 && !FaultPoint.BUG_IGNORES_PLACE.planted()) {
                // An older copy of the slabs may hold its last spans.
                block.addSlab(i, SlabLayout.MAX_SPANS, SlabLayout.generation(word));
            }
        }
        return block;
    }
}
