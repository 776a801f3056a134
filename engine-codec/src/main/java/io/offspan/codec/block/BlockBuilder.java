package io.offspan.codec.block;

import io.offspan.codec.span.BlockFullException;
import io.offspan.codec.span.SlabArea;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanEncoder;
import io.offspan.codec.wire.HeapBytes;
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
    private final boolean sums;
    private SlabLayout layout = new SlabLayout(4096, 1, 16);
    private long generation;
    private int count;
    private boolean dirty;

    /** @param maxSpanBytes the most bytes that one span may add to a block, its new strings included */
    public BlockBuilder(int maxSpanBytes) {
        this(maxSpanBytes, true);
    }

    private BlockBuilder(int maxSpanBytes, boolean sums) {
        this.maxSpanBytes = maxSpanBytes;
        this.sums = sums;
    }

    /** Returns a builder whose spans nobody can gather, to measure what the sums cost. */
    public static BlockBuilder withoutSums(int maxSpanBytes) {
        return new BlockBuilder(maxSpanBytes, false);
    }

    /** Starts an empty block in a slab, of the generation that its commit word names by now. */
    public void start(Memory slab, SlabLayout layout) {
        this.slab.wrap(slab, 0, layout.size());
        this.layout = layout;
        area.wrap(this.slab, layout.strings(), layout.maxStrings(), layout.values());
        generation = SlabLayout.generation(slab.getLong(SlabLayout.WORD_OFFSET));
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
        int values = area.valuesBytes();
        int heap = area.heapBytes();
        area.startSpan();
        long sum;
        try {
            sum = encoder.encode(draft, layout.line(count), generation);
        } catch (BlockFullException full) {
            rewind();
            return FULL;
        }
        if (area.valuesBytes() - values + area.heapBytes() - heap > maxSpanBytes) {
            rewind();
            return TOO_LARGE;
        }
        putMark(layout.mark(count), sums ? sum(sum, values) : 0);
        count++;
        dirty = false;
        return ADDED;
    }

    /** Goes on from the sum of the line over the values behind the given end and the new strings. */
    private long sum(long lineSum, int values) {
        long sum = slab.fold(lineSum, layout.values() + values, area.valuesBytes() - values);
        return HeapBytes.fold(sum, area.stringSum());
    }

    private void putMark(int mark, long sum) {
        long ends = area.valuesBytes() | (long) area.heapBytes() << 32;
        int strings = area.strings();
        slab.putLong(mark + SlabLayout.MARK_VALUES, ends);
        slab.putLong(mark + SlabLayout.MARK_STRINGS, strings | (long) SlabSum.end(sum, ends, strings) << 32);
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
