package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/** The block that a collector is in, with windows on it that stay when the reader moves, made when first asked for. */
public final class HeldBlock {
    private @Nullable BlockReader reader;
    private @Nullable Memory memory;
    private @Nullable Memory strings;
    private int segment;
    private long firstOrdinal;

    public void enter(BlockSource blocks, BlockReader block) {
        reader = block;
        memory = null;
        strings = null;
        segment = blocks.segmentNumber();
        firstOrdinal = blocks.firstOrdinal();
    }

    public void leave() {
        reader = null;
        memory = null;
        strings = null;
    }

    public int segment() {
        return segment;
    }

    public long ordinal(int index) {
        return firstOrdinal + index;
    }

    /** Returns a window on the block. */
    public Memory memory() {
        Memory window = memory;
        if (window == null) {
            window = copy(reader().memory());
            memory = window;
        }
        return window;
    }

    /** Returns a window in which the offsets of the block's strings count. */
    public Memory strings() {
        Memory window = strings;
        if (window == null) {
            window = copy(reader().strings().memory());
            strings = window;
        }
        return window;
    }

    private static Memory copy(Memory source) {
        return new Memory().wrap(source, 0, source.length());
    }

    private BlockReader reader() {
        if (reader == null) {
            throw new IllegalStateException("A span before its block");
        }
        return reader;
    }
}
