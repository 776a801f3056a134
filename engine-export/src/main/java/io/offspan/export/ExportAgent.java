package io.offspan.export;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.checkpoint.CheckpointException;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.send.DestinationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the spans of a store to one OTLP destination, from where its checkpoint says, as they come.
 *
 * <pre>{@code
 * ExportConfig config = ExportConfig.fromEnvironment(System.getenv());
 * try (ExportAgent agent = ExportAgent.start(store, config)) {
 *     ...
 *     agent.drain(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>Every span that reaches the log is sent at least once; after a restart, at most the requests that were under way are repeated.
 *
 * <p><b>Threads.</b> Runs on a daemon thread of its own after {@code start}, or on the one that calls {@link #doWork} after {@link
 * #open}. {@link #status}, {@link #decisions}, {@link #drain} and {@link #close} may be called by any.
 *
 * <p><b>Owns</b> the name of its checkpoint until {@link #close}. The reader is the caller's, and is closed after the agent.
 *
 * <p><b>Fails</b> when it is opened: {@link DestinationException}, {@link CheckpointException}, {@link SpanStoreException}. After that
 * never into the host's code: a failure of its own ends it, and stands in {@link #status}.
 */
public final class ExportAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long MIN_PARK_NANOS = 1_000_000;
    private static final long MAX_PARK_NANOS = 250_000_000;
    private static final long POLL_NANOS = 1_000_000;
    private static final long CLOSE_MILLIS = 5_000;

    private final StoreReader reader;
    private final Predicate<Duration> flush;
    private final NamedCheckpoint checkpoint;
    private final Lanes lanes;
    private final StatusKeeper keeper;
    private final Delivery delivery;
    private final Object drains = new Object();
    private volatile @Nullable Thread thread;
    private boolean released;
    private volatile boolean closing;
    private volatile boolean failed;
    private volatile long drainsWanted;
    private volatile long drainsDone;
    private volatile long drainsRefused;
    private volatile Position drainGoal = Position.START;
    private long drainsBegun;
    /** Whether requests from before the drain may still be answered. */
    private boolean sentBefore;

    private long pausesBefore;

    private ExportAgent(StoreReader reader, Path directory, ExportConfig config, Predicate<Duration> flush) {
        this.reader = reader;
        this.flush = flush;
        lanes = new Lanes(config, () -> LockSupport.unpark(thread));
        try {
            checkpoint = NamedCheckpoint.open(
                    reader,
                    directory,
                    config.checkpointName(),
                    config.fromStart(),
                    config.clock().epochMillis());
        } catch (RuntimeException | Error refused) {
            lanes.close();
            throw refused;
        }
        keeper = new StatusKeeper(directory, config);
        delivery = new Delivery(reader, checkpoint, lanes, config, keeper, () -> closing);
    }

    /**
     * Starts an exporter of a store that another process writes, or nobody.
     *
     * @param dataDirectory the store's directory, in which the checkpoint is kept
     */
    public static ExportAgent start(StoreReader reader, Path dataDirectory, ExportConfig config) {
        return new ExportAgent(reader, dataDirectory, config, timeout -> true).begin();
    }

    /** Starts an exporter of a store in the process that writes it; close it before the store. */
    public static ExportAgent start(SpanStore store, ExportConfig config) {
        return new ExportAgent(store.reader(), store.directory(), config, store::flush).begin();
    }

    /** Opens an exporter without a thread, to be driven by {@link #doWork}. */
    public static ExportAgent open(StoreReader reader, Path dataDirectory, ExportConfig config) {
        return new ExportAgent(reader, dataDirectory, config, timeout -> true);
    }

    private ExportAgent begin() {
        Thread runner = new Thread(this::run, "offspan-export");
        runner.setDaemon(true);
        thread = runner;
        runner.start();
        return this;
    }

    private void run() {
        long idle = MIN_PARK_NANOS;
        while (!closing && !failed) {
            if (doWork() > 0) {
                idle = MIN_PARK_NANOS;
            } else if (!closing) {
                LockSupport.parkNanos(this, idle);
                idle = Math.min(2 * idle, MAX_PARK_NANOS);
            }
        }
        release();
    }

    /** Takes in answers and sends what may be sent, and returns how many requests that were; for agents that were opened without a thread. */
    public int doWork() {
        if (closing || failed) {
            return 0;
        }
        try {
            long wanted = beginDrain();
            boolean reachedBefore = reached(drainGoal);
            int done = delivery.step();
            if (delivery.caughtUp()) {
                drainsDone = wanted;
            } else if (reached(drainGoal)) {
                // Where nothing is left, one more step comes to rest, so that whoever has drained sees that.
                if (wanted != drainsDone && (delivery.lagNow() > 0 || reachedBefore)) {
                    drainsDone = wanted;
                }
            } else if (delivery.pauses() != pausesBefore) {
                refuseDrain(wanted);
            }
            return done;
        } catch (Throwable cause) {
            fail(cause);
            return 0;
        }
    }

    private long beginDrain() {
        long wanted = drainsWanted;
        if (wanted != drainsBegun) {
            drainsBegun = wanted;
            sentBefore = delivery.underWay() > 0;
            probe();
        }
        return wanted;
    }

    private void probe() {
        pausesBefore = delivery.pauses();
        delivery.hurry();
    }

    /** A pause may be the answer to a request that was under way when the drain began: then one more request decides. */
    private void refuseDrain(long wanted) {
        if (!sentBefore) {
            drainsRefused = wanted;
        } else if (delivery.underWay() == 0) {
            sentBefore = false;
            probe();
        }
    }

    private boolean reached(Position goal) {
        return !delivery.settled().isBefore(goal);
    }

    private void fail(Throwable cause) {
        String what = cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        end(State.FAILED, what);
        failed = true;
        LOG.error("The exporter has failed; spans stay in the store, start it again after the cause is gone", cause);
    }

    /** Ends the delivery; what fails meanwhile is no reason to keep the checkpoint's name, and nothing for the host. */
    private void end(State how, String why) {
        try {
            delivery.end(how, why);
        } catch (RuntimeException | Error broken) {
            LOG.warn("An exporter has ended, and could not write its last status", broken);
        }
    }

    /** Returns the last changes, at most 100, that exporters of this checkpoint have made to how much they send at once, oldest first. */
    public List<FlowDecision> decisions() {
        return keeper.decisions().last();
    }

    /** Returns what the exporter does and has counted. */
    public ExportStatus status() {
        return delivery.status();
    }

    /**
     * Sends what was acknowledged by the store before this call, and waits for it. A paused destination gets a probe at once.
     *
     * @return false when that was not done in time, when the destination is paused again, or when the exporter has ended
     */
    public boolean drain(Duration timeout) {
        synchronized (drains) {
            long deadline = System.nanoTime() + timeout.toNanos();
            boolean flushed;
            try {
                flushed = flush.test(timeout);
                drainGoal = reader.end();
            } catch (SpanStoreException | IllegalStateException unreadable) {
                return false;
            }
            long request = drainsWanted + 1;
            drainsWanted = request;
            Thread runner = thread;
            LockSupport.unpark(runner);
            while (drainsDone < request) {
                boolean over = closing || failed || drainsRefused >= request || System.nanoTime() - deadline >= 0;
                if (over) {
                    return flushed && drainsDone >= request;
                }
                if (runner != null || doWork() == 0) {
                    LockSupport.parkNanos(POLL_NANOS);
                }
                if (Thread.currentThread().isInterrupted()) {
                    return flushed && drainsDone >= request;
                }
            }
            return flushed;
        }
    }

    /** Ends the exporter within seconds; a request under way is broken off, and sent again by the next exporter of that name. */
    @Override
    public void close() {
        closing = true;
        lanes.close();
        Thread runner = thread;
        if (runner == null) {
            release();
            return;
        }
        LockSupport.unpark(runner);
        if (runner != Thread.currentThread()) {
            join(runner);
        }
    }

    private static void join(Thread runner) {
        try {
            runner.join(CLOSE_MILLIS);
            if (runner.isAlive()) {
                LOG.warn("An exporter is slow to stop; its thread is a daemon and holds the checkpoint until it ends");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives back the checkpoint's name, on the thread that used it. */
    private synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        lanes.close();
        if (!failed) {
            end(State.CLOSED, "");
        }
        try {
            checkpoint.close();
        } catch (RuntimeException e) {
            LOG.warn("The lock of a checkpoint could not be given back", e);
        }
    }
}
