package io.offspan.core.retain;

import io.offspan.core.files.Disk;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentCompanion;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the oldest segments, whole and with their companions, while the log is over its budget or they are over their age; never the one being written.
 *
 * <p>An exporter that lives holds what it has not sent against its age, not against the budget: what the budget takes from it is
 * counted.
 *
 * <p>A reader that has a segment pinned keeps reading it; its bytes are given back when it lets go. Age counts from the ingest of a
 * segment's last block, not from what its spans say.
 *
 * <p><b>Threads.</b> One: the store's own that also forces the log.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final long NANOS_A_MILLI = 1_000_000;

    private final Path logDirectory;
    private final StoreCounters counters;
    private final long budgetBytes;
    private final long maxAgeNanos;
    private final Duration holdMaxAge;
    private final IntConsumer retiring;
    private final AgeClock clock;
    private final Catalog catalog;
    private final DeletionNotice notice = new DeletionNotice();
    /** The segments that there were after the last run. */
    private Segment[] known = {};

    /**
     * Decides by these limits.
     *
     * @param catalog the segments of the log
     * @param budgetBytes the most bytes of the log
     * @param maxAge how long spans are kept, zero for as long as the budget allows
     * @param holdMaxAge how long after its last sign of life an exporter is waited for
     * @param retiring is told the number of each segment before it is deleted
     * @param clock tells how old segments are
     */
    public Retention(
            Path logDirectory,
            Catalog catalog,
            StoreCounters counters,
            long budgetBytes,
            Duration maxAge,
            Duration holdMaxAge,
            IntConsumer retiring,
            AgeClock clock) {
        this.logDirectory = logDirectory;
        this.catalog = catalog;
        this.counters = counters;
        this.budgetBytes = budgetBytes;
        maxAgeNanos = maxAge.toNanos();
        this.holdMaxAge = holdMaxAge;
        this.retiring = retiring;
        this.clock = clock;
    }

    /**
     * Deletes what the limits do not allow.
     *
     * @param current the segment being written, which stays
     * @param reservedBytes what that segment may grow to
     * @param nowNanos nanoseconds since the epoch
     * @param uptimeNanos nanoseconds since the boot of the kernel
     */
    public void run(int current, long reservedBytes, long nowNanos, long uptimeNanos) {
        try {
            catalog.lookForFiles();
            missWhatOthersDeleted();
            boolean byAge = maxAgeNanos > 0 && clock.isSettled(nowNanos, uptimeNanos);
            retire(current, reservedBytes, nowNanos, byAge);
            say();
            known = catalog.segments();
        } catch (IOException e) {
            LOG.warn("The log cannot be listed, so that nothing is deleted from it", e);
        }
    }

    private void say() {
        String due = notice.due(System.nanoTime());
        if (due != null) {
            LOG.info("{} of {}, which holds {} bytes at most", due, logDirectory, budgetBytes);
        }
    }

    /** Names segments that were deleted by nobody here; a repair gives them another name. */
    private void missWhatOthersDeleted() {
        int gone = 0;
        long spans = 0;
        for (Segment segment : known) {
            Path aside = segment.path().resolveSibling(SegmentName.setAside(segment.number()));
            if (segment.retired() && !Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                gone++;
                spans += segment.spans();
            }
        }
        if (gone > 0) {
            counters.add(Counter.VANISHED_SPANS, spans);
            LOG.warn(
                    "{} segments with {} spans were deleted from {} by somebody else, and are lost; lower budgetBytes or"
                            + " maxAge to keep less",
                    gone,
                    spans,
                    logDirectory);
        }
    }

    private void retire(int current, long reservedBytes, long nowNanos, boolean byAge) {
        long bytes = reservedBytes;
        Segment[] segments = catalog.segments();
        for (Segment segment : segments) {
            bytes += segment.number() == current ? segment.companionBytes() : segment.diskBytes();
        }
        Holds holds = null;
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            boolean old = byAge && ageNanos(segments, i, nowNanos) > maxAgeNanos;
            if (segment.number() >= current || !(old || bytes > budgetBytes)) {
                break;
            }
            if (holds == null) {
                holds = Holds.read(logDirectory.resolveSibling("checkpoints"), nowNanos / NANOS_A_MILLI, holdMaxAge);
            }
            long unexported = holds.unexported(segment);
            if (unexported > 0 && bytes <= budgetBytes) {
                break;
            }
            bytes -= segment.diskBytes();
            delete(segment, unexported, old);
        }
    }

    /** A stamp that lies ahead was made by a wrong clock: the segment is as old as the next one whose stamp can be right, at least. */
    private long ageNanos(Segment[] segments, int from, long nowNanos) {
        for (int i = from; i < segments.length; i++) {
            long age = clock.ageNanos(segments[i].number(), segments[i].lastIngestTimeNanos(), nowNanos);
            if (age >= -AgeClock.TOLERANCE_NANOS) {
                return age;
            }
        }
        return 0;
    }

    private void delete(Segment segment, long unexported, boolean old) {
        if (!segment.acquire()) {
            return;
        }
        retiring.accept(segment.number());
        segment.keepReadable();
        try {
            if (!Disk.delete(segment.path())) {
                return;
            }
            catalog.retired(segment);
            deleteCompanion(segment);
            counters.increment(Counter.RETIRED_SEGMENTS);
            counters.add(Counter.RETIRED_SPANS, segment.spans());
            notice.deleted(segment.spans(), old);
            if (unexported > 0) {
                counters.add(Counter.RETIRED_UNEXPORTED_SPANS, unexported);
                LOG.warn(
                        "The budget of the store took {} spans in segment {} that an exporter has not sent; raise"
                                + " budgetBytes, or see why the exporter is behind",
                        unexported,
                        segment.number());
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted", segment.path(), e);
        } finally {
            segment.release();
        }
    }

    private static void deleteCompanion(Segment segment) {
        SegmentCompanion companion = segment.companion();
        try {
            if (companion == null) {
                Disk.delete(segment.indexFile());
            } else {
                companion.delete();
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted with segment {}", segment.indexFile(), segment.number(), e);
        }
    }
}
