package io.offspan.query.scan;

import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.SpanOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what passes: all of it, or the first of an order up to a limit, in a queue whose top is the first to go; of a page what comes after
 * the page before.
 *
 * <p>Blocks and spans that come after the top are not even asked once the queue is full.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for more spans than it has kept before.
 */
public final class KeptSpans implements Sink {
    private static final int FIRST_HITS = 8;
    private static final @Nullable Hit[] NO_HITS = {};

    private final int limit;
    private final SpanOrder order;
    private final boolean inTraceOrder;
    /** The last span of the page before. */
    private final @Nullable Hit after;

    /** What may be kept next. */
    private @Nullable Hit spare;

    private @Nullable Hit[] kept = NO_HITS;
    private int size;
    private @Nullable BlockPlace block;

    private KeptSpans(int limit, SpanOrder order, boolean inTraceOrder, @Nullable Hit after) {
        this.limit = limit;
        this.order = order;
        this.inTraceOrder = inTraceOrder;
        this.after = after;
    }

    /**
     * Keeps the first so many of an answer, in its order.
     *
     * @param after what only comes after this span is kept, or null for the beginning
     */
    public static KeptSpans first(int limit, SpanOrder order, @Nullable SpanKey after) {
        return new KeptSpans(limit, order, false, after == null ? null : Hit.ofKey(after));
    }

    /** Keeps all, in the order of a trace. */
    public static KeptSpans inTraceOrder() {
        return new KeptSpans(Integer.MAX_VALUE, SpanOrder.NEWEST, true, null);
    }

    /** Begins anew. */
    public KeptSpans clear() {
        size = 0;
        return this;
    }

    @Override
    public boolean wantsAny(BlockDirectory bounds) {
        long greatest = order == SpanOrder.NEWEST
                ? bounds.greatestStartNanos()
                : Math.max(bounds.greatestDurationNanos(), 0) + 1;
        return size < limit || Long.compareUnsigned(greatest, get(0).rank()) >= 0;
    }

    @Override
    public boolean wants(BlockDirectory bounds, int row) {
        Hit beginning = after;
        if (beginning != null && Long.compareUnsigned(leastRank(bounds, row), beginning.rank()) > 0) {
            return false;
        }
        return size < limit || Long.compareUnsigned(greatestRank(bounds, row), get(0).rank()) >= 0;
    }

    @Override
    public SpanOrder order() {
        return order;
    }

    @Override
    public long leastRank() {
        return size < limit ? 0 : get(0).rank();
    }

    private long greatestRank(BlockDirectory bounds, int row) {
        return order == SpanOrder.NEWEST ? bounds.maxStartNanos(row) : Math.max(bounds.maxDurationNanos(row), 0) + 1;
    }

    private long leastRank(BlockDirectory bounds, int row) {
        if (order == SpanOrder.NEWEST) {
            return bounds.minStartNanos(row);
        }
        return bounds.minEndNanos(row) == 0 ? 0 : Math.max(bounds.minDurationNanos(row), 0) + 1;
    }

    @Override
    public void enterBlock(BlockPlace place) {
        block = place;
    }

    @Override
    public boolean wants(SpanView span) {
        Hit beginning = after;
        if (size < limit && beginning == null) {
            return true;
        }
        long rank = Hit.rankOf(span, order);
        return (beginning == null || Long.compareUnsigned(rank, beginning.rank()) <= 0)
                && (size < limit || Long.compareUnsigned(rank, get(0).rank()) >= 0);
    }

    @Override
    public void take(SpanView span, int index) {
        BlockPlace place = block;
        if (place == null) {
            throw new IllegalStateException("A span before its block");
        }
        if (size == limit || after != null) {
            Hit candidate = spare == null ? new Hit(span, place, index, order) : spare.set(span, place, index, order);
            spare = candidate;
            if (after != null && candidate.compareTo(after) <= 0) {
                return;
            }
            if (size == limit) {
                if (get(0).compareTo(candidate) > 0) {
                    spare = kept[0];
                    kept[0] = candidate;
                    sink(0, size);
                }
                return;
            }
        }
        add(span, place, index);
    }

    private void add(SpanView span, BlockPlace place, int index) {
        if (size == kept.length) {
            kept = Arrays.copyOf(kept, Math.min(limit, Math.max(FIRST_HITS, 2 * size)));
        }
        Hit unused = kept[size];
        if (unused == null) {
            kept[size] = new Hit(span, place, index, order);
        } else {
            unused.set(span, place, index, order);
        }
        size++;
        if (!inTraceOrder) {
            rise(size - 1);
        }
    }

    /** Puts what was kept in its order; nothing can be taken any more until it is cleared. */
    public KeptSpans sort() {
        for (int parent = inTraceOrder ? size / 2 - 1 : -1; parent >= 0; parent--) {
            sink(parent, size);
        }
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
        return this;
    }

    /** Returns how many spans are kept. */
    public int size() {
        return size;
    }

    /** Returns a span by its place in the order. */
    public Hit get(int place) {
        Hit hit = kept[place];
        if (hit == null || place >= size) {
            throw new IndexOutOfBoundsException("Span " + place + " of " + size + " that were kept");
        }
        return hit;
    }

    private int compare(int one, int other) {
        return inTraceOrder ? get(one).compareInTrace(get(other)) : get(one).compareTo(get(other));
    }

    private void rise(int from) {
        int child = from;
        while (child > 0) {
            int parent = (child - 1) / 2;
            if (compare(parent, child) >= 0) {
                return;
            }
            swap(parent, child);
            child = parent;
        }
    }

    private void sink(int from, int end) {
        int parent = from;
        while (true) {
            int last = parent;
            for (int child = 2 * parent + 1; child <= 2 * parent + 2 && child < end; child++) {
                if (compare(child, last) > 0) {
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
        Hit hit = kept[a];
        kept[a] = kept[b];
        kept[b] = hit;
    }
}
