package io.offspan.query;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.keep.IndexCounters;
import io.offspan.query.keep.IndexKeeper;
import io.offspan.query.keep.IndexLimits;
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
    private static final long CLOSE_MILLIS = 5_000;

    private final StoreReader reader;
    private final IndexCounters counters = new IndexCounters();
    private final IndexKeeper keeper;
    private @Nullable Thread thread;
    private boolean released;
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    private SpanIndex(StoreReader reader, IndexLimits limits) {
        this.reader = reader;
        keeper = new IndexKeeper(limits, counters, this::wakeUp);
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

    /** Opens an index without a thread, to be driven by {@link #doWork}. */
    public static SpanIndex open(StoreReader reader, IndexLimits limits) {
        return new SpanIndex(reader, limits);
    }

    private SpanIndex begin() {
        Thread runner = new Thread(this::run, "offspan-index");
        runner.setDaemon(true);
        thread = runner;
        runner.start();
        return this;
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

    /** Indexes at most one block, and returns how many spans it has; for indexes that were opened without a thread. */
    public int doWork() {
        if (closing || failure != null) {
            return 0;
        }
        try {
            int done = keeper.step();
            if (done == 0) {
                refresh();
                done = keeper.step();
            }
            return done;
        } catch (Throwable cause) {
            fail(cause);
            return 0;
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

    private synchronized void release() {
        if (!released) {
            released = true;
            reader.unlisten(keeper);
            keeper.close();
        }
    }

    /** Stops indexing and lets go of the memory; questions that are under way end as they began. */
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
