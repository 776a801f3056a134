package io.offspan.codec.wire;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * A direct buffer as a Chronicle store, which keeps it reachable.
 *
 * <p>The address is read from the buffer's own field: Chronicle's way to it asks for a package that the JDK keeps closed, and then
 * reading a store would need a flag.
 */
final class BufferStore extends PointerBytesStore {
    private static final long ADDRESS = addressOffset();

    /** Held, never asked: its memory is freed with it. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final ByteBuffer buffer;

    BufferStore(ByteBuffer buffer) {
        this.buffer = buffer;
        set(UnsafeMemory.unsafeGetLong(buffer, ADDRESS), buffer.capacity());
    }

    private static long addressOffset() {
        try {
            return UnsafeMemory.INSTANCE.objectFieldOffset(Buffer.class.getDeclaredField("address"));
        } catch (NoSuchFieldException moved) {
            throw new IllegalStateException(
                    "JDK " + Runtime.version()
                            + " keeps the address of a buffer elsewhere than 17 to 25 do; run one of those",
                    moved);
        }
    }
}
