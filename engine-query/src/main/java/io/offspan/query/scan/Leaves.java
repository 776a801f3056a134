package io.offspan.query.scan;

import io.offspan.core.Leaf;
import io.offspan.query.index.LeafIndex;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of a store at one moment, each with its index where there is one: closed at first, open from {@link #renew} to {@link
 * #close}, and that as often as needed.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public interface Leaves extends AutoCloseable {
    /** Goes to the present moment: every span acknowledged before this call is in one of the leaves. */
    void renew();

    /** Returns how many leaves there are, the oldest first. */
    int count();

    Leaf leaf(int number);

    /**
     * Returns the newest leaf before one that may have spans of a trace, -1 for none.
     *
     * @param end the number of a leaf, or {@link #count()}
     */
    default int lastOfTrace(int end, long traceIdHigh, long traceIdLow) {
        return end - 1;
    }

    /** Returns the index of the first spans of a leaf, or null when it has none; it is valid until that of the next leaf is asked for. */
    @Nullable
    LeafIndex index(int number);

    /** Says that the index that was asked for last is damaged, so that nobody is given it any more; walks over it stay valid. */
    default void refuseIndex() {}

    /** Tells whether the index that was asked for last was all there while it was read; else it is refused. */
    default boolean wasIndexWhole() {
        return true;
    }

    /** Returns the bits of the id of the store, folded; 0 for one that has none yet. */
    default long storeId() {
        return 0;
    }

    /** Returns the number of the store that a leaf is of, where several are asked as one. */
    default int store(int leaf) {
        return 0;
    }

    /** Tells whether an answer can go on later as of the same moment. */
    default boolean havePages() {
        return true;
    }

    /** Returns how many blocks are known to be there that no leaf has, because they could not be read at all. */
    int unreachable();

    /** Lets go of what keeps the blocks where they are. */
    @Override
    void close();
}
