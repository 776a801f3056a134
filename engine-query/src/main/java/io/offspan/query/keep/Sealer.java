package io.offspan.query.keep;

import io.offspan.codec.FormatException;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.segment.BlockRows;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.SealWriter;
import io.offspan.query.index.SealedIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes indexes that get nothing more into files, one after another.
 *
 * <p>What cannot be written, as on a full disk, stays in memory and is tried again, less and less often, while the others go on.
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
    /** How many of these could not be written when that was tried. */
    private final AtomicInteger failing = new AtomicInteger();

    private volatile boolean ending;
    private volatile long end;

    /** An index that is to be written, and when that is tried the next time. */
    private static final class Job {
        final Segment segment;
        final SegmentIndex index;
        final Held<LiveIndex> held;
        boolean failed;
        long nextTrial;
        long pause = FIRST_PAUSE_NANOS;

        Job(Segment segment, SegmentIndex index, Held<LiveIndex> held) {
            this.segment = segment;
            this.index = index;
            this.held = held;
        }

        long waitNanos() {
            return failed ? Math.max(nextTrial - System.nanoTime(), 0) : 0;
        }
    }

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

    /** Tells whether there are indexes to be written, and none of them could be when that was tried. */
    public boolean isFailing() {
        int all = pending.get();
        return all > 0 && failing.get() >= all;
    }

    /** Gives up from then on what is not written. */
    public void endBy(long nanoTime) {
        end = nanoTime;
        ending = true;
    }

    private boolean isOver() {
        return ending && System.nanoTime() - end > 0;
    }

    /** Returns for how long there is nothing to do, 0 when there is something. */
    public long idleNanos() {
        long wait = Long.MAX_VALUE;
        for (Job job : jobs) {
            wait = Math.min(wait, job.waitNanos());
        }
        return wait;
    }

    private @Nullable Job next() {
        for (Job job : jobs) {
            if (job.waitNanos() == 0) {
                jobs.remove(job);
                return job;
            }
        }
        return null;
    }

    /** Writes at most one index, and returns how many spans it has. */
    public int step() {
        Job job = next();
        if (job == null) {
            return 0;
        }
        boolean failedBefore = job.failed;
        boolean again = false;
        try {
            return seal(job);
        } catch (CancellationException over) {
            // Whoever opens the store next indexes the segment.
            return 0;
        } catch (IOException | FormatException | SpanStoreException e) {
            again = true;
            fail(job, e);
            return 0;
        } catch (RuntimeException | OutOfMemoryError e) {
            // Would fail again, and must not end the index of the others.
            counters.failedToSeal();
            LOG.warn("The index of segment {} cannot be written and stays in memory", job.segment.number(), e);
            return 0;
        } finally {
            failing.addAndGet((again ? 1 : 0) - (failedBefore ? 1 : 0));
            if (again) {
                jobs.add(job);
            } else {
                pending.decrementAndGet();
            }
        }
    }

    private void fail(Job job, Exception cause) {
        job.failed = true;
        job.nextTrial = System.nanoTime() + job.pause;
        job.pause = Math.min(2 * job.pause, LAST_PAUSE_NANOS);
        if (counters.failedToSeal()) {
            LOG.warn(
                    "The index of segment {} cannot be written, stays in memory and is tried again; make room on the disk, or see what"
                            + " else it is",
                    job.segment.number(),
                    cause);
        }
    }

    private int seal(Job job) throws IOException {
        if (isOver() || !job.held.acquire()) {
            // The writer closes, or its memory went to a newer segment.
            return 0;
        }
        job.index.setBeingSealed(true);
        try {
            if (!job.segment.acquire()) {
                return 0;
            }
            try {
                return seal(job, job.held.index());
            } finally {
                job.segment.release();
            }
        } finally {
            job.index.setBeingSealed(false);
            job.held.release();
        }
    }

    private int seal(Job job, LiveIndex live) throws IOException {
        long start = System.nanoTime();
        Segment segment = job.segment;
        Path file = segment.indexFile();
        Path directory = file.resolveSibling("");
        PrivateFiles.makeDirectory(directory);
        PrivateFiles.makeDirectoryPrivate(directory);
        FreeSpace.require(directory, live.bytes());
        try {
            int rows = live.blockCount();
            SealWriter.write(live, IndexFile.nameOf(segment, rows), BlockRows.of(segment, rows), file, this::isOver);
        } catch (CancellationException over) {
            Disk.delete(file.resolveSibling(file.getFileName() + SealWriter.UNFINISHED));
            throw over;
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
        job.index.seal(sealed, IndexFile.state(segment, sealed), job.held);
        counters.sealed(sealed.spans(), System.nanoTime() - start);
        return live.spans();
    }
}
