package io.offspan.export;

import io.offspan.export.batch.Batch;
import io.offspan.export.batch.Flight;
import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Effort;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.SendOutcome;
import io.offspan.export.send.SendOutcome.Doubt;
import io.offspan.export.send.SendOutcome.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to one destination: as many senders, each with a connection of its own, as requests have been under way at once.
 *
 * <p><b>Threads.</b> {@link #close} and {@link #choice} any; everything else the exporter's. <b>Owns</b> its senders, and daemon threads
 * once there is more than one request at a time.
 */
final class Lanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long RETRY_NANOS = 60_000_000_000L;

    private final ExportConfig config;
    private final Runnable wake;
    private final ThreadFactory factory;
    private final Choice choice;
    private final OtlpSender first;
    /** All senders; guarded by this. */
    private final List<OtlpSender> all = new ArrayList<>();

    private final ArrayDeque<OtlpSender> free = new ArrayDeque<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private @Nullable ExecutorService threads;
    private boolean closed;
    /** Whether the last further sender could not be made, and when that is tried again. */
    private boolean tooFew;

    private long nextTryNanos;
    private Effort effort = Effort.HIGH;

    /** What became of a request, or why that is not known. */
    record Answer(
            Flight flight,
            OtlpSender lane,
            @Nullable SendOutcome outcome,
            @Nullable Throwable failure,
            long tookNanos) {}

    /** @param wake is run after each answer to {@link #send} */
    Lanes(ExportConfig config, Runnable wake) {
        this(config, wake, Lanes::daemon);
    }

    Lanes(ExportConfig config, Runnable wake, ThreadFactory factory) {
        this.config = config;
        this.wake = wake;
        this.factory = factory;
        choice = new Choice(config.compression());
        first = config.newSender(choice);
        all.add(first);
        free.add(first);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "offspan-export-send");
        thread.setDaemon(true);
        return thread;
    }

    /** Sends the current request of a batch on this thread; none other may be under way. */
    SendOutcome sendHere(Flight flight) {
        return send(first, flight.current());
    }

    private SendOutcome send(OtlpSender lane, Batch request) {
        AtomicReference<@Nullable SendOutcome> outcome = new AtomicReference<>();
        try {
            config.requestScope().accept(() -> outcome.set(lane.send(request.bytes(), request.length())));
        } catch (OutOfMemoryError none) {
            return wanting(none);
        }
        SendOutcome given = outcome.get();
        if (given == null) {
            throw new IllegalStateException("The request scope did not run the request before it returned");
        }
        return given;
    }

    /** Returns what becomes of a request for which there was no memory, or no thread: it says nothing of the destination. */
    private static SendOutcome wanting(OutOfMemoryError none) {
        String reason = "the process has no thread or no memory for a request (" + none.getMessage() + ")";
        return new SendOutcome(Verdict.RETRY, reason, 0, false, -1, 0, Doubt.NONE);
    }

    /** Tells whether another request may be sent; where no further connection can be made, the ones there are have to do for a while. */
    boolean ready() {
        if (!free.isEmpty()) {
            return true;
        }
        long now = config.clock().nanos().getAsLong();
        if (tooFew && now - nextTryNanos < 0) {
            return false;
        }
        try {
            free.push(another());
            tooFew = false;
            return true;
        } catch (RuntimeException | OutOfMemoryError refused) {
            // The files of its certificates may be gone meanwhile, or there are no more threads to be had.
            tooFew = true;
            nextTryNanos = now + RETRY_NANOS;
            LOG.warn("No further connection to {} can be made; export goes on without", config.destination(), refused);
            return false;
        }
    }

    /** Sends the current request of a batch on another thread, when {@link #ready}; {@link #answer} gives what became of it. */
    void send(Flight flight) {
        OtlpSender lane = free.pop();
        long start = config.clock().nanos().getAsLong();
        Batch request = flight.current();
        try {
            threads().execute(() -> {
                SendOutcome outcome = null;
                Throwable failure = null;
                try {
                    outcome = send(lane, request);
                } catch (Throwable broken) {
                    failure = broken;
                }
                long took = config.clock().nanos().getAsLong() - start;
                answers.add(new Answer(flight, lane, outcome, failure, took));
                wake.run();
            });
        } catch (RejectedExecutionException closing) {
            answers.add(new Answer(flight, lane, null, closing, 0));
        } catch (OutOfMemoryError none) {
            answers.add(new Answer(flight, lane, wanting(none), null, 0));
        }
    }

    private OtlpSender another() {
        OtlpSender lane = config.newSender(choice);
        lane.effort(effort);
        synchronized (this) {
            all.add(lane);
            if (closed) {
                lane.close();
            }
        }
        return lane;
    }

    private synchronized ExecutorService threads() {
        ExecutorService pool = threads;
        if (pool == null) {
            pool = Executors.newCachedThreadPool(factory);
            threads = pool;
            if (closed) {
                pool.shutdown();
            }
        }
        return pool;
    }

    /** Returns the next answer to a request that another thread has sent, or null while there is none. */
    @Nullable
    Answer answer() {
        Answer next = answers.poll();
        if (next != null) {
            free.push(next.lane());
        }
        return next;
    }

    /** Sets how much time goes into compressing what follows. */
    void effort(Effort most) {
        if (most != effort) {
            effort = most;
            synchronized (this) {
                all.forEach(lane -> lane.effort(most));
            }
        }
    }

    /** Returns how bodies are compressed now. */
    Choice choice() {
        return choice;
    }

    @Override
    public synchronized void close() {
        closed = true;
        all.forEach(OtlpSender::close);
        ExecutorService pool = threads;
        if (pool != null) {
            pool.shutdown();
        }
    }
}
