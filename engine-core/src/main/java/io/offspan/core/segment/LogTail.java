package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private final FlushTable flushes = new FlushTable();
    private final DamageLog damages = new DamageLog();
    private @Nullable UUID storeId;
    private long segmentId;
    private int segmentNumber;
    private long lastSequence = -1;
    private int lastCrc;
    private long lastIngestTimeNanos;
    private int walked;
    private @Nullable OpenSegment open;

    private LogTail() {}

    /** Reads the end of a log; a directory that is not there is an empty log. */
    public static LogTail read(Path logDirectory) throws IOException {
        LogTail tail = new LogTail();
        TreeMap<Integer, Path> files = new SegmentListing(logDirectory).changed();
        if (files != null) {
            tail.walkBack(files);
        }
        return tail;
    }

    private void walkBack(TreeMap<Integer, Path> files) throws IOException {
        List<Segment> segments = new ArrayList<>();
        try {
            for (Map.Entry<Integer, Path> file : files.descendingMap().entrySet()) {
                Segment segment = new Segment(file.getKey(), file.getValue(), damages, flushes);
                segments.add(segment);
                segment.walk(walked > 0);
                walked++;
                if (walked == 1) {
                    open = damages.count() == 0 ? segment.open() : null;
                }
                if (segment.identity() != null) {
                    break;
                }
            }
            segments.forEach(this::take);
        } finally {
            segments.forEach(Segment::retire);
        }
    }

    /** Takes in a segment; they come newest first, and the newest that knows something is right. */
    private void take(Segment segment) {
        segmentNumber = Math.max(segmentNumber, segment.number());
        SegmentIdentity identity = segment.identity();
        if (identity != null) {
            storeId = identity.storeId();
            segmentId = identity.id();
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

    /** Returns how many of the spans {@code [0, n)} of a slab's generation the log holds. */
    public int flushed(long incarnation, int slab, long generation) {
        return flushes.flushed(incarnation, slab, generation);
    }

    /** Returns the damage met on the way. */
    public DamageLog damages() {
        return damages;
    }

    /** Returns how many segments had to be walked. */
    public int walkedSegments() {
        return walked;
    }
}
