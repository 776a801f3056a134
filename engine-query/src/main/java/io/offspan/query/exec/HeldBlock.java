package io.offspan.query.exec;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;

/** A block that some hit lies in: its bytes, or a copy where they may change. */
final class HeldBlock {
    private final Memory memory;

    HeldBlock(BlockReader block, boolean stable) {
        Memory source = block.memory();
        if (stable) {
            memory = new Memory().wrap(source, 0, source.length());
        } else {
            memory = Memory.allocate(Math.toIntExact(source.length()));
            memory.putBytes(0, source, 0, source.length());
        }
    }

    Memory memory() {
        return memory;
    }
}
