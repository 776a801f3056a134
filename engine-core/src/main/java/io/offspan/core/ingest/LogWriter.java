package io.offspan.core.ingest;

import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.SlabLayout;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.FileKey;
import io.offspan.core.log.BlockLog;
import io.offspan.core.log.LogAppendException;
import io.offspan.core.log.LogDirectory;
import io.offspan.core.log.LogDirectoryException;
import io.offspan.core.log.LogSettings;
import io.offspan.core.retain.AgeClock;
import io.offspan.core.retain.Retention;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentBlock;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log segment by segment: decides when a segment is complete, gives blocks their sequence and ordinals, and lets go of
 * segments that retention does not want any more.
 *
 * <p><b>Threads.</b> {@link #prepare}, {@link #storeId} and {@link #flushed} before the agent starts, {@link #awaitForced} any
 * thread, retention the thread that forces, the rest the agent's.
 */
final class LogWriter implements SegmentWriter {
    private static final Counter[] COUNTERS = Counter.values();

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final Path logDirectory;
    private final Path temporary;
    private final LogLimits limits;
    private final StoreCounters counters;
    private final LogTail before;
    private final Catalog catalog;
    private final SecureRandom random = new SecureRandom();
    private @Nullable SlabFile slabs;
    private @Nullable StoreHealth health;
    private @Nullable Retention retention;
    private @Nullable AgeClock clock;
    /** The wall clock and the monotonic one when they were compared last. */
    private long lastWall = now();

    private long lastMonotonic = System.nanoTime();
    /** Whether the clock has leapt since the current segment began. */
    private boolean leapt;

    private @Nullable FileKey segmentFile;
    private SegmentBlock segmentBlock = new SegmentBlock(1);
    private volatile @Nullable BlockLog log;
    private volatile @Nullable LogSync sync;
    private long segmentId;
    private long segmentStart;
    private int ordinal;
    private int previousCrc;
    private long sequence;
    private long ingestTime;
    private volatile long published;
    /** What an earlier opening has written last and this one continues; null once the log is open. */
    private @Nullable OpenSegment last;
    /** The segment that retention leaves alone, as it does all behind it. */
    private volatile int currentSegment;

    private volatile long reservedBytes;

    private LogWriter(Path directory, LogLimits limits, StoreCounters counters, Catalog catalog, int highest)
            throws IOException {
        logDirectory = directory.resolve("log");
        temporary = directory.resolve("tmp");
        this.limits = limits;
        this.counters = counters;
        this.catalog = catalog;
        before = catalog.tail();
        sequence = before.lastSequence() + 1;
        published = sequence;
        ingestTime = before.lastIngestTimeNanos();
        previousCrc = before.lastCrc();
        segmentId = before.segmentId();
        OpenSegment open = before.open();
        last = open != null && open.number() == highest ? open : null;
        currentSegment = highest + 1;
    }

    /** Starts with a segment of its own, and leaves all there are as they are. */
    void beginAnew() {
        last = null;
    }

    private void retiring(int segment) {
        BlockLog writing = log;
        if (writing != null) {
            writing.retiring(segment);
        }
    }

    /** Reads what is needed of the log that is there. */
    static LogWriter prepare(Path directory, LogLimits limits, StoreCounters counters) throws IOException {
        Path logDirectory = directory.resolve("log");
        LogDirectory prepared = LogDirectory.prepare(logDirectory);
        for (String finding : prepared.findings()) {
            counters.increment(Counter.QUARANTINED_FILES);
            LOG.warn("{}", finding);
        }
        Catalog catalog = Catalog.ofWriter(logDirectory);
        try {
            return new LogWriter(directory, limits, counters, catalog, prepared.highest());
        } catch (IOException | RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /** Returns the id that the log names, or null for an empty one. */
    @Nullable
    UUID storeId() {
        return before.storeId();
    }

    /** Returns how many spans of a slab's generation the log holds. */
    int flushed(long incarnation, int slab, long generation) {
        return catalog.flushed(incarnation, slab, generation);
    }

    void slabs(SlabFile file, StoreHealth watch) {
        slabs = file;
        health = watch;
        AgeClock resumed = AgeClock.resume(file.clockNote(), before.segmentNumber(), now(), AgeClock.uptimeNanos());
        clock = resumed;
        retention = new Retention(
                logDirectory,
                catalog,
                counters,
                limits.budgetBytes(),
                limits.maxAge(),
                limits.holdMaxAge(),
                this::retiring,
                resumed);
        lookAtClock();
        if (file.newestSegment() > before.segmentNumber()) {
            LOG.warn(
                    "Segment {} of {} is missing, the newest that its last writer began; the spans in it are lost",
                    file.newestSegment(),
                    logDirectory);
        }
        segmentBlock = new SegmentBlock(file.slabs());
        OpenSegment open = last;
        boolean ours = open != null
                && open.identity().incarnation() == file.incarnation()
                && open.identity().storeId().equals(file.storeId());
        if (open != null && ours) {
            currentSegment = open.number();
            reservedBytes = open.end();
        } else {
            // Its blocks name slabs of a file that is no more: they would not stand beside those of the new one.
            last = null;
        }
    }

    @Override
    public void open() {
        openLog();
    }

    private void openLog() {
        check();
        makeRoom();
        BlockLog opened;
        try {
            LogSettings settings = new LogSettings(segmentBytes(), slabs().largestSlabBytes(), temporary);
            opened = BlockLog.open(logDirectory, settings, last);
        } catch (LogDirectoryException refused) {
            // Where files were taken away at this moment, that is the reason to tell.
            check();
            throw refused;
        }
        for (String finding : opened.findings()) {
            counters.increment(Counter.QUARANTINED_FILES);
            LOG.warn("{}", finding);
        }
        OpenSegment open = last;
        if (open != null && opened.segmentNumber() == open.number()) {
            segmentFile = opened.segmentFile();
            segmentStart = open.identity().wallClockNanos();
            ordinal = open.spans();
            catalog.continued(open.number());
        }
        last = null;
        log = opened;
        sync = new LogSync(opened::force, counters, sequence, this::retire);
    }

    /** Lets go of what is over the budget before the log takes more: on a full disk nothing else would make room. */
    private void makeRoom() {
        try {
            if (LogDirectory.bytes(logDirectory) > limits.budgetBytes()) {
                retire();
            }
        } catch (IOException unknown) {
            LOG.debug("The log is opened without looking at its budget first", unknown);
        }
    }

    @Override
    public void append(BlockGather block, int spans) {
        if (log == null) {
            openLog();
        }
        try {
            appendTo(log(), block, spans);
        } catch (LogAppendException refused) {
            counters.increment(Counter.LOG_RETRIES);
            closeLog();
            check();
            throw refused;
        }
    }

    private void appendTo(BlockLog to, BlockGather block, int spans) {
        LogSync forcing = sync;
        boolean failed = forcing != null && forcing.takeFailure();
        compareClocks();
        if (failed || leapt || !to.fits(block.length()) || complete(spans)) {
            start(to);
        }
        ingestTime = stamp();
        int crc = block.close(sequence, previousCrc, ordinal, ingestTime);
        long at = to.append(block.memory(), block.length());
        catalog.appended(at, block.memory());
        noteReserved(to);
        FaultPoint.BLOCK_APPENDED.reach();
        previousCrc = crc;
        sequence++;
        ordinal += spans;
        counters.increment(Counter.BLOCKS);
        counters.add(Counter.LOGGED_BYTES, block.length());
    }

    /** Makes room in the budget for what the log has just reserved. */
    private void noteReserved(BlockLog to) {
        long reserved = to.reservedBytes();
        LogSync syncing = sync;
        if (reserved != reservedBytes && syncing != null) {
            reservedBytes = reserved;
            syncing.requestRetention();
        }
    }

    /** Stamps do not go back with a clock that is corrected, only with one that is set. */
    private long stamp() {
        long now = now();
        return now < ingestTime - AgeClock.TOLERANCE_NANOS ? now : Math.max(ingestTime, now);
    }

    /** Looks whether the wall clock has leapt before it stamps a block: the stamps of a segment are those of one clock. */
    private void compareClocks() {
        long wall = now();
        long monotonic = System.nanoTime();
        long apart = (wall - lastWall) - (monotonic - lastMonotonic);
        lastWall = wall;
        lastMonotonic = monotonic;
        if (Math.abs(apart) > AgeClock.TOLERANCE_NANOS) {
            lookAtClock();
        }
    }

    private void lookAtClock() {
        AgeClock looking = clock;
        if (looking == null) {
            return;
        }
        BlockLog writing = log;
        int newest = Math.max(writing == null ? 0 : writing.segmentNumber(), before.segmentNumber());
        long leap = looking.look(now(), AgeClock.uptimeNanos(), newest);
        slabs().putClockNote(looking.note());
        if (leap != 0) {
            leapt = true;
            counters.increment(Counter.CLOCK_LEAPS);
            LOG.warn(
                    "The clock was set {} by {} without that time having passed; segments grow no older by it, and"
                            + " nothing is deleted for it",
                    leap > 0 ? "ahead" : "back",
                    Duration.ofNanos(Math.abs(leap)).truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private boolean complete(int spans) {
        return (long) ordinal + spans > limits.segmentSpans()
                || (!limits.segmentAge().isZero()
                        && now() - segmentStart > limits.segmentAge().toNanos());
    }

    private void start(BlockLog to) {
        check();
        SlabFile file = slabs();
        long id = random.nextLong();
        segmentStart = now();
        UUID store = file.storeId();
        segmentBlock.start(
                store.getMostSignificantBits(), store.getLeastSignificantBits(), to.nextSegmentNumber(), id, segmentId);
        for (int i = 0; i < file.slabs(); i++) {
            long word = file.word(i);
            if (!SlabLayout.isFree(word)) {
                segmentBlock.addSlab(i, loggedCount(file, i, word), SlabLayout.generation(word));
            }
        }
        ingestTime = stamp();
        leapt = false;
        int crc = segmentBlock.close(file.incarnation(), sequence, previousCrc, ingestTime, segmentStart);
        long at = to.startSegment(segmentBlock.memory(), segmentBlock.length());
        int number = to.segmentNumber();
        catalog.started(number, logDirectory.resolve(SegmentName.of(number)), at, segmentBlock);
        FaultPoint.SEGMENT_STARTED.reach();
        currentSegment = number;
        file.putNewestSegment(currentSegment);
        segmentFile = to.segmentFile();
        noteReserved(to);
        segmentId = id;
        previousCrc = crc;
        ordinal = 0;
        sequence++;
    }

    private static int loggedCount(SlabFile file, int slab, long word) {
        long flushed = file.slab(slab).getLongAcquire(SlabLayout.FLUSHED_OFFSET);
        return flushed >>> 16 == SlabLayout.generation(word) ? (int) flushed & 0xffff : 0;
    }

    /** Returns the segments of the log, which stay known until somebody closes them. */
    Catalog catalog() {
        return catalog;
    }

    @Override
    public void syncDue() {
        LogSync to = sync;
        if (published != sequence && to != null) {
            to.appended(sequence);
            published = sequence;
            if (limits.forced()) {
                to.request();
            }
        }
    }

    /** Waits until everything appended before the last {@link #syncDue} is on the disk. */
    boolean awaitForced(long deadlineNanos) {
        LogSync to = sync;
        if (to == null) {
            return false;
        }
        long target = published;
        to.request();
        return to.await(target, deadlineNanos);
    }

    @Override
    public void housekeeping() {
        publish();
        lookAtClock();
        LogSync to = sync;
        if (to != null) {
            to.requestRetention();
        }
    }

    @Override
    public void beat() {
        StoreHealth watch = health;
        if (watch != null) {
            watch.beat(System.nanoTime());
        }
    }

    @Override
    public void check() {
        StoreHealth watch = health;
        if (watch != null) {
            BlockLog to = log;
            Path segment = to == null ? null : logDirectory.resolve(SegmentName.of(currentSegment));
            watch.check(segment, segmentFile, to == null ? 0 : to.segmentBytes(), ordinal);
        }
    }

    @Override
    public void abandon() {
        closeLog();
    }

    /** Runs on the thread that forces, so that the agent waits for no deletion. */
    private void retire() {
        Retention retiring = retention;
        if (retiring != null) {
            retiring.run(currentSegment, reservedBytes, now(), AgeClock.uptimeNanos());
        }
    }

    private void publish() {
        SlabFile file = slabs();
        for (Counter counter : COUNTERS) {
            file.putCounter(counter.ordinal(), counters.get(counter));
        }
    }

    @Override
    public void close() {
        publish();
        closeLog();
    }

    /** Forces and closes the log; after a refused append it is opened again for the next one. */
    private void closeLog() {
        LogSync last = sync;
        BlockLog closing = log;
        sync = null;
        log = null;
        segmentFile = null;
        if (last != null) {
            last.appended(sequence);
            last.close();
        }
        if (closing != null) {
            closing.close();
            catalog.left();
        }
    }

    private BlockLog log() {
        BlockLog open = log;
        if (open == null) {
            throw new IllegalStateException("The log is not open");
        }
        return open;
    }

    private SlabFile slabs() {
        SlabFile file = slabs;
        if (file == null) {
            throw new IllegalStateException("The slabs are not open");
        }
        return file;
    }

    /** Slabs that an earlier process left may be larger than those that were asked for. */
    private long segmentBytes() {
        return Math.max(limits.segmentBytes(), 2L * slabs().largestSlabBytes());
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
