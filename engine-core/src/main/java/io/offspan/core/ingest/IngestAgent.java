package io.offspan.core.ingest;

import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.SlabLayout;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.slab.OwnerToken;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what callers have committed from the slabs to the log: closed slabs at once, the committed part of open ones when a sync
 * is due, and frees each slab whose spans the log holds.
 *
 * <p>Recovery is no separate procedure: the slabs that a killed process left are closed when the store is opened, and then
 * they are moved like any other, from where the log's own blocks say that it stopped.
 *
 * <p><b>Threads.</b> One: the agent's. {@link #requestFlush} and {@link #flushed} may be called by any.
 */
final class IngestAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(IngestAgent.class);

    /** After so many parts of one slab it is closed rather than cut again: each part repeats the slab's strings. */
    private static final int MAX_PARTS = 4;
    /** How long to leave a log alone that has refused a block, the first time; each refusal in a row doubles it. */
    private static final long LEAST_PAUSE_NANOS = 50_000_000;
    /** The most of that: what has been in the way may be gone for so long before it is noticed. */
    private static final long MOST_PAUSE_NANOS = 500_000_000;

    private final SlabFile slabs;
    private final Stripe[] stripes;
    private final SegmentWriter segments;
    private final StoreCounters counters;
    private final LongSupplier nanoClock;
    private final long flushIntervalNanos;
    private final BlockGather gather;
    private final SlabJudge judge;

    /** Spans of the present generation that the log holds, by slab. */
    private final int[] logged;

    private final long[] loggedGeneration;
    private final int[] parts;
    /** Whether the slab was left by an earlier process, and its contents have to be checked. */
    private final boolean[] inherited;

    private long retryAt;
    /** How long the next pause will be. */
    private long pauseNanos = LEAST_PAUSE_NANOS;
    /** Whether the log refused the last block, and that has been said. */
    private boolean refusing;

    /** Whether the files of the store are not ours any more; nothing is touched then. */
    private boolean lost;

    private long nextBeat;
    private long nextFlush;
    private long flushesDone;
    private volatile long flushesWanted;
    /** The newest flush before which the files are to be looked at. */
    private volatile long lookWanted;

    private volatile long flushesCompleted;

    IngestAgent(
            SlabFile slabs,
            Stripe[] stripes,
            SegmentWriter segments,
            StoreCounters counters,
            LongSupplier nanoClock,
            long flushIntervalNanos) {
        this.slabs = slabs;
        this.stripes = stripes;
        this.segments = segments;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.flushIntervalNanos = flushIntervalNanos;
        gather = new BlockGather(slabs.largestSlabBytes());
        judge = new SlabJudge(gather);
        logged = new int[slabs.slabs()];
        loggedGeneration = new long[slabs.slabs()];
        parts = new int[slabs.slabs()];
        inherited = new boolean[slabs.slabs()];
        nextBeat = nanoClock.getAsLong();
        nextFlush = nextBeat + flushIntervalNanos;
    }

    /** Says that a slab was left by an earlier process, and how many of its spans the log holds; before the agent runs. */
    void inherit(int slab, long generation, int inLog) {
        inherited[slab] = true;
        loggedGeneration[slab] = generation;
        logged[slab] = inLog;
    }

    @Override
    public String roleName() {
        return "offspan-ingest";
    }

    @Override
    public void onStart() {
        try {
            segments.open();
        } catch (SpanStoreException refused) {
            pause(refused);
        }
    }

    @Override
    public int doWork() {
        if (lost) {
            return 0;
        }
        try {
            return work();
        } catch (InternalError missingPages) {
            lost = true;
            try {
                // What was done to the files says more than the error, if it is known.
                segments.check();
            } catch (InternalError again) {
                missingPages.addSuppressed(again);
            }
            throw new SpanStoreException.Lost("A page of the store's files cannot be reached", missingPages);
        }
    }

    private int work() {
        long now = nanoClock.getAsLong();
        if (now - nextBeat >= 0) {
            nextBeat = now + OwnerToken.BEAT_NANOS;
            segments.beat();
        }
        slabs.grow(now);
        if (retryAt != 0 && now - retryAt < 0) {
            return 0;
        }
        retryAt = 0;
        try {
            int work = moveAll();
            slabs.requirePages();
            if (work > 0) {
                refusing = false;
                pauseNanos = LEAST_PAUSE_NANOS;
            }
            return work;
        } catch (SpanStoreException.Lost gone) {
            lost = true;
            throw gone;
        } catch (SpanStoreException refused) {
            pause(refused);
            return 0;
        }
    }

    /** Leaves the log alone for a while; nothing that it refuses with is final. */
    private void pause(SpanStoreException refused) {
        retryAt = (nanoClock.getAsLong() + pauseNanos) | 1;
        pauseNanos = Math.min(2 * pauseNanos, MOST_PAUSE_NANOS);
        if (!refusing) {
            refusing = true;
            LOG.warn("The log does not take spans; they stay in their slabs until it does", refused);
        }
    }

    private int moveAll() {
        int work = 0;
        long wanted = flushesWanted;
        boolean flush = wanted != flushesDone;
        long now = nanoClock.getAsLong();
        if (now - nextFlush >= 0) {
            nextFlush = now + flushIntervalNanos;
            flush = true;
            segments.check();
            segments.housekeeping();
        } else if (lookWanted > flushesDone) {
            segments.check();
        }
        for (int i = 0; i < logged.length; i++) {
            long word = slabs.word(i);
            int state = SlabLayout.state(word);
            if (state == SlabLayout.CLOSED) {
                drain(i, word);
                work++;
            } else if (flush && state == SlabLayout.OPEN && SlabLayout.count(word) > loggedOf(i, word)) {
                flushOpen(i, word);
                work++;
            }
        }
        if (flush) {
            segments.syncDue();
            flushesDone = wanted;
            flushesCompleted = wanted;
        }
        return work;
    }

    @Override
    public void onClose() {
        try {
            lost = lost || isLost();
            for (int i = 0; i < logged.length && !lost; i++) {
                long word = slabs.word(i);
                if (SlabLayout.state(word) == SlabLayout.CLOSED) {
                    drain(i, word);
                }
            }
        } finally {
            if (lost) {
                segments.abandon();
            } else {
                segments.close();
            }
        }
    }

    private boolean isLost() {
        try {
            segments.check();
            return false;
        } catch (SpanStoreException.Lost | InternalError gone) {
            LOG.error("The store is closed without what its slabs hold", gone);
            return true;
        }
    }

    /**
     * Asks for all spans committed so far to be moved to the log, and returns the number to pass to {@link #flushed}.
     *
     * @param look whether the files of the store are to be looked at before, because somebody relies on them
     */
    synchronized long requestFlush(boolean look) {
        long request = flushesWanted + 1;
        if (look) {
            lookWanted = request;
        }
        flushesWanted = request;
        return request;
    }

    /** Tells whether a flush has been done. */
    boolean flushed(long request) {
        return flushesCompleted >= request;
    }

    private int loggedOf(int slab, long word) {
        long generation = SlabLayout.generation(word);
        if (loggedGeneration[slab] != generation) {
            loggedGeneration[slab] = generation;
            logged[slab] = 0;
            parts[slab] = 0;
            inherited[slab] = false;
        }
        return logged[slab];
    }

    private void flushOpen(int slab, long word) {
        if (parts[slab] < MAX_PARTS - 1 || !closeIdle(slab, word)) {
            move(slab, word, loggedOf(slab, word), SlabLayout.count(word));
            parts[slab]++;
            FaultPoint.OPEN_FLUSHED.reach();
            return;
        }
        long closed = slabs.word(slab);
        if (SlabLayout.state(closed) == SlabLayout.CLOSED) {
            drain(slab, closed);
        }
    }

    /** Closes an open slab for its stripe, unless a caller is appending to it at this moment. */
    private boolean closeIdle(int slab, long word) {
        int owner = SlabLayout.owner(word) - 1;
        if (owner < 0 || owner >= stripes.length || !stripes[owner].tryHold()) {
            return false;
        }
        try {
            if (stripes[owner].slab() == slab) {
                stripes[owner].closeSlab();
            }
        } finally {
            stripes[owner].release();
        }
        return SlabLayout.state(slabs.word(slab)) == SlabLayout.CLOSED;
    }

    private void drain(int slab, long word) {
        int from = loggedOf(slab, word);
        int to = Math.min(SlabLayout.count(word), slabs.layout(slab).maxSpans());
        if (FaultPoint.BUG_FREES_UNLOGGED.planted() && (SlabLayout.generation(word) & 15) == 7) {
            from = to;
        }
        if (inherited[slab]) {
            countForeign(slab, word, Math.min(from, to));
        }
        if (from < to) {
            move(slab, word, from, to);
            if (inherited[slab]) {
                FaultPoint.RECOVERY_MOVED.reach();
            }
        }
        inherited[slab] = false;
        slabs.free(slab, SlabLayout.generation(word));
        FaultPoint.SLAB_FREED.reach();
    }

    /** Counts spans that the log is said to hold and that are not of this generation: its number is damaged, and they are lost. */
    private void countForeign(int slab, long word, int to) {
        for (int i = 0; i < to; i++) {
            if (!slabs.layout(slab).spanMatches(slabs.slab(slab), SlabLayout.generation(word), i, slabs.slab(slab))) {
                counters.increment(Counter.LOST_SPANS);
            }
        }
    }

    private void move(int slab, long word, int from, int to) {
        int length = FaultPoint.BUG_SKIPS_SLAB_SUMS.planted()
                ? gather.gatherJudged(slabs.slab(slab), slabs.layout(slab), from, to)
                : gather.gather(slabs.slab(slab), slabs.layout(slab), from, to);
        if (length == BlockGather.DAMAGED) {
            moveSound(slab, word, from, to);
        } else {
            FaultPoint.BLOCK_GATHERED.reach();
            append(slab, word);
        }
        note(slab, word, to);
    }

    /** Moves the sound spans of a range, in runs, and counts the others as lost; each run is noted, for the log may refuse the next. */
    private void moveSound(int slab, long word, int from, int to) {
        LOG.warn(
                "Slab {} is damaged; of its spans {} to {} only those are kept that are what was committed",
                slab,
                from,
                to);
        BitSet sound = judge.sound(slabs.slab(slab), slabs.layout(slab), from, to);
        int done = from;
        for (int run = sound.nextSetBit(from); run >= 0; run = sound.nextSetBit(done)) {
            int end = sound.nextClearBit(run);
            boolean lost = gather.gatherJudged(slabs.slab(slab), slabs.layout(slab), run, end) == BlockGather.DAMAGED;
            if (!lost) {
                append(slab, word);
            }
            counters.add(Counter.LOST_SPANS, lost ? end - done : run - done);
            note(slab, word, end);
            done = end;
        }
        counters.add(Counter.LOST_SPANS, to - done);
    }

    private void note(int slab, long word, int to) {
        logged[slab] = to;
        slabs.putLoggedBefore(slab, segments.nextSequence());
        slabs.putFlushed(slab, SlabLayout.generation(word), to);
        FaultPoint.FLUSH_NOTED.reach();
    }

    private void append(int slab, long word) {
        int spans = gather.memory().getInt(BlockLayout.SPAN_COUNT_OFFSET);
        if (inherited[slab]) {
            counters.add(Counter.RECOVERED_SPANS, spans);
        }
        gather.origin(slabs.incarnation(), SlabLayout.generation(word), slab);
        segments.append(gather, spans);
        counters.add(Counter.LOGGED_SPANS, spans);
    }
}
