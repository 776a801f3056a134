package io.offspan.core.segment;

import io.offspan.core.files.DirectoryStamp;
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

    private static final int QUIET_MILLIS = 10;

    private long listedNanos = System.nanoTime();
    /** Of this question alone, so that it takes nothing from whoever looks for what is new. */
    private final DirectoryStamp stamp;

    private volatile long lookedNanos = System.nanoTime() - QUIET_MILLIS * NANOS_A_MILLI;

    FollowedCatalog(Path logDirectory) {
        super(logDirectory, false);
        stamp = new DirectoryStamp(logDirectory);
    }

    @Override
    public void refresh() throws IOException {
        lookForFiles();
    }

    @Override
    public void lookForFiles() throws IOException {
        look();
        tellListeners();
    }

    /** Looks at the files when one has come or gone, as far as the time stamp of the directory tells, and every {@value #QUIET_MILLIS} ms. */
    @Override
    void refreshSettled() throws IOException {
        long now = System.nanoTime();
        // Asked first and each time: what changes from here on is seen the next time.
        if (isSame() && now - lookedNanos < QUIET_MILLIS * NANOS_A_MILLI) {
            return;
        }
        // Should it fail, it is done the next time.
        lookedNanos = now - QUIET_MILLIS * NANOS_A_MILLI;
        refresh();
        lookedNanos = now;
    }

    private synchronized boolean isSame() {
        try {
            return stamp.isSame();
        } catch (IOException gone) {
            // Whoever looks is told.
            return false;
        }
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
