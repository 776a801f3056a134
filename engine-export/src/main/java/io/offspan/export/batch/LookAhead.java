package io.offspan.export.batch;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.ChosenSpans;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.value.Position;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SpanSampler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log ahead of a batch reader, as far as it takes to decide about every span of the block that comes next.
 *
 * <p>It begins at the start of the log, whatever was sent already: so it comes to the decisions of the exporter before it, and knows
 * them for spans that come late. Of a block whose spans are not all decided it remembers one entry for each run of spans of one trace;
 * the spans stay in the log.
 *
 * <p>Where the log has no more, the time of the next block is awaited and then taken for come: what has waited for as long as it may is decided as
 * that block would.
 *
 * <p><b>Threads.</b> Belongs to the exporter's.
 */
final class LookAhead {
    /** How many spans are read at once, before other work has its turn. */
    private static final int MOST_SPANS = 64 * 1024;
    /** How much later than it was gathered a block may be seen in the log. */
    private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LogFollower follower;
    private final SpanSampler sampler;
    private final LongSupplier epochMillis;
    private final LogFollower.Handler handler = this::show;
    private final DecidedBlock.Runs runs = new DecidedBlock.Runs();
    /** Blocks that the batch reader had and that are not settled. */
    private final ArrayDeque<DecidedBlock> taken = new ArrayDeque<>();

    private final ArrayDeque<DecidedBlock> decided = new ArrayDeque<>();
    private final ArrayDeque<DecidedBlock> undecided = new ArrayDeque<>();
    private Position settled;
    /** What was decided up to where the exporter began; null before that. */
    private @Nullable SamplingTally before;

    private int budget;
    private boolean busy;
    private boolean dry;
    private int lastSpans;
    private long lastArrivalNanos;

    LookAhead(StoreReader reader, SpanSampler sampler, Position settled, LongSupplier epochMillis) {
        this.sampler = sampler;
        this.settled = settled;
        this.epochMillis = epochMillis;
        follower = reader.follower(Position.START);
    }

    /** Allows another piece of work. */
    void begin() {
        budget = MOST_SPANS;
        busy = false;
    }

    /** Tells whether there is more to do at once. */
    boolean isBusy() {
        return busy;
    }

    /** Tells whether nothing of the log waits to be decided or taken. */
    boolean isDry() {
        return dry && undecided.isEmpty() && decided.isEmpty();
    }

    /** Reads on until the block that comes next is decided; false when it is not yet. */
    boolean ready() {
        dry = false;
        while (decided.isEmpty()) {
            if (budget <= 0) {
                busy = true;
                return false;
            }
            if (follower.poll(handler, 1) > 0) {
                budget -= lastSpans;
            } else if (!undecided.isEmpty() && isQuiet()) {
                sampler.end();
            } else if (!undecided.isEmpty() && FaultPoint.BUG_PASSES_UNDECIDED.planted()) {
                decided.add(undecided.poll().dropped());
            } else {
                dry = true;
                note();
                return false;
            }
            sort();
        }
        return true;
    }

    /** Tells whether whatever comes now comes later than the last block by as much as a trace waits. */
    private boolean isQuiet() {
        if (FaultPoint.BUG_DECIDES_AT_ONCE.planted()) {
            return true;
        }
        long now = TimeUnit.MILLISECONDS.toNanos(epochMillis.getAsLong());
        return now - lastArrivalNanos >= sampler.waitNanos() + DELAY_NANOS;
    }

    private void show(BlockReader block) {
        note();
        lastArrivalNanos = follower.arrivalNanos();
        sampler.enterBlock(block, follower.arrivalNanos());
        runs.clear();
        lastSpans = block.count();
        for (int i = 0; i < lastSpans; i++) {
            long value;
            try {
                value = sampler.take(block.span(i));
            } catch (IndexOutOfBoundsException | FormatException damaged) {
                // Whoever writes it finds the same, and counts it.
                value = SpanSampler.KEEP;
            }
            runs.add(value);
        }
        undecided.add(runs.block(follower.position(), follower.firstOrdinal()));
    }

    /** Notes what was decided once everything has been read that is settled. */
    private void note() {
        if (before == null && !follower.position().isBefore(settled)) {
            before = sampler.tally();
        }
    }

    private void sort() {
        while (!undecided.isEmpty() && undecided.peek().resolve(sampler)) {
            DecidedBlock block = undecided.poll();
            if (settled.isBefore(block.end())) {
                decided.add(block);
            }
        }
    }

    /**
     * Takes a block that the batch reader has come to, and puts the spans that are sent into a choice.
     *
     * @return false when that is not decided yet
     */
    boolean take(Position at, int firstOrdinal, int count, ChosenSpans into) {
        into.clear();
        while (!decided.isEmpty()) {
            DecidedBlock next = decided.poll();
            taken.add(next);
            if (next.is(at, firstOrdinal)) {
                next.kept(into);
                return true;
            }
        }
        if (follower.position().isBefore(at.at(firstOrdinal + count)) || waits(at, firstOrdinal)) {
            return false;
        }
        // It could not be read before; what nobody has decided about is sent.
        for (int i = 0; i < count; i++) {
            into.add(i, 0);
        }
        return true;
    }

    /** Tells whether a block was read and waits for decisions: blocks before it may be gone, or damaged. */
    private boolean waits(Position at, int firstOrdinal) {
        for (DecidedBlock each : undecided) {
            if (each.is(at, firstOrdinal)) {
                return true;
            }
        }
        return false;
    }

    /** Goes back to a position. */
    void rewind(Position to) {
        while (!taken.isEmpty() && to.isBefore(taken.peekLast().end())) {
            decided.addFirst(taken.pollLast());
        }
    }

    /** Says that everything before a position is settled. */
    void settled(Position to) {
        settled = to;
        while (!taken.isEmpty() && !to.isBefore(taken.peek().end())) {
            taken.poll();
        }
    }

    /** Returns what was decided since the exporter was started. */
    SamplingTally tally() {
        SamplingTally now = sampler.tally();
        return now.since(before == null ? now : before);
    }
}
