package io.offspan.core.segment;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes that a writer makes to its log, so that readers in its process ask the file system only when there was one.
 *
 * <p><b>Threads.</b> Any. A change is noted after it can be read, and before a slab is freed because of it.
 */
public final class LogChanges {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong files = new AtomicLong();

    /** Says that a block was appended. */
    public void note() {
        count.incrementAndGet();
    }

    /** Says that segments have come or gone. */
    public void noteFiles() {
        files.incrementAndGet();
        count.incrementAndGet();
    }

    /** Returns how often segments have come or gone. */
    long files() {
        return files.get();
    }

    long count() {
        return count.get();
    }
}
