package io.offspan.parquet;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import java.util.ArrayList;
import java.util.List;

/**
 * Spans that are sorted together, by service and then by start: where each is, and what it is sorted by.
 *
 * <p><b>Threads.</b> Belongs to one thread. The blocks stay where they are, and have to until the run is cleared.
 */
final class SpanRun {
    /** How many spans it takes. */
    static final int MOST = 1 << 17;

    private final List<BlockReader> blocks = new ArrayList<>();
    private final int[] blockOf = new int[MOST];
    private final int[] ordinals = new int[MOST];
    private final long[] starts = new long[MOST];
    private final Origin[] resources = new Origin[MOST];
    private int[] order = new int[MOST];
    private int[] merged = new int[MOST];
    private final Origins allResources = Origins.ofResources();
    private final Origins allScopes = Origins.ofScopes();
    private int count;

    int count() {
        return count;
    }

    /** Takes the spans {@code [from, to)} of a block that start within a time; returns where it had to end because it is full. */
    int add(BlockReader block, int from, int to, Selection selection) {
        BlockReader kept = new BlockReader().wrap(block);
        blocks.add(kept);
        int at = from;
        while (at < to && count < MOST) {
            SpanView span = kept.span(at);
            if (selection.has(span.startNanos())) {
                blockOf[count] = blocks.size() - 1;
                ordinals[count] = at;
                starts[count] = span.startNanos();
                resources[count] = allResources.of(kept.strings(), span.resourceIndex());
                count++;
            }
            at++;
        }
        return at;
    }

    /** Puts the rows into their order; those that are equal stay as they came. */
    void sort() {
        allResources.rank();
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int width = 1; width < count; width *= 2) {
            for (int left = 0; left < count; left += 2 * width) {
                merge(left, Math.min(left + width, count), Math.min(left + 2 * width, count));
            }
            int[] sorted = merged;
            merged = order;
            order = sorted;
        }
    }

    private void merge(int left, int middle, int right) {
        if (middle == right || !isBefore(order[middle], order[middle - 1])) {
            System.arraycopy(order, left, merged, left, right - left);
            return;
        }
        int one = left;
        int other = middle;
        for (int at = left; at < right; at++) {
            boolean takesOther = one == middle || other < right && isBefore(order[other], order[one]);
            merged[at] = takesOther ? order[other++] : order[one++];
        }
    }

    private boolean isBefore(int one, int other) {
        int rank = resources[one].rank();
        int otherRank = resources[other].rank();
        return rank != otherRank ? rank < otherRank : starts[one] < starts[other];
    }

    /** Writes the row at a place of the order; returns how many bytes its span has as OTLP. */
    int write(int place, SpanColumns columns) {
        int row = order[place];
        SpanView span = blocks.get(blockOf[row]).span(ordinals[row]);
        return columns.put(span, resources[row], allScopes.of(span.strings(), span.scopeIndex()));
    }

    /** Lets go of the blocks and takes others. */
    void clear() {
        blocks.forEach(BlockReader::release);
        blocks.clear();
        allResources.clear();
        allScopes.clear();
        count = 0;
    }
}
