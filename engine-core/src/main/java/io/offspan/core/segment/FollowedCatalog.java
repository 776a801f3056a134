package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A catalog of files that somebody else may be writing: it looks at them whenever it is asked.
 *
 * <p><b>Threads.</b> Any.
 */
final class FollowedCatalog extends Catalog {
    private static final int LISTING_MILLIS = 100;
    private static final long NANOS_A_MILLI = 1_000_000;

    /** For so long a log is taken for what it was, when nothing can have been appended. */
    private static final int QUIET_MILLIS = 10;

    private long listedNanos = System.nanoTime();
    private volatile long lookedNanos = System.nanoTime() - QUIET_MILLIS * NANOS_A_MILLI;

    FollowedCatalog(Path logDirectory) {
        super(logDirectory, false);
    }

    @Override
    public void refresh() throws IOException {
        lookForFiles();
    }

    @Override
    public void lookForFiles() throws IOException {
        long now = System.nanoTime();
        look();
        lookedNanos = now;
        tellListeners();
    }

    @Override
    boolean wasLookedAt() {
        return System.nanoTime() - lookedNanos < QUIET_MILLIS * NANOS_A_MILLI;
    }

    /** Asks the file system about the directory when the newest segment has ended, and every {@value #LISTING_MILLIS} ms. */
    @Override
    public void refreshTail() throws IOException {
        lookAtTail();
        tellListeners();
    }

    private synchronized void lookAtTail() throws IOException {
        Segment[] known = segments();
        long now = System.nanoTime();
        if (isClosed() || known.length == 0 || now - listedNanos >= LISTING_MILLIS * NANOS_A_MILLI) {
            listedNanos = now;
            look();
            return;
        }
        Segment last = known[known.length - 1];
        if (!last.ended()) {
            walk(last, false);
        }
        if (last.ended()) {
            look();
        }
    }
}
