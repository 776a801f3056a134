package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.Leaf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The block that a scan is in: where it is in the store, and the reader on it.
 *
 * <p><b>Threads.</b> Belongs to the thread of its scan, which moves it from block to block.
 */
public final class BlockPlace {
    private final BlockReader reader = new BlockReader();
    private @Nullable Leaf leaf;
    private int leafNumber;
    private int segmentNumber;
    private int row;
    private int firstOrdinal;

    void enterLeaf(Leaf at, int number) {
        leaf = at;
        leafNumber = number;
        segmentNumber = at.segmentNumber();
    }

    /** Opens a block of the leaf; false when it is damaged. */
    boolean open(Leaf at, int block, int ordinal) {
        row = block;
        firstOrdinal = ordinal;
        return at.open(block, reader);
    }

    /** Returns the reader, which moves with the scan. */
    public BlockReader reader() {
        return reader;
    }

    /** Returns the number of the leaf among those that are searched. */
    public int leafNumber() {
        return leafNumber;
    }

    /** Returns the leaf, which may be used while the leaves are open. */
    Leaf leaf() {
        return Objects.requireNonNull(leaf);
    }

    /** Returns the number of the block in its leaf. */
    int row() {
        return row;
    }

    public int segmentNumber() {
        return segmentNumber;
    }

    /** Returns the ordinal within the segment of a span of the block. */
    public int ordinal(int index) {
        return firstOrdinal + index;
    }
}
