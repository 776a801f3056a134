package io.offspan.query;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.keep.FoundIndex;
import io.offspan.query.keep.IndexCounters;
import io.offspan.query.keep.IndexFolder;
import io.offspan.query.keep.IndexKeeper;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.Sealer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a store indexed, so that questions are answered by lookups where they were answered by a scan.
 *
 * <pre>{@code
 * try (SpanStore store = SpanStore.open(directory);
 *         SpanIndex index = SpanIndex.over(store)) {
 *     QueryEngine engine = QueryEngine.over(store.reader());
 *     ...
 * }
 * }</pre>
 *
 * <p>Every {@link QueryEngine} over the same reader uses the index, as far as it goes: spans that are not in it yet are scanned, so that
 * answers are the same with it, without it and while it is made.
 *
 * <p><b>Threads.</b> Runs on a daemon thread of its own after {@code over}, or on the one that calls {@link #doWork} after {@link #open}.
 * Everything else may be called by any. <b>Owns</b> memory off the heap; the reader is the caller's, and is closed after this.
 *
 * <p><b>Fails</b> never into the host's code: a failure is counted, logged once, and leaves the scan, as {@link #failure} says.
 */
public final class SpanIndex implements AutoCloseable {
    private static final long MIN_PARK_NANOS = 500_000;
    private static final long MAX_PARK_NANOS = 100_000_000;
    private static final long CLOSE_MILLIS = 10_000;
    private static final long SEAL_NANOS = 2_000_000_000;

    private final StoreReader reader;
    private final IndexCounters counters = new IndexCounters();
    private final IndexKeeper keeper;
    /** Where this process writes the store. */
    private final @Nullable Sealer sealer;

    private @Nullable Thread thread;
    private @Nullable Thread sealing;
    private boolean cleaned;
    private boolean released;
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    private SpanIndex(StoreReader reader, IndexLimits limits) {
        this.reader = reader;
        sealer = reader.isOfWriter() ? new Sealer(counters, this::wakeUpSealing) : null;
        keeper = new IndexKeeper(limits, counters, sealer, this::wakeUp);
        reader.listen(keeper);
    }

    /** Starts to index a store in the process that writes it; close the index before the store. */
    public static SpanIndex over(SpanStore store) {
        return over(store.reader());
    }

    /** Starts to index what a reader reads. */
    public static SpanIndex over(StoreReader reader) {
        return over(reader, IndexLimits.DEFAULT);
    }

    /** Starts to index what a reader reads, within limits. */
    public static SpanIndex over(StoreReader reader, IndexLimits limits) {
        return new SpanIndex(reader, limits).begin();
    }

    /** Starts to index a store that was just opened, after deleting all its index files, so that each is made anew. */
    public static SpanIndex anew(SpanStore store) {
        try {
            IndexFolder.clear(store.directory());
        } catch (IOException e) {
            throw new SpanStoreException(
                    "The index files of " + store.directory() + " cannot be deleted: " + e
                            + "; delete its directory 'index' by hand while nobody writes the store",
                    e);
        }
        return over(store);
    }

    /** Reads and checks the index files of a store, and says what was found for each segment, the oldest first; changes nothing. */
    public static List<FoundIndex> files(StoreReader reader) {
        List<FoundIndex> found = new ArrayList<>();
        try (StoreSnapshot snapshot = reader.snapshot()) {
            for (int i = 0; i < snapshot.leaves(); i++) {
                Segment segment = snapshot.leaf(i).segment();
                if (segment != null) {
                    found.add(FoundIndex.of(segment));
                }
            }
        }
        return found;
    }

    /** Opens an index without a thread, to be driven by {@link #doWork}. */
    public static SpanIndex open(StoreReader reader, IndexLimits limits) {
        return new SpanIndex(reader, limits);
    }

    private SpanIndex begin() {
        Thread runner = daemon(this::run, "offspan-index");
        thread = runner;
        Sealer writer = sealer;
        if (writer != null) {
            sealing = daemon(() -> runSealing(writer), "offspan-seal");
            sealing.start();
        }
        runner.start();
        return this;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread made = new Thread(work, name);
        made.setDaemon(true);
        return made;
    }

    private void runSealing(Sealer writer) {
        while (!closing && failure == null) {
            try {
                if (writer.step() == 0 && !closing) {
                    LockSupport.parkNanos(writer, Math.max(writer.idleNanos(), MIN_PARK_NANOS));
                } else {
                    wakeUp();
                }
            } catch (Throwable cause) {
                fail(cause);
            }
        }
    }

    private void wakeUpSealing() {
        LockSupport.unpark(sealing);
    }

    private void run() {
        long idle = MIN_PARK_NANOS;
        while (!closing && failure == null) {
            if (doWork() > 0) {
                idle = MIN_PARK_NANOS;
            } else if (!closing) {
                parked = true;
                LockSupport.parkNanos(this, idle);
                parked = false;
                idle = Math.min(2 * idle, MAX_PARK_NANOS);
            }
        }
        release();
    }

    private void wakeUp() {
        Thread runner = thread;
        if (parked && runner != null) {
            parked = false;
            LockSupport.unpark(runner);
        }
    }

    /**
     * Indexes at most one block, finds one file, or, without a thread for that, writes one, and returns how many spans it has; for indexes
     * that were opened without threads.
     */
    public int doWork() {
        if (closing || failure != null) {
            return 0;
        }
        try {
            clean();
            int done = keeper.step();
            if (done == 0) {
                refresh();
                done = keeper.step();
            }
            return done == 0 && sealer != null && sealing == null ? sealer.step() : done;
        } catch (Throwable cause) {
            fail(cause);
            return 0;
        }
    }

    private void clean() {
        if (!cleaned) {
            cleaned = true;
            if (sealer != null) {
                try {
                    IndexFolder.clean(reader.directory());
                } catch (IOException e) {
                    keeper.countFailure("What a writer has left in the directory of the index cannot be deleted", e);
                }
            }
        }
    }

    private void refresh() {
        try {
            reader.refresh();
        } catch (SpanStoreException e) {
            keeper.countFailure("The log cannot be read at the moment; it will be indexed when it can", e);
        }
    }

    private void fail(Throwable cause) {
        failure = cause;
        keeper.countFailure("The index of a store has failed; questions are answered by a scan", cause);
        if (thread == null) {
            release();
        }
    }

    /** Returns why nothing is indexed any more, or null while that is not so. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Returns how many spans of the log are not indexed yet, and will be. */
    public long lag() {
        return keeper.lag();
    }

    /** Returns what is counted. */
    public IndexCounters counters() {
        return counters;
    }

    /**
     * Waits until every span that is in the log now is indexed, and the index of every segment that has ended is in its file, where this
     * process writes it.
     *
     * @return false when that was not done in time, or a file cannot be written
     */
    public boolean await(Duration timeout) {
        long start = System.nanoTime();
        refresh();
        while (!keeper.isIdle()) {
            boolean over = System.nanoTime() - start >= timeout.toNanos();
            if (over || failure != null || closing || (sealer != null && sealer.isFailing())) {
                return false;
            }
            if (thread == null) {
                doWork();
            } else {
                LockSupport.parkNanos(this, MIN_PARK_NANOS);
            }
        }
        return true;
    }

    private synchronized void release() {
        if (!released) {
            released = true;
            reader.unlisten(keeper);
            sealTheRest();
            keeper.close();
        }
    }

    /** Writes what is in memory only, so that whoever opens the store next finds it, for as long as closing may take. */
    private void sealTheRest() {
        Sealer writer = sealer;
        Thread other = sealing;
        if (writer != null) {
            writer.endBy(System.nanoTime() + SEAL_NANOS);
        }
        if (other != null && other != Thread.currentThread()) {
            LockSupport.unpark(other);
            Uninterrupted.join(other);
        }
        if (writer == null || failure != null) {
            return;
        }
        keeper.sealGrowing();
        while (writer.pending() > 0 && !writer.isFailing()) {
            writer.step();
        }
    }

    /**
     * Stops indexing and lets go of the memory; questions that are under way end as they began. Where this process writes the store, what is
     * indexed is written into files first, as long as that takes no more than two seconds.
     */
    @Override
    public void close() {
        closing = true;
        Thread runner = thread;
        if (runner == null) {
            release();
            return;
        }
        LockSupport.unpark(runner);
        try {
            runner.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
