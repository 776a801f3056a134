package io.offspan.query.keep;

import io.offspan.query.index.LiveIndex;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A live index that is given back when it was let go of and nobody looks at it any more.
 *
 * <p><b>Threads.</b> Any.
 */
final class HeldIndex {
    private static final int LEFT = 1 << 30;

    private final LiveIndex live;
    private final Returned returned;
    private final AtomicInteger looking = new AtomicInteger();

    HeldIndex(LiveIndex live, Returned returned) {
        this.live = live;
        this.returned = returned;
    }

    /** Returns the index; for its writer, and for those who have acquired it. */
    LiveIndex live() {
        return live;
    }

    /** Keeps the index while it is looked at; false when it is too late for that. */
    boolean acquire() {
        int found = looking.get();
        while ((found & LEFT) == 0) {
            if (looking.compareAndSet(found, found + 1)) {
                return true;
            }
            found = looking.get();
        }
        return false;
    }

    void release() {
        if (looking.decrementAndGet() == LEFT) {
            returned.add(live);
        }
    }

    /** Lets go of the index; called once. */
    void leave() {
        if (looking.getAndAdd(LEFT) == 0) {
            returned.add(live);
        }
    }
}
