package io.offspan.core.segment;

import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a log ends: what its next writer has to know, read from as few segments as possible.
 *
 * <p>The first block of a segment says how much of each slab the log held before it, so the walk goes back to the newest segment whose
 * first block is intact, and no farther.
 *
 * <p><b>Threads.</b> Made by one thread, then immutable. Holds no file.
 */
public final class LogTail {
    private @Nullable UUID storeId;
    private long segmentId;
    private long incarnation;
    private int segmentNumber;
    private long lastSequence = -1;
    private int lastCrc;
    private long lastIngestTimeNanos;
    private final int walked;
    private final @Nullable OpenSegment open;

    /**
     * Looks at what the catalog has walked.
     *
     * @param newestFirst the segments
     * @param sound whether no damage was met on the way
     */
    LogTail(Collection<Segment> newestFirst, boolean sound) throws IOException {
        walked = newestFirst.size();
        open = sound && walked > 0 ? newestFirst.iterator().next().open() : null;
        for (Segment segment : newestFirst) {
            take(segment);
        }
    }

    /** Reads the end of a log; a directory that is not there is an empty log. */
    public static LogTail read(Path logDirectory) throws IOException {
        try (Catalog catalog = WriterCatalog.open(logDirectory)) {
            return catalog.tail();
        }
    }

    /** Takes in a segment; they come newest first, and the newest that knows something is right. */
    private void take(Segment segment) {
        segmentNumber = Math.max(segmentNumber, segment.number());
        SegmentIdentity identity = segment.identity();
        if (identity != null && storeId == null) {
            storeId = identity.storeId();
            segmentId = identity.id();
            incarnation = identity.incarnation();
        }
        if (segment.lastSequence() > lastSequence) {
            lastSequence = segment.lastSequence();
            lastCrc = segment.lastCrc();
        }
        lastIngestTimeNanos = Math.max(lastIngestTimeNanos, segment.lastIngestTimeNanos());
    }

    /** Returns the store that the log belongs to, or null for a log without a readable first block. */
    public @Nullable UUID storeId() {
        return storeId;
    }

    /** Returns the id of the newest segment that has one, 0 when there is none. */
    public long segmentId() {
        return segmentId;
    }

    /** Returns the slab file that was in use when that segment began. */
    public long incarnation() {
        return incarnation;
    }

    /** Returns the place behind the last block, in a segment of {@code ordinal} spans. */
    public LogPlace place(int ordinal) {
        return new LogPlace(lastSequence + 1, segmentId, segmentNumber, ordinal, lastCrc);
    }

    /** Returns the highest segment number, 0 for an empty log. */
    public int segmentNumber() {
        return segmentNumber;
    }

    /** Returns the newest segment if it may be continued behind its last block, else null. */
    public @Nullable OpenSegment open() {
        return open;
    }

    /** Returns the sequence of the last block, -1 for an empty log. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Returns the header checksum of the last block, 0 for an empty log. */
    public int lastCrc() {
        return lastCrc;
    }

    /** Returns the ingest time of the last block, 0 for an empty log. */
    public long lastIngestTimeNanos() {
        return lastIngestTimeNanos;
    }

    /** Returns how many segments had to be walked. */
    public int walkedSegments() {
        return walked;
    }
}
