package io.offspan.core.ingest;

import io.offspan.core.StoreCounters;
import io.offspan.core.StoreCounters.Counter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces segments to the disk on a thread of its own, so that neither callers nor the ingest agent wait for it.
 *
 * <p>Proof of durability is our own {@code force} of file and directory: the queue's {@code sync()} hides errors. A failed force is
 * final for what it covered, because the kernel may have dropped the pages and will report success the next time: it is counted,
 * logged once and never repeated for the same blocks.
 *
 * <p><b>Threads.</b> Any may call; the forcing is done by one.
 */
final class LogSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);

    private final Path directory;
    private final StoreCounters counters;
    private final Thread thread;
    private final Set<Path> dirty = new LinkedHashSet<>();
    private long appended;
    private boolean newFile;
    private volatile long forced;
    private volatile long failed;
    private volatile boolean stopping;
    private @Nullable Path openFile;
    private @Nullable FileChannel open;

    LogSync(Path directory, StoreCounters counters) {
        this.directory = directory;
        this.counters = counters;
        thread = new Thread(this::run, "offspan-sync");
        thread.setDaemon(true);
        thread.start();
    }

    /** Says that a segment has been started. */
    synchronized void started(Path segment) {
        dirty.add(segment);
        newFile = true;
    }

    /** Says that blocks up to a sequence, exclusive, stand in a segment; they are forced after {@link #request}. */
    synchronized void appended(Path segment, long sequence) {
        dirty.add(segment);
        appended = sequence;
    }

    /** Asks for everything appended so far to be forced. */
    void request() {
        LockSupport.unpark(thread);
    }

    /** Waits until the blocks before {@code sequence} are forced; false when that failed or was not done in time. */
    boolean await(long sequence, long deadlineNanos) {
        request();
        while (forced < sequence) {
            if (failed >= sequence || System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield();
            }
        }
        return failed < sequence;
    }

    @Override
    public void close() {
        stopping = true;
        request();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = stopping;
            forceDirty();
            if (!last) {
                LockSupport.park(this);
            }
        }
        closeOpen();
    }

    private void forceDirty() {
        Path[] files;
        long sequence;
        boolean created;
        synchronized (this) {
            files = dirty.toArray(new Path[0]);
            dirty.clear();
            sequence = appended;
            created = newFile;
            newFile = false;
        }
        try {
            for (Path file : files) {
                force(file);
            }
            if (created) {
                try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                    entries.force(true);
                }
            }
        } catch (IOException refused) {
            counters.increment(Counter.FAILED_SYNCS);
            failed = sequence;
            LOG.error(
                    "The disk refused to make the blocks {} to {} durable; they are readable but may not survive a"
                            + " power loss",
                    forced,
                    sequence,
                    refused);
        }
        forced = Math.max(forced, sequence);
    }

    private void force(Path file) throws IOException {
        if (!file.equals(openFile)) {
            closeOpen();
            try {
                open = FileChannel.open(file, StandardOpenOption.WRITE);
                openFile = file;
            } catch (NoSuchFileException retired) {
                return;
            }
        }
        FileChannel channel = open;
        if (channel != null) {
            channel.force(false);
        }
    }

    private void closeOpen() {
        try (FileChannel closing = open) {
            open = null;
            openFile = null;
        } catch (IOException gone) {
            LOG.warn("A segment could not be closed after it was forced", gone);
        }
    }
}
