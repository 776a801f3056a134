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
    private final AtomicLongArray rebuilds = new AtomicLongArray(FileState.values().length);
    private final AtomicLong sealedSegments = new AtomicLong();
    private final AtomicLong sealedSpans = new AtomicLong();
    private final AtomicLong sealNanos = new AtomicLong();
    private final AtomicLong indexNanos = new AtomicLong();
    private final AtomicLong rebuildNanos = new AtomicLong();
    private final AtomicLong sealFailures = new AtomicLong();
    private volatile long bytes;
    private volatile long fileBytes;

    /** Counts a part of a question that scanned spans of a segment. */
    void scanned(WhyScanned why) {
        scans.incrementAndGet(why.ordinal());
    }

    void indexed(int spans, long nanos, boolean again) {
        indexed.addAndGet(spans);
        indexNanos.addAndGet(nanos);
        rebuildNanos.addAndGet(again ? nanos : 0);
    }

    void sealed(int spans, long nanos) {
        sealedSegments.incrementAndGet();
        sealedSpans.addAndGet(spans);
        sealNanos.addAndGet(nanos);
    }

    /** Counts an index that is made from the log, and why it is not read from a file. */
    void rebuilt(FileState why) {
        rebuilds.incrementAndGet(why.ordinal());
    }

    /** Counts an index that could not be written, and returns whether it is the first. */
    boolean failedToSeal() {
        return sealFailures.getAndIncrement() == 0;
    }

    /** Counts a failure and returns whether it is the first. */
    boolean failed() {
        return failures.getAndIncrement() == 0;
    }

    void hold(long bytesNow, long fileBytesNow) {
        bytes = bytesNow;
        fileBytes = fileBytesNow;
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

    /** Returns how many bytes the index files of the present segments have. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Returns how many nanoseconds the spans have taken to be indexed. */
    public long indexNanos() {
        return indexNanos.get();
    }

    /** Returns how many of these nanoseconds went to indexes that were made from the log because of their file, as {@link #rebuilds} counts them. */
    public long rebuildNanos() {
        return rebuildNanos.get();
    }

    /** Returns how many indexes were written into files. */
    public long segmentsSealed() {
        return sealedSegments.get();
    }

    /** Returns how many spans these have. */
    public long spansSealed() {
        return sealedSpans.get();
    }

    /** Returns how many nanoseconds they have taken, most of them for the disk to take the files. */
    public long sealNanos() {
        return sealNanos.get();
    }

    /** Returns how often an index could not be written; it is tried again. */
    public long sealFailures() {
        return sealFailures.get();
    }

    /** Returns how many indexes of segments that were there before were made from the log, because their file was in a state. */
    public long rebuilds(FileState why) {
        return rebuilds.get(why.ordinal());
    }
}
