package io.offspan.export;

import io.offspan.core.StoreReader;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.value.LogLag;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.batch.Batch;
import io.offspan.export.batch.BatchReader;
import io.offspan.export.batch.Requests;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.SendOutcome;
import io.offspan.export.send.SendOutcome.Doubt;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spans of a log to one destination: one request at a time, in the order of the log, each until it is settled.
 *
 * <p>A request is settled when the destination has accepted it. One that is refused as it is gets halved; a span refused by itself is a
 * <em>suspect</em>, and is given up as poisoned only once the destination has accepted something since: a destination that refuses
 * everything is paused, and nothing is lost. The checkpoint moves when everything before it is settled, never earlier.
 *
 * <p><b>Threads.</b> One steps; {@link #status} any.
 */
final class Delivery {
    /** More suspects in a row than this are no accident, but a destination that takes nothing. */
    static final int MAX_SUSPECTS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long MILLIS = 1_000;
    private static final long LIFE_SIGN_NANOS = 10 * SECOND_NANOS;
    private static final int MESSAGES_A_MINUTE = 20;

    private final ExportConfig config;
    private final ExportClock clock;
    private final NamedCheckpoint checkpoint;
    private final OtlpSender sender;
    private final BatchReader log;
    private final Backoff backoff;
    private final StoreReader reader;
    private final StatusKeeper keeper;
    private final ExportTally tally;
    private final Requests requests;
    private final RequestSize size;
    /** Spans that were refused by themselves, with nothing accepted since. */
    private final ArrayDeque<Suspect> suspects = new ArrayDeque<>();

    private final LogRate poisonLog = new LogRate(MESSAGES_A_MINUTE);
    private final LogRate partialLog = new LogRate(1);
    private final LogRate stateLog = new LogRate(MESSAGES_A_MINUTE);
    private Position settled;
    private boolean caughtUp;
    private boolean acceptedSinceVerdict;
    private boolean repeated;
    private State state = State.IDLE;
    private String reason = "";
    private boolean waiting;
    private long nextAttemptNanos;
    private @Nullable Instant nextAttempt;
    private long lifeSignNanos;
    private long lagNanos;
    private volatile ExportStatus status;

    /** A span by its ids, and what the destination said to it. */
    private record Suspect(String name, String reason) {}

    Delivery(
            StoreReader reader,
            NamedCheckpoint checkpoint,
            OtlpSender sender,
            ExportConfig config,
            StatusKeeper keeper) {
        this.reader = reader;
        this.keeper = keeper;
        this.config = config;
        this.checkpoint = checkpoint;
        this.sender = sender;
        clock = config.clock();
        settled = checkpoint.current().position();
        log = new BatchReader(reader, config.maxBatchBytes(), settled);
        requests = new Requests(log);
        tally = new ExportTally(keeper.before());
        size = new RequestSize(
                config.maxBatchBytes(), config.adaptive(), config.timeout(), clock.epochMillis(), keeper.decisions());
        backoff = new Backoff(config.backoffMin(), config.backoffMax(), clock.random());
        lifeSignNanos = clock.nanos().getAsLong();
        lagNanos = lifeSignNanos - SECOND_NANOS;
        status = status(state, reason, null);
        keeper.keep(status, lifeSignNanos);
    }

    /** Sends at most one request, and returns whether it did. */
    int step() {
        long now = clock.nanos().getAsLong();
        signLife(now);
        if (waiting && now - nextAttemptNanos < 0) {
            publish(now);
            return 0;
        }
        waiting = false;
        nextAttempt = null;
        caughtUp = false;
        if (!requests.load()) {
            rest(now);
            publish(now);
            return 0;
        }
        if (state == State.IDLE) {
            state = State.SENDING;
            reason = "";
            publish(now);
        }
        if (FaultPoint.BUG_CHECKPOINT_BEFORE_ACK.planted()) {
            settle(requests.end(), now);
        }
        int bytes = requests.current().length();
        SendOutcome outcome = send();
        tally.wireBytes += outcome.wireBytes();
        long after = clock.nanos().getAsLong();
        switch (outcome.verdict()) {
            case ACCEPTED -> {
                accepted(outcome, after);
                size.accepted(bytes, after - now);
                log.limit(size.bytes());
            }
            case RETRY -> retry(outcome, after);
            case PAUSE -> pause(outcome.reason(), after);
            case REFUSED -> refused(outcome, after);
        }
        publish(after);
        return 1;
    }

    private SendOutcome send() {
        Batch request = requests.current();
        AtomicReference<@Nullable SendOutcome> outcome = new AtomicReference<>();
        config.requestScope().accept(() -> outcome.set(sender.send(request.bytes(), request.length())));
        SendOutcome given = outcome.get();
        if (given == null) {
            throw new IllegalStateException("The request scope did not run the request before it returned");
        }
        return given;
    }

    /** Comes to rest where the log has no more. */
    private void rest(long now) {
        if (!suspects.isEmpty()) {
            pause(reason, now);
            return;
        }
        settle(log.position(), now);
        caughtUp = true;
        state = State.IDLE;
    }

    private void accepted(SendOutcome outcome, long now) {
        tally.batches++;
        tally.spans += requests.current().spans();
        tally.encodedBytes += requests.current().length();
        tally.rejectedSpans += outcome.rejectedSpans();
        tally.unreadableAnswers += outcome.unreadable() ? 1 : 0;
        if (FaultPoint.BUG_RETRIES_PARTIAL_SUCCESS.planted() && outcome.rejectedSpans() > 0 && !repeated) {
            repeated = true;
            return;
        }
        repeated = false;
        if (!outcome.reason().isEmpty() && partialLog.allows(now)) {
            LOG.warn(
                    "{} has accepted a request, rejected {} spans of it and says: {}",
                    config.destination(),
                    outcome.rejectedSpans(),
                    outcome.reason());
        }
        if ((state == State.PAUSED || state == State.RETRYING) && stateLog.allows(now)) {
            LOG.info("{} accepts spans again", config.destination());
        }
        state = State.SENDING;
        reason = outcome.reason();
        tally.succeeded(clock.epochMillis().getAsLong());
        backoff.reset();
        acceptedSinceVerdict = true;
        suspects.forEach(suspect -> giveUp(suspect, now));
        suspects.clear();
        FaultPoint.EXPORT_ACKNOWLEDGED.reach();
        requests.done();
        settle(requests.end(), now);
    }

    private void retry(SendOutcome outcome, long now) {
        tally.retries++;
        if (FaultPoint.BUG_GIVES_UP_RETRIES.planted()) {
            requests.done();
            settle(requests.end(), now);
            return;
        }
        if (outcome.doubt() == Doubt.SIZE) {
            shrink();
        }
        long wait = backoff.nextNanos();
        if (outcome.waitMillis() > 0) {
            long cap = config.retryAfterCap().toMillis();
            tally.cappedWaits += outcome.waitMillis() > cap ? 1 : 0;
            wait = Math.min(outcome.waitMillis(), cap) * 1_000_000;
        }
        enter(State.RETRYING, outcome.reason(), wait, now);
    }

    /** Sends what was not answered in time in parts, and less at once after that. */
    private void shrink() {
        boolean parts = size.timedOut(requests.current().length());
        log.limit(size.bytes());
        if (parts && requests.split()) {
            // A part that is refused tells no more about the others than a whole would.
            acceptedSinceVerdict = false;
        }
    }

    /** Stops sending for a while, and goes back to what was not settled. */
    private void pause(String why, long now) {
        tally.pauses++;
        suspects.clear();
        acceptedSinceVerdict = false;
        requests.rewind(settled);
        enter(State.PAUSED, why, config.probeInterval().toNanos(), now);
    }

    private void enter(State next, String why, long waitNanos, long now) {
        if (state != next && stateLog.allows(now)) {
            LOG.warn("Export to {} is {}: {}", config.destination(), next.name().toLowerCase(Locale.ROOT), why);
        }
        state = next;
        reason = why;
        tally.failed(why, clock.epochMillis().getAsLong());
        waiting = true;
        nextAttemptNanos = now + waitNanos;
        nextAttempt = Instant.ofEpochMilli(clock.epochMillis().getAsLong() + waitNanos / 1_000_000);
    }

    private void refused(SendOutcome outcome, long now) {
        tally.refusals++;
        reason = outcome.reason();
        tally.failed(reason, clock.epochMillis().getAsLong());
        if (requests.isWhole()) {
            acceptedSinceVerdict = false;
        }
        if (requests.split()) {
            return;
        }
        requests.done();
        Suspect suspect = new Suspect(requests.name(), outcome.reason());
        if (acceptedSinceVerdict) {
            acceptedSinceVerdict = false;
            giveUp(suspect, now);
            settle(requests.end(), now);
            return;
        }
        suspects.add(suspect);
        if (suspects.size() > MAX_SUSPECTS) {
            pause("refuses everything it is sent, at last: " + outcome.reason(), now);
        }
    }

    private void giveUp(Suspect suspect, long now) {
        tally.poisonedSpans++;
        if (poisonLog.allows(now)) {
            LOG.warn(
                    "{} refuses {} and accepts others; it is skipped: {}",
                    config.destination(),
                    suspect.name,
                    suspect.reason);
        }
    }

    private void settle(Position to, long now) {
        if (to.equals(settled)) {
            return;
        }
        settled = to;
        if (to.equals(log.position())) {
            log.settled();
        }
        try {
            checkpoint.advance(to);
        } catch (IOException e) {
            tally.checkpointFailures++;
            if (stateLog.allows(now)) {
                LOG.warn("A checkpoint could not be written; what follows it may be sent twice after a restart", e);
            }
        }
    }

    private void signLife(long now) {
        if (now - lifeSignNanos >= LIFE_SIGN_NANOS) {
            lifeSignNanos = now;
            try {
                checkpoint.touch();
            } catch (IOException e) {
                tally.checkpointFailures++;
            }
        }
    }

    /** Ends a pause early: the next step sends a probe. */
    void hurry() {
        if (state == State.PAUSED) {
            waiting = false;
        }
    }

    /** Tells whether the last step found that everything in the log is settled. */
    boolean caughtUp() {
        return caughtUp;
    }

    long pauses() {
        return tally.pauses;
    }

    Position settled() {
        return settled;
    }

    ExportStatus status() {
        return status;
    }

    private void publish(long now) {
        if (caughtUp) {
            tally.lag = LogLag.NONE;
            tally.lagSeconds = 0;
            lagNanos = now - SECOND_NANOS;
        } else if (now - lagNanos >= SECOND_NANOS) {
            lagNanos = now;
            tally.lag = reader.lag(settled);
            long since = tally.lag.sinceNanos() / NANOS_A_MILLI;
            long age = since == 0 ? 0 : clock.epochMillis().getAsLong() - since;
            tally.lagSeconds = Math.max(0, age / MILLIS);
        }
        ExportStatus before = status;
        boolean quiet =
                caughtUp && before.state() == state && before.checkpoint().equals(settled);
        if (!quiet) {
            status = status(state, reason, nextAttempt);
        }
        keeper.keep(status, now);
    }

    private ExportStatus status(State is, String why, @Nullable Instant next) {
        return tally.status(is, why, log, settled, next, size.flow(), sender.packing());
    }

    void end(State how, String why) {
        if (how == State.FAILED) {
            tally.failed(why, clock.epochMillis().getAsLong());
        }
        status = status(how, why, null);
        keeper.keep(status, clock.nanos().getAsLong());
        log.close();
    }
}
