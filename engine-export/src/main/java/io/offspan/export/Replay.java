package io.offspan.export;

import io.offspan.core.StoreReader;
import io.offspan.export.ReplayStatus.State;
import io.offspan.export.pack.Choice;
import io.offspan.export.replay.ReplayReader;
import io.offspan.export.replay.ReplayRequest;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.SendOutcome;
import io.offspan.export.send.SendOutcome.Doubt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans of a store once more, in the time in which they came or a scaled one, to any destination.
 *
 * <pre>{@code
 * try (Replay replay = Replay.open(reader, config, ReplayPlan.everything().atSpeed(10))) {
 *     while (!replay.status().state().over()) {
 *         LockSupport.parkNanos(replay.step());
 *     }
 * }
 * }</pre>
 *
 * <p>It reads no checkpoint and writes none. What it sends and in which order follows from the log and the plan alone; a slow destination
 * delays it, and nothing is left out for that. A request that is refused is halved until the spans refused by themselves are known.
 *
 * <p><b>Threads.</b> {@link #step} one; {@link #status} and {@link #close} any. The reader is the caller's.
 *
 * <p><b>Fails</b> with a {@link io.offspan.core.value.SpanStoreException} where the log cannot be read.
 */
public final class Replay implements AutoCloseable {
    private final ExportConfig config;
    private final ReplayPlan plan;
    private final Choice packing;
    private final OtlpSender sender;
    private final ReplayReader log;
    private final Backoff backoff;
    private @Nullable ReplayRequest current;
    private boolean begun;
    private long startNanos;
    private boolean tried;
    private long firstTryNanos;
    private long nextTryNanos;
    private int refusedInARow;
    private boolean everAccepted;
    private State state = State.SENDING;
    private String reason = "";
    private long spans;
    private long batches;
    private long encodedBytes;
    private long wireBytes;
    private long retries;
    private long rejectedSpans;
    private long refusedSpans;
    private long latestNanos;
    private volatile boolean closed;
    private volatile ReplayStatus status;

    private Replay(StoreReader reader, ExportConfig config, ReplayPlan plan) {
        this.config = config;
        this.plan = plan;
        log = new ReplayReader(reader, plan.choice(), plan.pace(), config.maxBatchBytes());
        SplittableRandom random = new SplittableRandom(plan.seed());
        backoff = new Backoff(config.backoffMin(), config.backoffMax(), random::nextDouble);
        packing = new Choice(config.compression());
        sender = config.newSender(packing);
        status = snapshot();
    }

    /**
     * Prepares a replay of what the log holds now.
     *
     * @param config where to and how; the name of its checkpoint counts for nothing
     */
    public static Replay open(StoreReader reader, ExportConfig config, ReplayPlan plan) {
        return new Replay(reader, config, plan);
    }

    /** Sends the next request if it is due, and returns after how many nanoseconds there is something to do again. */
    public long step() {
        long now = config.clock().nanos().getAsLong();
        if (!begun) {
            begun = true;
            startNanos = now;
        }
        long wait = closed || state.over() ? 0 : advance(now);
        if (closed && !state.over()) {
            state = State.CLOSED;
        }
        status = snapshot();
        return wait;
    }

    private long advance(long now) {
        ReplayRequest request = current;
        if (request == null) {
            request = log.next();
            current = request;
        }
        if (request == null) {
            boolean allRefused = refusedSpans > 0 && !everAccepted;
            state = allRefused ? State.REFUSED : State.DONE;
            return 0;
        }
        long passed = now - startNanos;
        if (tried && now - nextTryNanos < 0) {
            return nextTryNanos - now;
        }
        if (!tried && passed < request.dueNanos()) {
            return request.dueNanos() - passed;
        }
        if (!tried) {
            tried = true;
            firstTryNanos = now;
            if (!Double.isInfinite(plan.speed())) {
                latestNanos = Math.max(latestNanos, passed - request.dueNanos());
            }
        }
        SendOutcome outcome = send(request);
        wireBytes += outcome.wireBytes();
        if (closed) {
            return 0;
        }
        reason = outcome.reason();
        return switch (outcome.verdict()) {
            case ACCEPTED -> accepted(request, outcome);
            case RETRY -> retry(request, outcome);
            case REFUSED -> refused(request);
            case PAUSE -> end(State.REFUSED);
        };
    }

    private SendOutcome send(ReplayRequest request) {
        AtomicReference<@Nullable SendOutcome> outcome = new AtomicReference<>();
        config.requestScope().accept(() -> outcome.set(sender.send(request.bytes(), request.bytes().length)));
        SendOutcome given = outcome.get();
        if (given == null) {
            throw new IllegalStateException("The request scope did not run the request before it returned");
        }
        return given;
    }

    private long accepted(ReplayRequest request, SendOutcome outcome) {
        spans += request.spans();
        batches++;
        encodedBytes += request.bytes().length;
        rejectedSpans += outcome.rejectedSpans();
        everAccepted = true;
        refusedInARow = 0;
        return goOn();
    }

    private long retry(ReplayRequest request, SendOutcome outcome) {
        retries++;
        long now = config.clock().nanos().getAsLong();
        if (now - firstTryNanos >= plan.giveUp().toNanos()) {
            return end(State.GIVEN_UP);
        }
        long wait = backoff.nextNanos();
        if (outcome.waitMillis() > 0) {
            wait = Math.min(outcome.waitMillis(), config.retryAfterCap().toMillis()) * 1_000_000;
        }
        if (outcome.doubt() == Doubt.SIZE && log.split(request)) {
            current = null;
        }
        state = State.RETRYING;
        nextTryNanos = now + wait;
        return wait;
    }

    private long refused(ReplayRequest request) {
        if (!log.split(request)) {
            refusedSpans++;
            refusedInARow++;
            if (refusedInARow > Suspects.MOST) {
                return end(State.REFUSED);
            }
        }
        return goOn();
    }

    private long goOn() {
        current = null;
        tried = false;
        backoff.reset();
        state = State.SENDING;
        return 0;
    }

    private long end(State how) {
        state = how;
        return 0;
    }

    /** Returns what the replay does and has counted. */
    public ReplayStatus status() {
        return status;
    }

    private ReplayStatus snapshot() {
        return new ReplayStatus(
                state,
                reason,
                spans,
                batches,
                encodedBytes,
                wireBytes,
                retries,
                rejectedSpans,
                refusedSpans,
                log.tooLarge(),
                log.unreadable(),
                log.damagedBlocks(),
                log.retirements(),
                latestNanos,
                packing.reason());
    }

    /** Ends the replay where it is; a request under way is broken off. */
    @Override
    public void close() {
        closed = true;
        sender.close();
    }
}
