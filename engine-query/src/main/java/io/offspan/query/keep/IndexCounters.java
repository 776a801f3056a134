package io.offspan.query.keep;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the keeper of indexes counts.
 *
 * <p><b>Threads.</b> Any.
 */
public final class IndexCounters {
    private final AtomicLongArray scans = new AtomicLongArray(WhyScanned.values().length);
    private final AtomicLong indexed = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile long bytes;

    /** Counts a part of a question that scanned spans of a segment. */
    void scanned(WhyScanned why) {
        scans.incrementAndGet(why.ordinal());
    }

    void indexed(int spans) {
        indexed.addAndGet(spans);
    }

    /** Counts a failure and returns whether it is the first. */
    boolean failed() {
        return failures.getAndIncrement() == 0;
    }

    void hold(long bytesNow) {
        bytes = bytesNow;
    }

    /** Returns how often a question had to scan spans of a segment for a reason. */
    public long scans(WhyScanned why) {
        return scans.get(why.ordinal());
    }

    /** Returns how many spans were indexed. */
    public long spansIndexed() {
        return indexed.get();
    }

    /** Returns how many failures there were. */
    public long failures() {
        return failures.get();
    }

    /**
     * Returns how many bytes off the heap the indexes of the present segments have. Those of an index that was given up are kept for the
     * next one, or until the last question that looks at it has ended, and are not among them.
     */
    public long bytes() {
        return bytes;
    }
}
