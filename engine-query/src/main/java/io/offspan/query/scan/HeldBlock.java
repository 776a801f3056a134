package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/** The block that a collector is in, with windows on it that stay when the reader moves, made when first asked for. */
public final class HeldBlock {
    private @Nullable BlockReader reader;
    private @Nullable BlockReader held;
    private @Nullable Memory strings;
    private int segment;
    private long firstOrdinal;

    public void enter(BlockSource blocks, BlockReader block) {
        reader = block;
        held = null;
        strings = null;
        segment = blocks.segmentNumber();
        firstOrdinal = blocks.firstOrdinal();
    }

    public void leave() {
        reader = null;
        held = null;
        strings = null;
    }

    public int segment() {
        return segment;
    }

    public long ordinal(int index) {
        return firstOrdinal + index;
    }

    /** Returns a reader that stays on the block. */
    public BlockReader block() {
        BlockReader here = held;
        if (here == null) {
            here = new BlockReader().wrap(reader());
            held = here;
        }
        return here;
    }

    /** Returns a window in which the offsets of the block's strings count. */
    public Memory strings() {
        Memory window = strings;
        if (window == null) {
            Memory moving = reader().strings().memory();
            window = new Memory().wrap(moving, 0, moving.length());
            strings = window;
        }
        return window;
    }

    private BlockReader reader() {
        if (reader == null) {
            throw new IllegalStateException("A span before its block");
        }
        return reader;
    }
}
