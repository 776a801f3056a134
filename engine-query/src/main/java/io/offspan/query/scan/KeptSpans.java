package io.offspan.query.scan;

import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.BlockDirectory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what passes: all of it, or the newest up to a limit, in a queue whose top is the first to go.
 *
 * <p>Blocks and spans older than the top are not even asked once the queue is full.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for more spans than it has kept before.
 */
public final class KeptSpans implements Sink {
    private static final int FIRST_HITS = 8;
    private static final @Nullable Hit[] NO_HITS = {};

    private final int limit;
    private final boolean inTraceOrder;
    private @Nullable Hit[] kept = NO_HITS;
    private int size;
    private @Nullable BlockPlace block;

    private KeptSpans(int limit, boolean inTraceOrder) {
        this.limit = limit;
        this.inTraceOrder = inTraceOrder;
    }

    /** Keeps the newest so many, in the order of an answer. */
    public static KeptSpans newest(int limit) {
        return new KeptSpans(limit, false);
    }

    /** Keeps all, in the order of a trace. */
    public static KeptSpans inTraceOrder() {
        return new KeptSpans(Integer.MAX_VALUE, true);
    }

    /** Begins anew. */
    public KeptSpans clear() {
        size = 0;
        return this;
    }

    @Override
    public boolean wants(BlockDirectory bounds, int row) {
        return size < limit || Long.compareUnsigned(bounds.maxStartNanos(row), get(0).startNanos()) >= 0;
    }

    @Override
    public void enterBlock(BlockPlace place) {
        block = place;
    }

    @Override
    public boolean wants(SpanView span) {
        return size < limit || Long.compareUnsigned(span.startNanos(), get(0).startNanos()) >= 0;
    }

    @Override
    public void take(SpanView span, int index) {
        BlockPlace place = block;
        if (place == null) {
            throw new IllegalStateException("A span before its block");
        }
        if (size < limit) {
            add(span, place, index);
        } else if (get(0).isAfter(span, place.segmentNumber(), place.ordinal(index))) {
            get(0).set(span, place, index);
            sink(0, size);
        }
    }

    private void add(SpanView span, BlockPlace place, int index) {
        if (size == kept.length) {
            kept = Arrays.copyOf(kept, Math.min(limit, Math.max(FIRST_HITS, 2 * size)));
        }
        Hit spare = kept[size];
        if (spare == null) {
            kept[size] = new Hit(span, place, index);
        } else {
            spare.set(span, place, index);
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
