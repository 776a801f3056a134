package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.query.index.LeafIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of several stores as if they were those of one: spans of a trace that several processes have stored come together. The
 * stores stand one after another, each at a moment of its own.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> the leaves of the stores.
 */
public final class JoinedLeaves implements Leaves {
    private final List<? extends Leaves> stores;
    /** How many leaves the stores up to each have. */
    private final int[] ends;
    /** The store whose index was asked for last. */
    private int asked;

    public JoinedLeaves(List<? extends Leaves> stores) {
        this.stores = List.copyOf(stores);
        ends = new int[stores.size()];
    }

    @Override
    public void renew() {
        int end = 0;
        try {
            for (int i = 0; i < ends.length; i++) {
                stores.get(i).renew();
                end += stores.get(i).count();
                ends[i] = end;
            }
        } catch (RuntimeException | Error refused) {
            close(); // else the stores before it stay at their moment
            throw refused;
        }
    }

    @Override
    public int count() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public int store(int leaf) {
        int store = 0;
        while (leaf >= ends[store]) {
            store++;
        }
        return store;
    }

    private int within(int leaf, int store) {
        return store == 0 ? leaf : leaf - ends[store - 1];
    }

    @Override
    public Leaf leaf(int number) {
        int store = store(number);
        return stores.get(store).leaf(within(number, store));
    }

    @Override
    public int lastOfTrace(int end, long traceIdHigh, long traceIdLow) {
        if (end == 0) {
            return -1;
        }
        int store = store(end - 1);
        int from = store == 0 ? 0 : ends[store - 1];
        // Where the store has none, this is the last leaf of the one before: its open slabs.
        return from + stores.get(store).lastOfTrace(end - from, traceIdHigh, traceIdLow);
    }

    @Override
    public @Nullable LeafIndex index(int number) {
        asked = store(number);
        return stores.get(asked).index(within(number, asked));
    }

    @Override
    public void refuseIndex() {
        stores.get(asked).refuseIndex();
    }

    @Override
    public boolean wasIndexWhole() {
        return stores.get(asked).wasIndexWhole();
    }

    @Override
    public boolean havePages() {
        return false;
    }

    @Override
    public int unreachable() {
        return stores.stream().mapToInt(Leaves::unreachable).sum();
    }

    @Override
    public void close() {
        stores.forEach(Leaves::close);
    }
}
