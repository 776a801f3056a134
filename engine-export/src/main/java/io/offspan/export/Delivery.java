package io.offspan.export;

import io.offspan.core.StoreReader;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.value.LogLag;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.batch.BatchReader;
import io.offspan.export.batch.Flight;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.sampling.SamplingRules;
import io.offspan.export.send.SendOutcome;
import io.offspan.export.send.SendOutcome.Doubt;
import io.offspan.export.send.SendOutcome.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spans of a log to one destination: batches in the order of the log, several of them under way at once where the flow says so,
 * each until it is settled.
 *
 * <p>A request is settled when the destination has accepted it. One that is refused as it is gets halved; a span refused by itself is a
 * <em>suspect</em>, and is given up as poisoned only once the destination has accepted something since: a destination that refuses
 * everything is paused, and nothing is lost. The checkpoint moves when everything before it is settled, never earlier, whatever was
 * accepted behind it.
 *
 * <p>After anything but an acceptance it is <em>careful</em>: it waits for what is under way, and then sends one request at a time, in the
 * order of the log, until the first batch is through.
 *
 * <p><b>Threads.</b> One steps; {@link #status} any.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long MILLIS = 1_000;
    private static final int MESSAGES_A_MINUTE = 20;

    private final ExportConfig config;
    private final ExportClock clock;
    private final Progress progress;
    private final Lanes lanes;
    /** Tells whether requests are broken off, because the exporter is being closed. */
    private final BooleanSupplier closing;

    private final BatchReader log;
    private final Backoff backoff;
    private final StoreReader reader;
    private final StatusKeeper keeper;
    private final ExportTally tally;
    private final FlowController controller;
    private final TokenBucket wireBytes;
    private final TokenBucket spans;
    /** The batches that were read and are not settled, in the order of the log. */
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();

    private final ArrayDeque<Flight> spare = new ArrayDeque<>();
    private final Suspects suspects;
    private final LogRate partialLog = new LogRate(1);
    private final LogRate stateLog = new LogRate(MESSAGES_A_MINUTE);
    private int underWay;
    private long underWayBytes;
    private boolean careful;
    private boolean caughtUp;
    /** Whether the last step found nothing to send, be it that spans wait to be decided. */
    private boolean resting;
    /** Whether the last step sent less than it might have, to keep a limit: then the exporter is behind by intent. */
    private boolean limited;

    private boolean repeated;
    private State state = State.IDLE;
    private String reason = "";
    private boolean waiting;
    private long nextAttemptNanos;
    private @Nullable Instant nextAttempt;
    private long lagNanos;
    private volatile ExportStatus status;

    Delivery(
            StoreReader reader,
            NamedCheckpoint checkpoint,
            Lanes lanes,
            ExportConfig config,
            StatusKeeper keeper,
            BooleanSupplier closing) {
        this.closing = closing;
        this.reader = reader;
        this.keeper = keeper;
        this.config = config;
        this.lanes = lanes;
        clock = config.clock();
        long now = clock.nanos().getAsLong();
        tally = new ExportTally(keeper.before());
        progress = new Progress(checkpoint, tally, now);
        suspects = new Suspects(config.destination(), tally);
        SamplingRules rules = config.sampling();
        log = new BatchReader(
                reader,
                config.maxBatchBytes(),
                progress.settled(),
                rules == null ? null : rules.newSampler(),
                clock.epochMillis());
        backoff = new Backoff(config.backoffMin(), config.backoffMax(), clock.random());
        lagNanos = now - SECOND_NANOS;
        wireBytes = new TokenBucket(config.bytesPerSecond(), now);
        spans = new TokenBucket(config.spansPerSecond(), now);
        RequestSize size =
                new RequestSize(config.maxBatchBytes(), config.adaptive(), config.timeout(), keeper.decisions());
        controller = new FlowController(keeper.decisions(), size, config.concurrentRequests(), config.adaptive(), now);
        adjust();
        status = status(state, reason, null);
        keeper.keep(status, now);
    }

    /** Takes in what was answered and sends what may be sent; returns how many requests that were. */
    int step() {
        long now = clock.nanos().getAsLong();
        progress.signLife(now);
        int done = takeAnswers();
        if (waiting && now - nextAttemptNanos < 0) {
            publish(now);
            return done;
        }
        if (waiting && underWay == 0) {
            waiting = false;
            nextAttempt = null;
        }
        caughtUp = false;
        resting = false;
        limited = false;
        log.begin();
        int sent = waiting ? 0 : send(now);
        long after = clock.nanos().getAsLong();
        publish(after);
        controller.look(after, resting || limited ? 0 : Math.max(0, tally.lag.bytes() - underWayBytes));
        adjust();
        return done + sent + (log.isBusy() ? 1 : 0);
    }

    private void adjust() {
        controller.packed(lanes.choice());
        Flow flow = controller.flow();
        long aSecond = config.bytesPerSecond() == 0 ? Integer.MAX_VALUE : config.bytesPerSecond();
        log.limit((int) Math.min(flow.batchBytes(), Math.max(RequestSize.MIN_BYTES, aSecond)));
        lanes.effort(flow.effort());
    }

    private int takeAnswers() {
        int taken = 0;
        for (Lanes.Answer answer = lanes.answer(); answer != null; answer = lanes.answer()) {
            underWay--;
            underWayBytes -= answer.flight().current().length();
            answer.flight().underWay(false);
            SendOutcome outcome = answer.outcome();
            if (outcome == null && closing.getAsBoolean() && answer.failure() instanceof RejectedExecutionException) {
                // It came too late to be sent.
                continue;
            }
            if (outcome == null) {
                throw new IllegalStateException("A request could not be made", answer.failure());
            }
            take(answer.flight(), outcome, answer.tookNanos());
            taken++;
        }
        return taken;
    }

    /** Sends as many requests as may be under way; a single one at a time on this thread, until it is answered. */
    private int send(long now) {
        int most = careful ? 1 : controller.flow().requests();
        int sent = 0;
        while (underWay < most) {
            if (wireBytes.waitNanos(now) + spans.waitNanos(now) > 0) {
                limited = true;
                break;
            }
            Flight next = next(most);
            if (next == null) {
                settleFirst(now);
                if (flights.isEmpty() || !suspects.isEmpty() && underWay == 0) {
                    rest(now);
                }
                break;
            }
            if (!lanes.ready()) {
                break;
            }
            begin(next, now);
            sent++;
            if (most == 1) {
                long start = clock.nanos().getAsLong();
                SendOutcome outcome = lanes.sendHere(next);
                take(next, outcome, clock.nanos().getAsLong() - start);
                break;
            }
            underWay++;
            underWayBytes += next.current().length();
            next.underWay(true);
            lanes.send(next);
        }
        return sent;
    }

    private void begin(Flight next, long now) {
        if (state == State.IDLE) {
            state = State.SENDING;
            reason = "";
            publish(now);
        }
        spans.take(next.current().spans());
        if (FaultPoint.BUG_CHECKPOINT_BEFORE_ACK.planted()) {
            progress.settle(next.end(), now);
        }
    }

    /** Returns the batch whose request is to be sent next, the first one that is not under way; null when none is to be. */
    private @Nullable Flight next(int most) {
        int open = 0;
        for (Flight each : flights) {
            if (each.load()) {
                if (underWay > 0 && !each.isFull()) {
                    each.more();
                }
                // What does not fill a batch waits for company while another one is on its way.
                return underWay > 0 && !each.isFull() ? null : each;
            }
            open += each.isDone() && !suspects.isEmpty() ? 0 : 1;
        }
        if (open >= most) {
            // Those behind the first wait for it, also when they are through: what a restart repeats has its bounds.
            return null;
        }
        Flight fresh = spare.isEmpty() ? new Flight(log) : spare.pop();
        if (!fresh.fill()) {
            spare.push(fresh);
            return null;
        }
        flights.add(fresh);
        return underWay > 0 && !fresh.isFull() ? null : fresh;
    }

    private void take(Flight flight, SendOutcome outcome, long tookNanos) {
        tally.wireBytes += outcome.wireBytes();
        wireBytes.take(outcome.wireBytes());
        if (outcome.verdict() == Verdict.RETRY && closing.getAsBoolean()) {
            // Broken off by close: that says nothing of the destination, and the next exporter sends it again.
            return;
        }
        int bytes = flight.current().length();
        long now = clock.nanos().getAsLong();
        switch (outcome.verdict()) {
            case ACCEPTED -> {
                if (accepted(flight, outcome, now)) {
                    controller.accepted(bytes, tookNanos);
                }
            }
            case RETRY -> retry(flight, outcome, now);
            case PAUSE -> pause(outcome.reason(), now);
            case REFUSED -> refused(flight, outcome, now);
        }
        settleFirst(now);
    }

    /** Comes to rest where the log has no more, or nothing more that is decided. */
    private void rest(long now) {
        if (!suspects.isEmpty()) {
            pause(reason, now);
            return;
        }
        progress.settle(log.position(), now);
        log.settled();
        caughtUp = log.isDry();
        resting = true;
        state = log.isBusy() ? state : State.IDLE;
    }

    private boolean accepted(Flight flight, SendOutcome outcome, long now) {
        tally.batches++;
        tally.spans += flight.current().spans();
        tally.encodedBytes += flight.current().length();
        tally.rejectedSpans += outcome.rejectedSpans();
        tally.unreadableAnswers += outcome.unreadable() ? 1 : 0;
        tally.succeeded(clock.epochMillis().getAsLong());
        if (FaultPoint.BUG_RETRIES_PARTIAL_SUCCESS.planted() && outcome.rejectedSpans() > 0 && !repeated) {
            repeated = true;
            return false;
        }
        repeated = false;
        if (!outcome.reason().isEmpty() && partialLog.allows(now)) {
            LOG.warn(
                    "{} has accepted a request, rejected {} spans of it and says: {}",
                    config.destination(),
                    outcome.rejectedSpans(),
                    outcome.reason());
        }
        if (!waiting) {
            // Else another request of the same time was not accepted, whose wait holds.
            if ((state == State.PAUSED || state == State.RETRYING) && stateLog.allows(now)) {
                LOG.info("{} accepts spans again", config.destination());
            }
            state = State.SENDING;
            reason = outcome.reason();
            backoff.reset();
        }
        suspects.accepted(now);
        FaultPoint.EXPORT_ACKNOWLEDGED.reach();
        careful &= waiting || flight != firstOpen() || !endsWith(flight);
        flight.done();
        return true;
    }

    /** Tells whether the request is the last one of its batch. */
    private static boolean endsWith(Flight flight) {
        return flight.end().equals(flight.batch().end());
    }

    /** Returns the first batch that has something to send, or under way. */
    private @Nullable Flight firstOpen() {
        for (Flight each : flights) {
            if (!each.isDone()) {
                return each;
            }
        }
        return null;
    }

    private void retry(Flight flight, SendOutcome outcome, long now) {
        tally.retries++;
        if (FaultPoint.BUG_GIVES_UP_RETRIES.planted()) {
            flight.done();
            return;
        }
        careful = true;
        if (outcome.doubt() == Doubt.SIZE) {
            shrink(flight);
        } else {
            controller.hindered("a request has to be sent again");
        }
        long wait = 0;
        if (outcome.waitMillis() > 0) {
            long cap = config.retryAfterCap().toMillis();
            tally.cappedWaits += outcome.waitMillis() > cap ? 1 : 0;
            wait = Math.min(outcome.waitMillis(), cap) * NANOS_A_MILLI;
        } else if (!waiting) {
            wait = backoff.nextNanos();
        }
        // Of several that fail together the longest wait counts, and one step of the backoff.
        if (!waiting || now + wait - nextAttemptNanos > 0) {
            enter(State.RETRYING, outcome.reason(), wait, now);
        }
    }

    /** Sends what was not answered in time in parts, and less at once after that. */
    private void shrink(Flight flight) {
        boolean parts = controller.timedOut(flight.current().length());
        if (parts && flight.split()) {
            // A part that is refused tells no more about the others than a whole would.
            suspects.startOver();
        }
    }

    /** Stops sending for a while, and goes back to what was not settled, unless something behind it was accepted already. */
    private void pause(String why, long now) {
        tally.pauses++;
        careful = true;
        boolean keep =
                underWay > 0 || suspects.isEmpty() && flights.stream().skip(1).anyMatch(Flight::isDone);
        suspects.acquit();
        if (!keep) {
            spare.addAll(flights);
            flights.clear();
            log.rewind(progress.settled());
        }
        // Another request of the same time may have been asked to wait for longer.
        long asked = waiting ? nextAttemptNanos - now : 0;
        enter(State.PAUSED, why, Math.max(asked, config.probeInterval().toNanos()), now);
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
        nextAttempt = Instant.ofEpochMilli(clock.epochMillis().getAsLong() + waitNanos / NANOS_A_MILLI);
    }

    private void refused(Flight flight, SendOutcome outcome, long now) {
        tally.refusals++;
        reason = outcome.reason();
        tally.failed(reason, clock.epochMillis().getAsLong());
        careful = true;
        if (flight != firstOpen() || waiting || underWay > 0) {
            // Its turn comes when it is the first, and alone.
            return;
        }
        if (flight.isWhole()) {
            suspects.startOver();
        }
        if (flight.split()) {
            return;
        }
        suspects.refused(flight, outcome.reason(), now);
        flight.done();
        if (suspects.areTooMany()) {
            pause("refuses everything it is sent, at last: " + outcome.reason(), now);
        }
    }

    /** Moves the checkpoint past everything that is settled without a gap. */
    private void settleFirst(long now) {
        if (!suspects.isEmpty()) {
            return;
        }
        Position to = progress.settled();
        while (!flights.isEmpty()) {
            Flight first = flights.peek();
            if (first.begun() && !first.doneTo().equals(to)) {
                to = first.doneTo();
                first.settled();
            }
            if (!first.isDone()) {
                break;
            }
            spare.push(flights.pop());
        }
        progress.settle(to, now);
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

    /** Returns how many requests are not answered yet. */
    int underWay() {
        return underWay;
    }

    Position settled() {
        return progress.settled();
    }

    ExportStatus status() {
        return status;
    }

    /** Publishes how many spans of the log are not settled at this moment, and returns that. */
    long lagNow() {
        long now = clock.nanos().getAsLong();
        lagNanos = now - SECOND_NANOS;
        publish(now);
        return tally.lag.spans();
    }

    private void publish(long now) {
        if (caughtUp) {
            tally.lag = LogLag.NONE;
            tally.lagSeconds = 0;
            lagNanos = now - SECOND_NANOS;
        } else if (now - lagNanos >= SECOND_NANOS) {
            lagNanos = now;
            tally.lag = reader.lag(progress.settled());
            long since = tally.lag.sinceNanos() / NANOS_A_MILLI;
            long age = since == 0 ? 0 : clock.epochMillis().getAsLong() - since;
            tally.lagSeconds = Math.max(0, age / MILLIS);
        }
        ExportStatus before = status;
        boolean quiet =
                caughtUp && before.state() == state && before.checkpoint().equals(progress.settled());
        if (!quiet) {
            status = status(state, reason, nextAttempt);
        }
        keeper.keep(status, now);
    }

    private ExportStatus status(State is, String why, @Nullable Instant next) {
        return tally.status(
                is,
                why,
                log,
                progress.settled(),
                next,
                controller.flow(),
                lanes.choice().reason());
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
