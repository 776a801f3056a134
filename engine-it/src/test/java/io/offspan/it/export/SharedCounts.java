package io.offspan.it.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Numbers that a child says about itself in a mapped file that outlives it.
 *
 * <p><b>Threads.</b> Any, of two processes.
 */
final class SharedCounts {
    /** What is said. */
    enum Name {
        ACKNOWLEDGED,
        REFUSED,
        DONE,
        SPANS,
        REJECTED,
        POISONED,
        RETRIES,
        PAUSES,
        CAPPED_WAITS,
        TOO_LARGE,
        SKIPPED,
        LAG
    }

    private static final int STRIDE = 64;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer map;

    private SharedCounts(ByteBuffer map) {
        this.map = map;
    }

    static SharedCounts open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new SharedCounts(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) STRIDE * Name.values().length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void set(Name name, long value) {
        LONG.setRelease(map, STRIDE * name.ordinal(), value);
    }

    long get(Name name) {
        return (long) LONG.getAcquire(map, STRIDE * name.ordinal());
    }
}
