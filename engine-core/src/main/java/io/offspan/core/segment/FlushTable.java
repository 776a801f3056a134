package io.offspan.core.segment;

import io.offspan.codec.block.SlabLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of each slab the log holds.
 *
 * <p><b>Threads.</b> Guarded by its owner.
 */
final class FlushTable {
    private static final int MAX_SLABS = 1 << 16;

    private final Map<Long, Slabs> incarnations = new HashMap<>();
    /** The slab file that was asked for last, which is nearly always the next one too: a look-up makes an object of its number. */
    private long lastIncarnation;

    private @Nullable Slabs last;

    private static final class Slabs {
        private long[] generations = new long[0];
        private int[] counts = new int[0];

        void grow(int slab) {
            if (slab >= counts.length) {
                int before = counts.length;
                generations = Arrays.copyOf(generations, slab + 1);
                counts = Arrays.copyOf(counts, slab + 1);
                Arrays.fill(generations, before, generations.length, -1);
            }
        }
    }

    /** Says that the spans {@code [0, count)} of a slab's generation are in the log, or were taken care of. */
    void add(long incarnation, int slab, long generation, int count) {
        if (slab < 0 || slab >= MAX_SLABS) {
            return;
        }
        Slabs slabs = find(incarnation);
        if (slabs == null) {
            slabs = new Slabs();
            incarnations.put(incarnation, slabs);
        }
        slabs.grow(slab);
        if (generation > slabs.generations[slab]) {
            slabs.generations[slab] = generation;
            slabs.counts[slab] = count;
        } else if (generation == slabs.generations[slab]) {
            slabs.counts[slab] = Math.max(slabs.counts[slab], count);
        }
    }

    /** Says the same of the block whose header this is. */
    void add(BlockHeader header) {
        add(header.incarnation(), header.slab(), header.generation(), header.from() + header.spanCount());
    }

    /** Says the same of every slab that a segment block names. */
    void add(SegmentBlock block) {
        for (int row = 0; row < block.rows(); row++) {
            add(block.incarnation(), block.slab(row), block.generation(row), block.flushed(row));
        }
    }

    private @Nullable Slabs find(long incarnation) {
        if (last == null || lastIncarnation != incarnation) {
            last = incarnations.get(incarnation);
            lastIncarnation = incarnation;
        }
        return last;
    }

    /** Returns how many spans of a slab's generation the log holds; all of them when a later generation is in the log. */
    int flushed(long incarnation, int slab, long generation) {
        Slabs slabs = find(incarnation);
        if (slabs == null || slab < 0 || slab >= slabs.counts.length || slabs.generations[slab] < generation) {
            return 0;
        }
        return slabs.generations[slab] == generation ? slabs.counts[slab] : SlabLayout.MAX_SPANS;
    }
}
