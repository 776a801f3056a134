package io.offspan.codec.block;

import io.offspan.codec.span.BlockFullException;
import io.offspan.codec.span.SlabArea;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanEncoder;
import io.offspan.codec.wire.Memory;

/**
 * Builds a block in a slab, one span after another, each readable as soon as its count is published.
 *
 * <p>{@link #add} writes a span and its mark behind the spans before it; the caller then publishes the new count with one
 * release store of the commit word. Whatever goes wrong in between leaves the earlier spans as they are: the next {@code add}
 * goes back to the last mark.
 *
 * <p><b>Threads.</b> One writer. Allocates nothing after construction.
 */
public final class BlockBuilder {
    /** The span was added. */
    public static final int ADDED = 1;
    /** The slab has no room left; the span fits into an empty one perhaps. */
    public static final int FULL = 0;
    /** The span is larger than a span may be. */
    public static final int TOO_LARGE = -1;

    private final Memory slab = new Memory();
    private final SlabArea area = new SlabArea();
    private final SpanEncoder encoder = new SpanEncoder(area);
    private final int maxSpanBytes;
    private SlabLayout layout = new SlabLayout(4096, 1, 16);
    private int count;
    private boolean dirty;

    /** @param maxSpanBytes the most bytes that one span may add to a block, its new strings included */
    public BlockBuilder(int maxSpanBytes) {
        this.maxSpanBytes = maxSpanBytes;
    }

    /** Starts an empty block in a slab. */
    public void start(Memory slab, SlabLayout layout) {
        this.slab.wrap(slab, 0, layout.size());
        this.layout = layout;
        area.wrap(this.slab, layout.strings(), layout.maxStrings(), layout.values());
        encoder.nextSlab();
        count = 0;
        dirty = false;
    }

    /** Returns how many spans have been added. */
    public int count() {
        return count;
    }

    /**
     * Writes a span behind the others.
     *
     * @return {@link #ADDED}, {@link #FULL} or {@link #TOO_LARGE}; only then the block is as it was before
     */
    public int add(SpanDraft draft) {
        if (dirty) {
            rewind();
        }
        if (count == layout.maxSpans()) {
            return FULL;
        }
        dirty = true;
        int before = area.valuesBytes() + area.heapBytes();
        try {
            encoder.encode(draft, layout.line(count));
        } catch (BlockFullException full) {
            rewind();
            return FULL;
        }
        if (area.valuesBytes() + area.heapBytes() - before > maxSpanBytes) {
            rewind();
            return TOO_LARGE;
        }
        int mark = layout.mark(count);
        slab.putInt(mark + SlabLayout.MARK_VALUES, area.valuesBytes());
        slab.putInt(mark + SlabLayout.MARK_HEAP, area.heapBytes());
        slab.putLong(mark + SlabLayout.MARK_STRINGS, area.strings());
        count++;
        dirty = false;
        return ADDED;
    }

    private void rewind() {
        if (count == 0) {
            area.rewind(0, 0, 0);
        } else {
            int mark = layout.mark(count - 1);
            area.rewind(
                    slab.getInt(mark + SlabLayout.MARK_VALUES),
                    slab.getInt(mark + SlabLayout.MARK_HEAP),
                    slab.getInt(mark + SlabLayout.MARK_STRINGS));
        }
        encoder.forget();
        dirty = false;
    }
}
