package io.offspan.core.ingest;

import io.offspan.codec.block.BlockGather;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.log.BlockLog;
import io.offspan.core.log.LogAppendException;
import io.offspan.core.log.LogDirectoryException;
import io.offspan.core.log.LogSettings;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentBlock;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.WriterCatalog;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.LogPlace;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log segment by segment: decides when a segment is complete, and gives blocks their sequence and ordinals.
 *
 * <p><b>Threads.</b> {@link #awaitForced} any thread, the rest the agent's.
 */
final class LogWriter implements SegmentWriter {
    private static final Counter[] COUNTERS = Counter.values();

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final Path logDirectory;
    private final LogLimits limits;
    private final LogSettings settings;
    private final StoreCounters counters;
    private final WriterCatalog catalog;
    private final SlabFile slabs;
    private final StoreHealth health;
    private final Preparer preparer = new Preparer(this::prepare);
    private final LogClock clock;
    private final LogBudget budget;
    private final SegmentStart starts;
    private final SecureRandom random = new SecureRandom();
    /** The newest segment of the log when the store was opened. */
    private final int newestBefore;
    /** The newest segment that the slabs know where the log ends before it, 0 where it does not: its number is not used again. */
    private int lost;
    /** What an earlier opening has written last and this one continues; null once the log is open. */
    private @Nullable OpenSegment last;
    /** Null until the agent opens the log, and from a refused append to the next one. */
    private volatile @Nullable OpenLog open;

    private long segmentId;
    /** Whether the current segment must not be continued; until the next one has begun, which may be refused. */
    private boolean ended;

    /** Whether the log knows that the next segment is about to begin. */
    private boolean nextIsNear;

    private long segmentStart;
    private int ordinal;
    private int previousCrc;
    /** Where the last block that this writer put into the current segment begins; 0 for none. */
    private long lastAt;

    private long sequence;
    private volatile long published;

    /**
     * Goes on at the end of a log.
     *
     * @param catalog the segments of the log, which is told of what is written
     * @param before the end
     * @param last the segment that may be continued, null to start with one of its own
     */
    LogWriter(
            Path directory,
            LogLimits limits,
            StoreCounters counters,
            WriterCatalog catalog,
            LogTail before,
            @Nullable OpenSegment last,
            int highest,
            SlabFile slabs,
            StoreHealth health) {
        logDirectory = directory.resolve("log");
        this.limits = limits;
        this.counters = counters;
        this.catalog = catalog;
        this.slabs = slabs;
        this.health = health;
        // Slabs that an earlier process left may be larger than those that were asked for.
        long segmentBytes = Math.max(limits.segmentBytes(), 2L * slabs.largestSlabBytes());
        settings = new LogSettings(segmentBytes, slabs.largestSlabBytes(), directory.resolve("tmp"));
        newestBefore = before.segmentNumber();
        sequence = before.lastSequence() + 1;
        published = sequence;
        previousCrc = before.lastCrc();
        segmentId = before.segmentId();
        starts = new SegmentStart(slabs);
        clock = new LogClock(slabs, counters, newestBefore, before.lastIngestTimeNanos());
        budget = new LogBudget(logDirectory, limits, catalog, counters, clock.ages(), this::retiring);
        budget.current(highest + 1);
        // The blocks of a segment from before the slab file was made anew name slabs of the old one.
        boolean continues = takeUp(before, last);
        if (last != null
                && continues
                && last.number() == highest
                && last.identity().incarnation() == slabs.incarnation()
                && last.identity().storeId().equals(slabs.storeId())) {
            this.last = last;
            budget.current(last.number());
            budget.reserved(last.end());
        }
    }

    /**
     * Goes on where the slabs say that the log ended: where it ends before, it has lost blocks, and the gap stays to be seen.
     *
     * @return whether the log has all blocks that the slabs know of
     */
    private boolean takeUp(LogTail before, @Nullable OpenSegment last) {
        LogPlace place = slabs.place();
        long known = slabs.nextSequence();
        if (known > sequence && !FaultPoint.BUG_IGNORES_PLACE.planted()) {
            LOG.warn(
                    "The log in {} has lost its blocks {} to {}, and segment {} is the newest that was begun; the spans in"
                            + " them are lost, except those that the slabs still have",
                    logDirectory,
                    sequence,
                    known - 1,
                    place == null ? newestBefore : place.segmentNumber());
            counters.add(Counter.MISSING_BLOCKS, known - sequence);
            sequence = known;
            published = known;
            previousCrc = 0;
            if (place != null) {
                segmentId = place.segmentId();
                // Under its number slabs that are not told of another segment at once would be taken for those of
                // another log.
                lost = place.segmentNumber();
            }
            return false;
        }
        if (place != null && place.nextSequence() < before.lastSequence()) {
            LOG.warn(
                    "The slabs of {} are from before block {}, and the log goes on to block {}; spans that were only in"
                            + " the slabs of its last moment are missing",
                    logDirectory,
                    place.nextSequence(),
                    before.lastSequence());
        }
        if (place == null || place.nextSequence() < sequence) {
            LogPlace end = before.place(last == null ? 0 : last.spans());
            slabs.putPlace(end.nextSequence(), end.segmentId(), end.segmentNumber(), end.ordinal(), end.lastCrc());
        }
        return true;
    }

    private void retiring(int segment) {
        OpenLog writing = open;
        if (writing != null) {
            writing.blocks().retiring(segment);
        }
    }

    @Override
    public void open() {
        reopen();
    }

    private OpenLog reopen() {
        check();
        budget.makeRoom();
        BlockLog blocks;
        try {
            blocks = BlockLog.open(logDirectory, settings, last, lost);
        } catch (LogDirectoryException refused) {
            // Where files were taken away at this moment, that is the reason to tell.
            check();
            throw refused;
        }
        report(blocks.findings(), counters);
        OpenSegment continued = last;
        if (continued != null && blocks.segmentNumber() == continued.number()) {
            segmentStart = continued.identity().wallClockNanos();
            ordinal = continued.spans();
            catalog.continued(continued.number());
        }
        last = null;
        lastAt = 0;
        nextIsNear = false;
        OpenLog opened = new OpenLog(blocks, counters, sequence, budget::enforce);
        open = opened;
        return opened;
    }

    /** Counts and names the files that were put aside. */
    static void report(List<String> findings, StoreCounters counters) {
        for (String finding : findings) {
            counters.increment(Counter.QUARANTINED_FILES);
            LOG.warn("{}", finding);
        }
    }

    @Override
    public void append(BlockGather block, int spans) {
        OpenLog to = open;
        if (to == null) {
            to = reopen();
        }
        try {
            append(to, block, spans);
        } catch (LogAppendException refused) {
            counters.increment(Counter.LOG_RETRIES);
            leave();
            check();
            throw refused;
        }
    }

    private void append(OpenLog to, BlockGather block, int spans) {
        BlockLog blocks = to.blocks();
        clock.compare(newestSegment());
        ended |= to.sync().takeFailure() || clock.leapt();
        if (ended || !blocks.fits(block.length()) || isComplete(spans)) {
            start(to);
        } else if (blocks.growsFor(block.length())) {
            // A file that somebody made shorter would be long enough again, with zeros for what was in it.
            check();
        }
        catalog.makeRoom();
        int crc = block.close(sequence, previousCrc, ordinal, clock.stamp());
        long at = blocks.append(block.memory(), block.length());
        catalog.appended(at, block.memory());
        noteReserved(to);
        FaultPoint.BLOCK_APPENDED.reach();
        previousCrc = crc;
        lastAt = at;
        sequence++;
        ordinal += spans;
        notePlace(blocks);
        counters.increment(Counter.BLOCKS);
        counters.add(Counter.LOGGED_BYTES, block.length());
        if (!nextIsNear && isNearlyComplete(blocks)) {
            nextIsNear = true;
            blocks.nextIsNear();
        }
        if (blocks.needsPreparing()) {
            preparer.request();
        }
    }

    private boolean isComplete(int spans) {
        return (long) ordinal + spans > limits.segmentSpans()
                || (!limits.segmentAge().isZero()
                        && LogClock.now() - segmentStart > limits.segmentAge().toNanos());
    }

    /** Tells whether a quarter is left at most; a segment that is ended by its age gets its successor when it is. */
    private boolean isNearlyComplete(BlockLog blocks) {
        return ordinal > limits.segmentSpans() / 4 * 3 || blocks.segmentBytes() > limits.segmentBytes() / 4 * 3;
    }

    private void prepare() {
        OpenLog to = open;
        if (to != null) {
            to.blocks().prepare();
        }
    }

    private void start(OpenLog to) {
        check();
        BlockLog blocks = to.blocks();
        long id = random.nextLong();
        long now = LogClock.now();
        SegmentBlock first = starts.fill(blocks.nextSegmentNumber(), id, segmentId);
        int crc = first.close(slabs.incarnation(), sequence, previousCrc, clock.firstStamp(), now);
        long at = blocks.startSegment(first.memory(), first.length());
        int number = blocks.segmentNumber();
        catalog.started(number, logDirectory.resolve(SegmentName.of(number)), at, first);
        FaultPoint.SEGMENT_STARTED.reach();
        budget.current(number);
        noteReserved(to);
        ended = false;
        nextIsNear = false;
        segmentStart = now;
        segmentId = id;
        previousCrc = crc;
        lastAt = at;
        ordinal = 0;
        sequence++;
        notePlace(blocks);
    }

    private void notePlace(BlockLog blocks) {
        slabs.putPlace(sequence, segmentId, blocks.segmentNumber(), ordinal, previousCrc);
    }

    @Override
    public long nextSequence() {
        return sequence;
    }

    /** Makes room in the budget for what the log has just reserved. */
    private void noteReserved(OpenLog to) {
        if (budget.reserved(to.blocks().reservedBytes())) {
            to.sync().requestRetention();
        }
    }

    @Override
    public void syncDue() {
        OpenLog to = open;
        if (published != sequence && to != null) {
            to.sync().appended(sequence);
            published = sequence;
            if (limits.forced()) {
                to.sync().request();
            }
        }
    }

    /** Waits until everything appended before the last {@link #syncDue} is on the disk. */
    boolean awaitForced(long deadlineNanos) {
        OpenLog to = open;
        if (to == null) {
            return false;
        }
        long target = published;
        to.sync().request();
        return to.sync().await(target, deadlineNanos);
    }

    @Override
    public void housekeeping() {
        publishCounters();
        clock.look(newestSegment());
        OpenLog to = open;
        if (to != null) {
            to.sync().requestRetention();
        }
    }

    private int newestSegment() {
        OpenLog writing = open;
        return Math.max(writing == null ? 0 : writing.blocks().segmentNumber(), newestBefore);
    }

    private void publishCounters() {
        for (Counter counter : COUNTERS) {
            slabs.putCounter(counter.ordinal(), counters.get(counter));
        }
    }

    @Override
    public void beat() {
        health.beat(System.nanoTime());
    }

    @Override
    public void check() {
        OpenLog writing = open;
        if (writing == null) {
            health.check(null, null, 0, ordinal, 0, 0);
        } else {
            BlockLog blocks = writing.blocks();
            Path segment = logDirectory.resolve(SegmentName.of(blocks.segmentNumber()));
            health.check(segment, blocks.segmentFile(), blocks.segmentBytes(), ordinal, lastAt, previousCrc);
        }
    }

    @Override
    public void abandon() {
        preparer.close();
        leave();
    }

    @Override
    public void close() {
        preparer.close();
        publishCounters();
        leave();
    }

    /** Forces and closes the log; after a refused append it is opened again for the next one. */
    private void leave() {
        OpenLog closing = open;
        open = null;
        if (closing != null) {
            closing.close(sequence);
            catalog.left();
        }
    }
}
