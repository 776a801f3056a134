package io.offspan.it.otel;

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
 * What a service says in a mapped file that outlives it: which number each of its threads has begun to end last, and the end of
 * which has returned.
 *
 * <p><b>Threads.</b> Any, of two processes.
 */
final class EndLedger {
    private static final int BYTES = 4096;
    private static final int THREAD_BYTES = 256;
    private static final int RETURNED = 128;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer map;

    private EndLedger(ByteBuffer map) {
        this.map = map;
    }

    static EndLedger open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new EndLedger(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void begun(int thread, long number) {
        LONG.setRelease(map, THREAD_BYTES * thread, number);
    }

    long begun(int thread) {
        return (long) LONG.getAcquire(map, THREAD_BYTES * thread);
    }

    void returned(int thread, long number) {
        LONG.setRelease(map, THREAD_BYTES * thread + RETURNED, number);
    }

    long returned(int thread) {
        return (long) LONG.getAcquire(map, THREAD_BYTES * thread + RETURNED);
    }
}
