package io.offspan.core.ingest;

import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces the log to the disk, and lets go of what retention does not want, on a thread of its own, so that neither callers nor the
 * ingest agent wait for the disk.
 *
 * <p>A failed force is final for what it covered, because the kernel may have dropped the pages and will report success the next
 * time: it is counted, logged once a minute, and never repeated for the same blocks.
 *
 * <p><b>Threads.</b> Any may call; the forcing is done by one.
 */
final class LogSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);
    private static final long POLL_NANOS = 100_000;
    /** A disk that goes on refusing is named once in so long. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Force force;
    private final StoreCounters counters;
    private final Runnable retention;
    private final Thread thread;
    private volatile long appended;
    private volatile long forced;
    private volatile long failures;
    private long failuresTaken;
    private final Seldom refusals = new Seldom(QUIET_NANOS);
    private volatile boolean forceWanted;
    private volatile boolean retentionWanted;
    private volatile boolean stopping;

    /** Makes durable what has been appended before it is called. */
    interface Force {
        void force() throws IOException;
    }

    /**
     * Starts the thread.
     *
     * @param sequence the first sequence that this log will append
     * @param retention deletes what the limits do not allow; run after each {@link #requestRetention}
     */
    LogSync(Force force, StoreCounters counters, long sequence, Runnable retention) {
        this.retention = retention;
        this.force = force;
        this.counters = counters;
        appended = sequence;
        forced = sequence;
        thread = new Thread(this::run, "offspan-sync");
        thread.setDaemon(true);
        thread.start();
    }

    /** Says that the blocks before a sequence are in the log; called by the one thread that appends. */
    void appended(long sequence) {
        appended = sequence;
    }

    /** Asks for all blocks appended so far to be forced. */
    void request() {
        forceWanted = true;
        LockSupport.unpark(thread);
    }

    /** Asks for segments beyond the limits to be deleted. */
    void requestRetention() {
        retentionWanted = true;
        LockSupport.unpark(thread);
    }

    /** Tells whether a force has failed since the last call; the segment it failed for must not be continued. */
    boolean takeFailure() {
        long seen = failures;
        boolean failed = seen != failuresTaken;
        failuresTaken = seen;
        return failed;
    }

    /**
     * Waits until all blocks before {@code sequence} are forced; false when that was not done in time, or when any force of this store
     * has failed: what it covered may never reach the disk, so that nobody can say again that everything has.
     */
    boolean await(long sequence, long deadlineNanos) {
        while (forced < sequence) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield();
            }
        }
        return counters.get(Counter.FAILED_SYNCS) == 0;
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(thread);
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = stopping;
            if (retentionWanted) {
                retentionWanted = false;
                retire();
            }
            if (forceWanted || last) {
                forceWanted = false;
                forceTo(appended);
            }
            if (!last && !stopping && !forceWanted && !retentionWanted) {
                LockSupport.park(this);
            }
        }
    }

    /** Runs retention; whatever goes wrong there must not end the thread that forces. */
    private void retire() {
        try {
            retention.run();
        } catch (RuntimeException e) {
            LOG.warn("Retention failed, and is tried again", e);
        }
    }

    private void say(long sequence, Exception refused) {
        if (!refusals.isDue(System.nanoTime())) {
            return;
        }
        LOG.error(
                "The disk refused to make the blocks {} to {} durable; they can be read but may not survive a power loss."
                        + " {} refusals so far; the store goes on as UNSYNCED, and more are said once a minute",
                forced,
                sequence,
                counters.get(Counter.FAILED_SYNCS),
                refused);
    }

    private void forceTo(long sequence) {
        if (forced >= sequence) {
            return;
        }
        try {
            force.force();
        } catch (IOException | RuntimeException refused) {
            counters.increment(Counter.FAILED_SYNCS);
            failures = failures + 1;
            say(sequence, refused);
        }
        forced = sequence;
    }
}
