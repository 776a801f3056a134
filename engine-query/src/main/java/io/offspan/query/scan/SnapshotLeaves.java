package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.keep.LeafIndexes;
import io.offspan.query.keep.TraceGroups;
import io.offspan.query.keep.TraceGuide;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The leaves of a store, log and open slabs, with the indexes that somebody keeps. <b>Owns</b> a snapshot, the same one each time. */
public final class SnapshotLeaves implements Leaves {
    private final StoreReader store;
    /** Null for leaves without their indexes. */
    private final @Nullable TraceGroups groups;
    /** Made for the first leaf that may have one. */
    private @Nullable LeafIndexes indexes;

    private @Nullable StoreSnapshot snapshot;
    /** Made for the first trace that is looked up. */
    private @Nullable TraceGuide guide;

    /** @param indexed whether the leaves show their indexes */
    public SnapshotLeaves(StoreReader store, boolean indexed) {
        this(store, indexed ? new TraceGroups() : null);
    }

    /** @param groups by which traces are looked up where there are many leaves; null for leaves without their indexes */
    public SnapshotLeaves(StoreReader store, @Nullable TraceGroups groups) {
        this.store = store;
        this.groups = groups;
    }

    @Override
    public void renew() {
        StoreSnapshot taken = snapshot;
        if (taken == null) {
            snapshot = store.snapshot();
        } else {
            taken.renew();
        }
        if (guide != null) {
            guide.begin(snapshot());
        }
    }

    private StoreSnapshot snapshot() {
        return Objects.requireNonNull(snapshot);
    }

    @Override
    public int count() {
        return snapshot().leaves();
    }

    @Override
    public Leaf leaf(int number) {
        return snapshot().leaf(number);
    }

    @Override
    public int lastOfTrace(int end, long traceIdHigh, long traceIdLow) {
        TraceGuide led = guide;
        if (led == null) {
            if (groups == null) {
                return end - 1;
            }
            led = new TraceGuide(groups);
            led.begin(snapshot());
            guide = led;
        }
        return led.lastBefore(snapshot(), end, traceIdHigh, traceIdLow);
    }

    @Override
    public @Nullable LeafIndex index(int number) {
        Leaf leaf = leaf(number);
        LeafIndexes shown = indexes;
        if (shown == null) {
            if (groups == null || !LeafIndexes.isThere(leaf)) {
                return null;
            }
            shown = new LeafIndexes();
            indexes = shown;
        }
        return shown.show(leaf);
    }

    @Override
    public void refuseIndex() {
        if (indexes != null) {
            indexes.refuse();
        }
    }

    @Override
    public boolean wasIndexWhole() {
        return indexes == null || indexes.wasWhole();
    }

    @Override
    public long storeId() {
        UUID id = store.storeId();
        return id == null ? 0 : id.getMostSignificantBits() ^ id.getLeastSignificantBits();
    }

    @Override
    public int unreachable() {
        return snapshot().damagedSlabs();
    }

    @Override
    public void close() {
        if (indexes != null) {
            indexes.close();
        }
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
