package io.offspan.query.keep;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An index that is given back when it was let go of and nobody looks at it any more.
 *
 * <p><b>Threads.</b> Any.
 */
final class Held<T> {
    private static final int LEFT = 1 << 30;

    private final T index;
    private final Consumer<? super T> back;
    private final AtomicInteger looking = new AtomicInteger();

    /** Holds an index, which goes to {@code back} in the end, on the thread that looked at it last. */
    Held(T index, Consumer<? super T> back) {
        this.index = index;
        this.back = back;
    }

    /** Returns the index; for its writer, and for those who have acquired it. */
    T index() {
        return index;
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
            back.accept(index);
        }
    }

    /** Lets go of the index; called once. */
    void leave() {
        if (looking.getAndAdd(LEFT) == 0) {
            back.accept(index);
        }
    }
}
