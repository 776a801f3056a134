package io.offspan.core.ingest;

import io.offspan.core.retain.AgeClock;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wall clock as the log stamps its blocks with it: watched for leaps, of which the slab file keeps a note for the next writer.
 *
 * <p><b>Threads.</b> One at a time; {@link #ages} belongs to any.
 */
final class LogClock {
    private static final Logger LOG = LoggerFactory.getLogger(LogClock.class);

    private final SlabFile slabs;
    private final StoreCounters counters;
    private final AgeClock ages;
    /** The wall clock and the monotonic one when they were compared last. */
    private long lastWall = now();

    private long lastMonotonic = System.nanoTime();
    private boolean leapt;
    private long lastStamp;

    /**
     * Goes on from the note in the slab file.
     *
     * @param newestSegment the newest segment of the log, 0 for none
     * @param lastStamp the stamp of the log's last block, 0 for none
     */
    LogClock(SlabFile slabs, StoreCounters counters, int newestSegment, long lastStamp) {
        this.slabs = slabs;
        this.counters = counters;
        this.lastStamp = lastStamp;
        ages = AgeClock.resume(slabs.clockNote(), newestSegment, now(), AgeClock.uptimeNanos());
        look(newestSegment);
    }

    /** Returns what tells how old segments are. */
    AgeClock ages() {
        return ages;
    }

    /** Looks whether the wall clock has leapt since it was compared last, before it stamps a block of {@code newestSegment}. */
    void compare(int newestSegment) {
        long wall = now();
        long monotonic = System.nanoTime();
        long apart = (wall - lastWall) - (monotonic - lastMonotonic);
        lastWall = wall;
        lastMonotonic = monotonic;
        if (Math.abs(apart) > AgeClock.TOLERANCE_NANOS) {
            look(newestSegment);
        }
    }

    /** Notes the time, and what it has leapt by since that was done last. */
    void look(int newestSegment) {
        long leap = ages.look(now(), AgeClock.uptimeNanos(), newestSegment);
        slabs.putClockNote(ages.note());
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

    /** Tells whether the clock has leapt since the current segment began: the stamps of a segment are those of one clock. */
    boolean leapt() {
        return leapt;
    }

    /** Returns the stamp of the block that begins a segment. */
    long firstStamp() {
        leapt = false;
        return stamp();
    }

    /** Returns the stamp of a block: stamps do not go back with a clock that is corrected, only with one that is set. */
    long stamp() {
        long now = now();
        lastStamp = now < lastStamp - AgeClock.TOLERANCE_NANOS ? now : Math.max(lastStamp, now);
        return lastStamp;
    }

    /** Returns the nanoseconds since the epoch. */
    static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
