package io.offspan.it.crash;

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
 * What a child says about itself in a mapped file that outlives it: how far each writer has tried to append, how far it has been
 * told that it succeeded, and whether the store is open.
 *
 * <p><b>Threads.</b> Any, of two processes.
 */
final class CrashLedger {
    /** The child has not yet begun to open the store. */
    static final long STARTING = 0;

    static final long OPENING = 1;
    static final long OPENED = 2;

    private static final int BYTES = 4096;
    private static final int STATE = 0;
    private static final int OPEN_NANOS = 64;
    private static final int WRITERS = 1024;
    private static final int WRITER_BYTES = 256;
    private static final int ACKNOWLEDGED = 128;
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer map;

    private CrashLedger(ByteBuffer map) {
        this.map = map;
    }

    static CrashLedger open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new CrashLedger(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void state(long state) {
        LONG.setRelease(map, STATE, state);
    }

    long state() {
        return (long) LONG.getAcquire(map, STATE);
    }

    void openNanos(long nanos) {
        LONG.setRelease(map, OPEN_NANOS, nanos);
    }

    long openNanos() {
        return (long) LONG.getAcquire(map, OPEN_NANOS);
    }

    /** Says that a writer is about to append its span of that number. */
    void attempt(int writer, long number) {
        LONG.setRelease(map, WRITERS + WRITER_BYTES * writer, number);
    }

    long attempted(int writer) {
        return (long) LONG.getAcquire(map, WRITERS + WRITER_BYTES * writer);
    }

    /** Says that the store has acknowledged a writer's span of that number. */
    void acknowledge(int writer, long number) {
        LONG.setRelease(map, WRITERS + WRITER_BYTES * writer + ACKNOWLEDGED, number);
    }

    long acknowledged(int writer) {
        return (long) LONG.getAcquire(map, WRITERS + WRITER_BYTES * writer + ACKNOWLEDGED);
    }
}
