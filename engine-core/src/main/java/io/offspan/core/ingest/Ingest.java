package io.offspan.core.ingest;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.FileIdentity;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.log.LogDirectory;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SlabsFit;
import io.offspan.core.segment.WriterCatalog;
import io.offspan.core.slab.OwnerToken;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabOpening;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running way in of one store: its slab file, stripes, agent and log.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Ingest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final long POLL_NANOS = 200_000;
    private static final int STOP_MILLIS = 60_000;

    private final SlabFile slabs;
    private final OwnerToken owner;
    private final StoreHealth health;
    private final Stripes stripes;
    private final IngestAgent agent;
    private final Catalog catalog;
    private final LogWriter log;
    private final AgentRunner runner;
    private final Doze doze;
    private volatile @Nullable Throwable failure;
    private volatile boolean refusalLogged;
    private boolean quiet;

    private Ingest(
            SlabFile slabs,
            OwnerToken owner,
            StoreHealth health,
            Catalog catalog,
            LogWriter log,
            IngestAgent agent,
            Stripes stripes,
            Doze doze) {
        this.catalog = catalog;
        this.slabs = slabs;
        this.owner = owner;
        this.health = health;
        this.stripes = stripes;
        this.agent = agent;
        this.log = log;
        this.doze = doze;
        runner = new AgentRunner(doze, this::fail, null, agent);
    }

    /**
     * Refuses a store that another writer has, before anything in it is touched.
     *
     * @throws SpanStoreException.Locked when the slab file names a process that lives
     */
    public static void refuseSecondWriter(Path directory) throws IOException {
        OwnerToken.refuseLiving(directory, directory.resolve(SlabFile.NAME));
    }

    /**
     * Opens the slabs of a store, arranges for what an earlier process left in them, and starts the agent.
     *
     * @param lock the file whose lock the caller holds; while it is there nobody else gets it
     * @param anew whether the log begins with a new segment and leaves all there are as they are
     */
    public static Ingest start(Path directory, Path lock, IngestSettings settings, StoreCounters counters, boolean anew)
            throws IOException {
        OwnerToken.refuseHidden(directory, directory.resolve(SlabFile.NAME));
        Path logDirectory = directory.resolve("log");
        LogDirectory prepared = LogDirectory.prepare(logDirectory);
        LogWriter.report(prepared.findings(), counters);
        WriterCatalog catalog = WriterCatalog.open(logDirectory);
        SlabFile slabs = null;
        OwnerToken owner = null;
        try {
            LogTail tail = catalog.tail();
            slabs = SlabOpening.forWriter(
                    directory,
                    settings.slabs(),
                    tail.storeId(),
                    file -> misfit(logDirectory, tail, file),
                    spans -> counters.add(Counter.LOST_SPANS, spans));
            FileIdentity identity = FileIdentity.of(directory.resolve(SlabFile.NAME));
            if (identity == null) {
                throw new SpanStoreException.Lost(directory + " was deleted while its store was being opened");
            }
            owner = OwnerToken.claim(directory, slabs, identity);
            StoreHealth health = StoreHealth.of(directory, lock, slabs.fileBytes(), owner);
            OpenSegment last = anew ? null : tail.open();
            LogWriter log = new LogWriter(
                    directory, settings.log(), counters, catalog, tail, last, prepared.highest(), slabs, health);
            Doze doze = new Doze();
            Stripes stripes = new Stripes(
                    slabs, settings.stripes(), settings.maxSpanBytes(), settings.maxWaitNanos(), doze::wake);
            IngestAgent agent =
                    new IngestAgent(slabs, stripes.all(), log, counters, System::nanoTime, settings.syncNanos());
            inherit(slabs, catalog, agent);
            Ingest ingest = new Ingest(slabs, owner, health, catalog, log, agent, stripes, doze);
            AgentRunner.startOnThread(ingest.runner, task -> {
                Thread thread = new Thread(task, agent.roleName());
                thread.setDaemon(true);
                return thread;
            });
            return ingest;
        } catch (IOException | RuntimeException | Error failed) {
            if (owner != null) {
                owner.release();
            }
            if (slabs != null) {
                slabs.close();
            }
            catalog.close();
            throw failed;
        }
    }

    private static String misfit(Path logDirectory, LogTail tail, SlabFile slabs) {
        if (FaultPoint.BUG_IGNORES_PLACE.planted()) {
            return "";
        }
        try {
            return SlabsFit.misfit(logDirectory, tail, slabs.storeId(), slabs.incarnation(), slabs.place());
        } catch (IOException e) {
            throw new SpanStoreException(logDirectory + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Closes the slabs that an earlier process left open, and tells the agent how much of each the log holds already. */
    private static void inherit(SlabFile slabs, Catalog log, IngestAgent agent) {
        for (int i = 0; i < slabs.slabs(); i++) {
            long word = slabs.word(i);
            if (!SlabLayout.isFree(word)) {
                long generation = SlabLayout.generation(word);
                int inLog =
                        FaultPoint.BUG_FORGETS_LOGGED.planted() ? 0 : log.flushed(slabs.incarnation(), i, generation);
                if (SlabLayout.state(word) == SlabLayout.FREE) {
                    // Marked free, and yet not empty: the log speaks only of slabs that were in use, the slab itself of
                    // all.
                    inLog = Math.max(inLog, slabs.flushed(i, generation));
                }
                agent.inherit(i, generation, inLog);
                slabs.putFlushed(i, generation, inLog);
                slabs.putWord(i, Stripe.closed(word, slabs.spans(i, word)));
                FaultPoint.RECOVERY_INHERITED.reach();
            }
        }
    }

    /**
     * Stores a span and returns an {@link AppendResult}; our own failures do not surface in the host's code. A fault of the mapped file
     * ends the store, nothing else does.
     */
    public int append(SpanDraft draft, int home) {
        if (failure != null) {
            return AppendResult.FAILED;
        }
        try {
            return stripes.append(draft, home);
        } catch (InternalError | LinkageError fault) {
            fail(fault);
            return AppendResult.FAILED;
        } catch (RuntimeException misuse) {
            refused(misuse);
            return AppendResult.FAILED;
        }
    }

    /** Stores all spans of a run; as with {@link #append(SpanDraft, int)}, our own failures do not surface. */
    public void append(SpanRun run, int home) {
        while (run.next()) {
            if (failure != null) {
                run.failed();
                continue;
            }
            try {
                stripes.append(run, home);
            } catch (InternalError | LinkageError fault) {
                fail(fault);
                run.failed();
            } catch (RuntimeException misuse) {
                refused(misuse);
                run.failed();
            }
        }
    }

    /** Moves everything committed so far to the log and, if wanted, forces it to the disk. Returns whether that was done. */
    public boolean flush(Duration timeout, boolean force) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long request = agent.requestFlush(force);
        doze.wake();
        while (!agent.flushed(request)) {
            if (failure != null || runner.isClosed() || System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield();
            }
        }
        return !force || log.awaitForced(deadline);
    }

    /** Returns the slabs, for the readers of this process. */
    public SlabFile slabs() {
        return slabs;
    }

    /** Returns the segments of the log, for the readers of this process. */
    public Catalog catalog() {
        return catalog;
    }

    /** Returns what made the agent stop, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Ends appending for ever, moves what is left to the log and closes it. */
    public void stop(Duration timeout) {
        quiet = retire(timeout);
        // On a thread of its own, because an interrupt of the one that closes would be passed on to the agent, and end
        // its files.
        Thread closer = new Thread(
                () -> runner.close(STOP_MILLIS, thread -> LOG.warn("The ingest agent of a store is slow to stop")),
                "offspan-close");
        closer.setDaemon(true);
        closer.start();
        Uninterrupted.join(closer);
    }

    private boolean retire(Duration timeout) {
        if (!health.hasSlabs()) {
            // The pages cannot be written to any more, and stay mapped: nobody knows who is at them.
            return false;
        }
        try {
            return stripes.retire(timeout.toNanos());
        } catch (InternalError fault) {
            fail(fault);
            return false;
        }
    }

    /** Unmaps the slabs, unless a caller is still in the middle of a span: then they stay until the process ends. */
    @Override
    public void close() {
        if (!runner.isClosed()) {
            stop(Duration.ofSeconds(1));
        }
        catalog.close();
        if (health.hasSlabs()) {
            release();
        }
        if (quiet) {
            slabs.close();
        }
    }

    private void release() {
        try {
            owner.release();
        } catch (InternalError gone) {
            LOG.warn("The page that names this process as the writer is gone; the next writer finds it dead", gone);
        }
    }

    /** Notes that a span could not be encoded; the first is logged, all are counted by whoever calls. */
    private void refused(RuntimeException cause) {
        if (!refusalLogged) {
            refusalLogged = true;
            LOG.warn("A span could not be stored and is counted as failed, as will be those like it", cause);
        }
    }

    /** Marks the store as failed: appends are refused from now on, and what is stored stays readable. */
    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            Throwable root = cause.getCause() == null ? cause : cause.getCause();
            Throwable known = root instanceof InternalError fault ? health.explain(fault) : cause;
            failure = known;
            LOG.error("The store has failed and refuses spans from now on; reopen it after the cause is gone", known);
        }
    }
}
