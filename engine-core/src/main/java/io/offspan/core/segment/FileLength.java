package io.offspan.core.segment;

import io.offspan.core.files.FileKey;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks how long a mapped file still is: a mapping does not get shorter with its file, and reading behind the end of one is an error of
 * the JVM, or its end.
 *
 * <p>A file whose name is gone, or leads to another one by now, is as long as it was.
 *
 * <p><b>Threads.</b> Any.
 */
final class FileLength {
    private static final long SELDOM_MILLIS = 10;
    private static final long NANOS_A_MILLI = 1_000_000;

    private static final LongSupplier SYSTEM = new LongSupplier() {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    };

    private final Path path;
    private final File file;
    private final @Nullable FileKey opened;
    private final boolean seldom;
    private final LongSupplier clock;
    private volatile long reached = -1;
    private volatile long lookedNanos;

    /**
     * Looks after a file.
     *
     * @param seldom whether it is enough to look every {@value #SELDOM_MILLIS} ms, as in the process that writes the files, which is told
     *     of all that is done to them in an orderly way
     */
    FileLength(Path path, boolean seldom) {
        this(path, seldom, SYSTEM);
    }

    FileLength(Path path, boolean seldom, LongSupplier clock) {
        this.path = path;
        this.seldom = seldom;
        this.clock = clock;
        file = path.toFile();
        opened = look();
    }

    /** Tells whether the file still has so many bytes, as far as can be told. */
    boolean reaches(long end) {
        if (!seldom) {
            return reachesNow(end);
        }
        long now = clock.getAsLong();
        if (end <= reached && now - lookedNanos < SELDOM_MILLIS * NANOS_A_MILLI) {
            return true;
        }
        boolean whole = reachesNow(end);
        lookedNanos = now;
        reached = whole ? end : -1;
        return whole;
    }

    private boolean reachesNow(long end) {
        // Asked for every block that is read, and so without an object; what stands under the name matters only where
        // it is too short.
        if (file.length() >= end) {
            return true;
        }
        FileKey now = look();
        return now == null || !now.isSameFile(opened) || now.bytes() >= end;
    }

    private @Nullable FileKey look() {
        try {
            return FileKey.of(path);
        } catch (IOException unknown) {
            return null;
        }
    }
}
