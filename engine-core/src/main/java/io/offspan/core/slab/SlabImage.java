package io.offspan.core.slab;

import io.offspan.codec.block.BlockBounds;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;

/**
 * A reader's copy of one generation of a slab, which grows by what was committed since it was looked at last.
 *
 * <p>Its sections lie where they lie in the slab, so that a span that has been copied never moves or changes: the image may grow
 * while others read the spans that they know of. In front stands the header of a block, as far as a slab has one: where the spans
 * came from, and their bounds.
 *
 * <p><b>Threads.</b> One at a time grows it; any thread reads the spans that it was told of under the same lock. <b>Owns</b> its
 * memory. Allocates nothing after construction.
 */
public final class SlabImage {
    private static final long NO_GENERATION = -1;

    private final SlabLayout layout;
    private final Memory memory;
    private long generation = NO_GENERATION;
    private long incarnation;
    private int slab;
    /** The word of the slab as it was when the image was complete last. */
    private long word;

    private int spans;
    private long values;
    private long heap;
    private long strings;
    private int holders;
    private long newValues;
    private long newHeap;
    private long newStrings;
    private int newSpans;

    public SlabImage(SlabLayout layout) {
        this.layout = layout;
        memory = Memory.allocate(layout.size());
    }

    /** Starts anew with nothing of a generation of a slab. */
    public void start(long ofIncarnation, int ofSlab, long ofGeneration) {
        incarnation = ofIncarnation;
        slab = ofSlab;
        generation = ofGeneration;
        word = 0;
        spans = 0;
        values = 0;
        heap = 0;
        strings = 0;
        memory.zero(0, BlockLayout.HEADER_BYTES);
        memory.putLong(BlockLayout.INCARNATION_OFFSET, ofIncarnation);
        memory.putLong(BlockLayout.GENERATION_OFFSET, ofGeneration);
        memory.putInt(BlockLayout.SLAB_OFFSET, ofSlab);
        BlockBounds.clear(memory);
    }

    /**
     * Copies the spans {@code [spans(), to)}, or as many of the first of them as are what their marks say; they count once they were
     * accepted.
     *
     * @return false when those were not all
     */
    boolean copy(Memory source, int to) {
        if (copyRange(source, to) && copyMatches(source, to)) {
            return true;
        }
        newSpans = spans;
        int whole = spans;
        while (whole < to && layout.spanMatches(source, generation, whole, source)) {
            whole++;
        }
        if (whole == spans || !copyRange(source, whole) || !copyMatches(source, whole)) {
            newSpans = spans;
        }
        return false;
    }

    /** Copies as {@link #copy} does, of a slab that this process has filled: only the last mark is looked at, unless it is wrong. */
    boolean copyTrusted(Memory source, int to) {
        return copyRange(source, to) || copy(source, to);
    }

    /** Tells whether a copy that failed has some spans all the same. */
    boolean copiedSome() {
        return newSpans > spans;
    }

    private boolean copyMatches(Memory source, int to) {
        if (FaultPoint.BUG_SKIPS_SLAB_SUMS.planted()) {
            return true;
        }
        for (int i = spans; i < to; i++) {
            if (!layout.spanMatches(source, generation, i, memory)) {
                return false;
            }
        }
        return true;
    }

    private boolean copyRange(Memory source, int to) {
        int mark = layout.mark(to - 1);
        newSpans = to;
        newValues = source.getUnsignedInt(mark + SlabLayout.MARK_VALUES);
        newHeap = source.getUnsignedInt(mark + SlabLayout.MARK_HEAP);
        newStrings = source.getUnsignedInt(mark + SlabLayout.MARK_STRINGS);
        if (to <= spans
                || to > layout.maxSpans()
                || newValues < values
                || newHeap < heap
                || newStrings < strings
                || newStrings > layout.maxStrings()
                || layout.values() + newValues + newHeap > layout.size()) {
            return false;
        }
        copy(source, layout.line(spans), layout.line(to));
        copy(source, layout.values() + values, layout.values() + newValues);
        // Entry x + 1 is where string x ends.
        long known = spans == 0 ? 0 : strings + 1;
        copy(source, layout.strings() + 4 * known, layout.strings() + 4 * (newStrings + 1));
        copy(source, layout.size() - newHeap, layout.size() - heap);
        return true;
    }

    private void copy(Memory source, long from, long to) {
        if (from < to) {
            memory.putBytes(from, source, from, to - from);
        }
    }

    /** Takes in what was copied: the slab had not been given back meanwhile. */
    void accept() {
        BlockBounds.widen(memory, layout.line(spans), newSpans - spans);
        spans = newSpans;
        values = newValues;
        heap = newHeap;
        strings = newStrings;
    }

    /** Keeps the image from being used for another slab. */
    public void hold() {
        holders++;
    }

    /** Gives a hold back; true when that was the last one. */
    public boolean letGo() {
        return --holders == 0;
    }

    /** Notes the word of the slab that the image is complete for. */
    public void completeAt(long slabWord) {
        word = slabWord;
    }

    /** Tells whether nothing was committed since the image was complete. */
    public boolean isCompleteAt(long slabWord) {
        return word == slabWord;
    }

    /** Tells whether this is an image of a generation of a slab. */
    public boolean isOf(long ofIncarnation, int ofSlab, long ofGeneration) {
        return generation == ofGeneration && slab == ofSlab && incarnation == ofIncarnation;
    }

    /** Tells whether slabs with these sections fit. */
    public boolean fits(SlabLayout other) {
        return layout.size() == other.size()
                && layout.maxSpans() == other.maxSpans()
                && layout.maxStrings() == other.maxStrings();
    }

    public long incarnation() {
        return incarnation;
    }

    public int slab() {
        return slab;
    }

    public long generation() {
        return generation;
    }

    /** Returns how many spans there are: those from the first of the slab on. */
    public int spans() {
        return spans;
    }

    /** Returns how many strings they have. */
    public int strings() {
        return (int) strings;
    }

    /** Returns how many bytes those take. */
    public int heapBytes() {
        return (int) heap;
    }

    /** Returns the window that starts with the header of a block, for its origin and bounds. */
    public Memory header() {
        return memory;
    }

    /** Points a reader at the spans {@code [from, to)}, with at least the strings that they need. */
    public void open(BlockReader reader, int from, int to, int stringCount, int heapLength) {
        reader.wrapSlab(memory, layout, from, to, stringCount, heapLength);
    }
}
