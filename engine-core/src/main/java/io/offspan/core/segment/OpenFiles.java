package io.offspan.core.segment;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;

/**
 * The segment files whose descriptors are open at this moment, {@value #MOST} in a process at most, however many segments and readers
 * there are: the one opened first is closed for the next.
 *
 * <p>A descriptor is opened again when it is needed; a mapping needs none.
 *
 * <p><b>Threads.</b> Any.
 */
final class OpenFiles {
    static final int MOST = 16;

    private static final ArrayDeque<SegmentFile> FILES = new ArrayDeque<>();

    private OpenFiles() {}

    /** Tells whether a file could not be opened or mapped because the process has no more of that, whatever the file is. */
    static boolean isExhausted(IOException failure) {
        if (String.valueOf(failure.getMessage()).contains("Map failed")) {
            return true;
        }
        try (InputStream any = new FileInputStream("/dev/null")) {
            return any.read() >= 0;
        } catch (IOException none) {
            return true;
        }
    }

    /** Says that a file has been opened; the caller does not hold its lock. */
    static void opened(SegmentFile file) {
        SegmentFile first = null;
        synchronized (FILES) {
            FILES.addLast(file);
            if (FILES.size() > MOST) {
                first = FILES.pollFirst();
            }
        }
        if (first != null) {
            first.letGo();
        }
    }

    /** Says that a file has been closed. */
    static void closed(SegmentFile file) {
        synchronized (FILES) {
            FILES.remove(file);
        }
    }
}
