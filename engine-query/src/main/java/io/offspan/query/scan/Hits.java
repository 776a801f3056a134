package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.query.test.BlockBounds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps what passes: all of it, or the newest up to a limit in a queue whose root is the first to go.
 *
 * <p>Blocks and spans older than the root are not even asked once the queue is full.
 *
 * <p><b>Threads.</b> Belongs to one thread. The blocks with hits belong to the source and must stay until it is closed.
 */
public final class Hits extends Collector {
    private static final int FIRST_HITS = 8;

    private final int limit;
    private final List<Hit> kept;
    private final HeldBlock block = new HeldBlock();

    private Hits(int limit) {
        this.limit = limit;
        kept = new ArrayList<>(Math.min(limit, FIRST_HITS));
    }

    /** Keeps the newest so many. */
    public static Hits newest(int limit) {
        return new Hits(limit);
    }

    /** Keeps all. */
    public static Hits all() {
        return new Hits(Integer.MAX_VALUE);
    }

    @Override
    public boolean wants(BlockBounds bounds) {
        return kept.size() < limit
                || Long.compareUnsigned(bounds.maxStartNanos(), kept.get(0).startNanos()) >= 0;
    }

    @Override
    public void enterBlock(BlockSource blocks, BlockReader reader) {
        block.enter(blocks, reader);
    }

    @Override
    public boolean wants(SpanView span) {
        return kept.size() < limit
                || Long.compareUnsigned(span.startNanos(), kept.get(0).startNanos()) >= 0;
    }

    @Override
    public void add(SpanView span, int index) {
        long ordinal = block.ordinal(index);
        if (kept.size() < limit) {
            kept.add(new Hit(span, block.segment(), ordinal, index, block.block()));
            if (limit < Integer.MAX_VALUE) {
                siftUp(kept.size() - 1);
            }
        } else if (kept.get(0).isAfter(span, block.segment(), ordinal)) {
            kept.get(0).set(span, block.segment(), ordinal, index, block.block());
            siftDown();
        }
    }

    /** Returns what was kept in the order of an answer; nothing more can be added. */
    public List<Hit> newestFirst() {
        return sorted(Hit::compareTo);
    }

    /** Returns what was kept in the order of a trace; nothing more can be added. */
    public List<Hit> inTraceOrder() {
        return sorted(Hit::compareInTrace);
    }

    private List<Hit> sorted(Comparator<Hit> order) {
        block.leave();
        kept.sort(order);
        return kept;
    }

    private void siftUp(int from) {
        int child = from;
        while (child > 0) {
            int parent = (child - 1) / 2;
            if (kept.get(parent).compareTo(kept.get(child)) >= 0) {
                return;
            }
            swap(parent, child);
            child = parent;
        }
    }

    private void siftDown() {
        int parent = 0;
        while (true) {
            int last = parent;
            for (int child = 2 * parent + 1; child <= 2 * parent + 2 && child < kept.size(); child++) {
                if (kept.get(child).compareTo(kept.get(last)) > 0) {
                    last = child;
                }
            }
            if (last == parent) {
                return;
            }
            swap(parent, last);
            parent = last;
        }
    }

    private void swap(int a, int b) {
        Hit hit = kept.get(a);
        kept.set(a, kept.get(b));
        kept.set(b, hit);
    }
}
