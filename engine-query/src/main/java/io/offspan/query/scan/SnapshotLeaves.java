package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.keep.LeafIndexes;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The leaves of a store, log and open slabs, with the indexes that somebody keeps. <b>Owns</b> a snapshot, the same one each time. */
public final class SnapshotLeaves implements Leaves {
    private final StoreReader store;
    private final boolean indexed;
    /** Made for the first leaf that may have one. */
    private @Nullable LeafIndexes indexes;

    private @Nullable StoreSnapshot snapshot;

    /** @param indexed whether the leaves show their indexes */
    public SnapshotLeaves(StoreReader store, boolean indexed) {
        this.store = store;
        this.indexed = indexed;
    }

    @Override
    public void renew() {
        StoreSnapshot taken = snapshot;
        if (taken == null) {
            snapshot = store.snapshot();
        } else {
            taken.renew();
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
    public @Nullable LeafIndex index(int number) {
        Leaf leaf = leaf(number);
        LeafIndexes shown = indexes;
        if (shown == null) {
            if (!indexed || !LeafIndexes.isThere(leaf)) {
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
