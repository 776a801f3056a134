package io.offspan.query.keep;

import io.offspan.codec.FormatException;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.SealWriter;
import io.offspan.query.index.SealedIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes indexes that get nothing more into files, one after another.
 *
 * <p>What cannot be written, as on a full disk, stays in memory and is tried again, less and less often.
 *
 * <p><b>Threads.</b> Any adds; one at a time writes, and that need not be the one that indexes.
 */
public final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LAST_PAUSE_NANOS = 60_000_000_000L;

    private final IndexCounters counters;
    private final Runnable wakeUp;
    private final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private long pause = FIRST_PAUSE_NANOS;
    private volatile boolean failing;
    private volatile long nextTrial = System.nanoTime();

    /** An index that is to be written. */
    private record Job(Segment segment, SegmentIndex index, Held<LiveIndex> held) {}

    /** Makes a sealer that runs {@code wakeUp} when there is something to do. */
    public Sealer(IndexCounters counters, Runnable wakeUp) {
        this.counters = counters;
        this.wakeUp = wakeUp;
    }

    /** Takes on an index that is finished. */
    void add(Segment segment, SegmentIndex index, Held<LiveIndex> held) {
        pending.incrementAndGet();
        jobs.add(new Job(segment, index, held));
        wakeUp.run();
    }

    /** Returns how many indexes are still to be written. */
    public int pending() {
        return pending.get();
    }

    /** Tells whether the last one could not be written. */
    public boolean isFailing() {
        return failing;
    }

    /** Returns for how long there is nothing to do, 0 when there is something. */
    public long idleNanos() {
        long wait = failing ? nextTrial - System.nanoTime() : 0;
        return jobs.isEmpty() ? Long.MAX_VALUE : Math.max(wait, 0);
    }

    /** Writes at most one index, and returns how many spans it has. */
    public int step() {
        Job job = idleNanos() > 0 ? null : jobs.poll();
        if (job == null) {
            return 0;
        }
        boolean again = false;
        try {
            int spans = seal(job);
            failing = false;
            pause = FIRST_PAUSE_NANOS;
            return spans;
        } catch (IOException | FormatException | SpanStoreException e) {
            again = true;
            fail(job, e);
            return 0;
        } catch (RuntimeException | OutOfMemoryError e) {
            // Would fail again, and must not end the index of the others.
            counters.failedToSeal();
            LOG.warn(
                    "The index of segment {} cannot be written and stays in memory",
                    job.segment().number(),
                    e);
            return 0;
        } finally {
            if (again) {
                jobs.add(job);
            } else {
                pending.decrementAndGet();
            }
        }
    }

    private void fail(Job job, Exception cause) {
        failing = true;
        nextTrial = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
        if (counters.failedToSeal()) {
            LOG.warn(
                    "The index of segment {} cannot be written, stays in memory and is tried again; make room on the disk, or see what"
                            + " else it is",
                    job.segment().number(),
                    cause);
        }
    }

    private int seal(Job job) throws IOException {
        Held<LiveIndex> held = job.held();
        if (!held.acquire()) {
            // Its memory went to a newer segment.
            return 0;
        }
        try {
            if (!job.segment().acquire()) {
                return 0;
            }
            try {
                return seal(job, held.index());
            } finally {
                job.segment().release();
            }
        } finally {
            held.release();
        }
    }

    private int seal(Job job, LiveIndex live) throws IOException {
        long start = System.nanoTime();
        Segment segment = job.segment();
        Path file = segment.indexFile();
        Path directory = file.resolveSibling("");
        PrivateFiles.makeDirectory(directory);
        FreeSpace.require(directory, live.bytes());
        try {
            SealWriter.write(live, IndexFile.nameOf(segment, live.blockCount()), file);
        } catch (IOException e) {
            Disk.delete(file.resolveSibling(file.getFileName() + SealWriter.UNFINISHED));
            if (segment.retired()) {
                // Retention took the segment, and what was written of the file with it.
                Disk.delete(file);
                return live.spans();
            }
            throw e;
        }
        FaultPoint.INDEX_SEALED.reach();
        if (segment.retired()) {
            // Deleted meanwhile, perhaps before the file had its name.
            Disk.delete(file);
            return live.spans();
        }
        SealedIndex sealed = SealedIndex.open(file);
        job.index().seal(sealed, IndexFile.state(segment, sealed), job.held());
        counters.sealed(sealed.spans(), System.nanoTime() - start);
        return live.spans();
    }
}
