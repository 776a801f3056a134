package io.offspan.core.slab;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.wire.Memory;

/**
 * Holds a slab against its sums: the constant header, and each span that its word counts.
 *
 * <p><b>Threads.</b> Any; the slab may be in use. What is reused meanwhile is not judged.
 */
public final class SlabCheck {
    private final SlabFile slabs;

    /** @param slabs is acquired by the caller for as long as it checks */
    public SlabCheck(SlabFile slabs) {
        this.slabs = slabs;
    }

    /** Returns what is wrong with a slab, empty when nothing is. */
    public String finding(int slab) {
        Memory memory = slabs.slab(slab);
        if (!SlabLayout.headerMatches(memory)) {
            return "the header of slab " + slab + " does not match its sum; the spans are not affected";
        }
        long word = slabs.word(slab);
        if (SlabLayout.isFree(word)) {
            return "";
        }
        int state = SlabLayout.state(word);
        if (state != SlabLayout.OPEN && state != SlabLayout.CLOSED) {
            return "the word of slab " + slab + " counts " + SlabLayout.count(word) + " spans under the state " + state
                    + "; the next writer moves them to the log";
        }
        String found = spans(slab, memory, word);
        long after = slabs.word(slab);
        boolean reused = SlabLayout.generation(after) != SlabLayout.generation(word) || SlabLayout.isFree(after);
        return reused ? "" : found;
    }

    private String spans(int slab, Memory memory, long word) {
        SlabLayout layout = slabs.layout(slab);
        int count = SlabLayout.count(word);
        if (count > layout.maxSpans()) {
            return "the word of slab " + slab + " is damaged: it counts " + count + " spans, and the slab has room for "
                    + layout.maxSpans() + "; the next writer looks for spans in all of that room";
        }
        int damaged = 0;
        for (int i = 0; i < count; i++) {
            if (!layout.spanMatches(memory, SlabLayout.generation(word), i, memory)) {
                damaged++;
            }
        }
        if (damaged > 0) {
            return damaged + " of " + count + " spans of slab " + slab
                    + " are not what was committed; the next writer counts them as lost, and those that need their strings";
        }
        // A few more may be there: they were written, and their writer was killed before it said so, or has not yet.
        int more = slabs.spans(slab, word) - count;
        return more > SlabLayout.MAX_UNPUBLISHED && slabs.word(slab) == word
                ? "the word of slab " + slab + " counts " + count + " spans, and " + more
                        + " more are there; the next writer moves all of them to the log"
                : "";
    }
}
