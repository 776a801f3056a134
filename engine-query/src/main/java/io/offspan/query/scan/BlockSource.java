package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.test.BlockBounds;
import org.jspecify.annotations.Nullable;

/**
 * Walks the blocks of a store, the newest first, and opens those that are worth reading. The bytes of an opened block stay where
 * they are until {@link #close}, the reader moves.
 */
public interface BlockSource extends BlockBounds, AutoCloseable {
    /** Goes to the next block, or returns false behind the last. */
    boolean next();

    /** Returns the number of the segment that the block is in. */
    int segmentNumber();

    /** Returns the ordinal within the segment of the block's first span. */
    long firstOrdinal();

    /** Opens the block, or returns null when it is damaged. The reader is valid until {@link #next}. */
    @Nullable
    BlockReader open();

    /** Returns how many blocks are known to be there that no walk reaches, because they could not be read at all. */
    long unreachable();

    /** Goes back before the newest block; the blocks are those of the first walk. */
    void rewind();

    /** Lets go of what keeps the blocks where they are. */
    @Override
    void close();
}
