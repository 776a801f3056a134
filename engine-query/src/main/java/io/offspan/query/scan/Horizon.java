package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.core.segment.BlockDirectory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The spans that a store had at an earlier moment: those of the log before a place, and of the slabs that were open then as many as they
 * had. Spans that were stored later are beyond it; those that have moved from a slab to the log since are not.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param segment the number of the segment that the log ended in
 * @param ordinal the ordinal that the spans of that segment were below
 */
public record Horizon(int segment, int ordinal, List<OpenSlab> slabs) {
    /** The most slabs that a horizon knows of; a store has fewer. */
    private static final int MAX_SLABS = 65_536;

    private static final int SLAB_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    /** A slab that was open, and how many spans it had. */
    private record OpenSlab(long incarnation, long generation, int slab, int spans) {
        boolean isOf(BlockDirectory directory, int row) {
            return slab == directory.slab(row)
                    && generation == directory.generation(row)
                    && incarnation == directory.incarnation(row);
        }
    }

    /** Returns what leaves have, which have to be open. */
    public static Horizon of(Leaves leaves) {
        int segment = 0;
        int ordinal = 0;
        List<OpenSlab> slabs = new ArrayList<>();
        for (int i = 0; i < leaves.count(); i++) {
            Leaf leaf = leaves.leaf(i);
            if (!leaf.isOpenSlabs()) {
                segment = leaf.segmentNumber();
                ordinal = leaf.endOrdinal();
                continue;
            }
            BlockDirectory directory = leaf.directory();
            for (int row = 0; row < leaf.blocks(); row++) {
                slabs.add(new OpenSlab(
                        directory.incarnation(row),
                        directory.generation(row),
                        directory.slab(row),
                        directory.from(row) + directory.spanCount(row)));
            }
        }
        return new Horizon(segment, ordinal, slabs);
    }

    /** Returns how many spans of a block there were: its first ones. */
    int spansOf(Leaf leaf, BlockDirectory directory, int row) {
        int spans = directory.spanCount(row);
        int there = 0;
        if (!leaf.isOpenSlabs()) {
            there = leaf.segmentNumber() == segment
                    ? ordinal - directory.firstOrdinal(row)
                    : leaf.segmentNumber() < segment ? spans : 0;
        }
        if (there <= 0) {
            for (OpenSlab slab : slabs) {
                if (slab.isOf(directory, row)) {
                    there = slab.spans() - directory.from(row);
                }
            }
        }
        return Math.max(0, Math.min(there, spans));
    }

    /** Returns how many bytes {@link #write} takes. */
    public int bytes() {
        return 3 * Integer.BYTES + SLAB_BYTES * slabs.size();
    }

    /** Writes it. */
    public void write(ByteBuffer into) {
        into.putInt(segment).putInt(ordinal).putInt(slabs.size());
        for (OpenSlab slab : slabs) {
            into.putLong(slab.incarnation()).putLong(slab.generation());
            into.putInt(slab.slab()).putInt(slab.spans());
        }
    }

    /**
     * Reads what was written.
     *
     * @throws java.nio.BufferUnderflowException when there is less of it
     * @throws IllegalArgumentException when it is something else
     */
    public static Horizon read(ByteBuffer from) {
        int segment = from.getInt();
        int ordinal = from.getInt();
        int count = from.getInt();
        if (count < 0 || count > MAX_SLABS) {
            throw new IllegalArgumentException(count + " open slabs; allowed are 0 to " + MAX_SLABS);
        }
        List<OpenSlab> slabs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slabs.add(new OpenSlab(from.getLong(), from.getLong(), from.getInt(), from.getInt()));
        }
        return new Horizon(segment, ordinal, List.copyOf(slabs));
    }
}
