package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.query.index.LeafIndex;
import org.jspecify.annotations.Nullable;

/** One of several leaves by itself, as long as they are open. <b>Owns</b> nothing: they are renewed and closed by whoever has them. */
public final class LeafAlone implements Leaves {
    private final Leaves all;
    private final int number;

    public LeafAlone(Leaves all, int number) {
        this.all = all;
        this.number = number;
    }

    @Override
    public void renew() {}

    @Override
    public int count() {
        return 1;
    }

    @Override
    public Leaf leaf(int only) {
        return all.leaf(number);
    }

    @Override
    public @Nullable LeafIndex index(int only) {
        return all.index(number);
    }

    @Override
    public void refuseIndex() {
        all.refuseIndex();
    }

    @Override
    public boolean wasIndexWhole() {
        return all.wasIndexWhole();
    }

    @Override
    public int unreachable() {
        return 0;
    }

    @Override
    public void close() {}
}
