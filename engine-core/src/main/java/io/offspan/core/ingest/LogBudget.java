package io.offspan.core.ingest;

import io.offspan.core.log.LogDirectory;
import io.offspan.core.retain.AgeClock;
import io.offspan.core.retain.Retention;
import io.offspan.core.segment.Catalog;
import io.offspan.core.value.StoreCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retention as it runs beside a writer: it leaves the segment alone that is being written, and counts what that one has reserved.
 *
 * <p><b>Threads.</b> The writer tells of its segment; {@link #enforce} belongs to the thread that forces, so that the writer waits for no
 * deletion, and to the writer while there is no such thread.
 */
final class LogBudget {
    private static final Logger LOG = LoggerFactory.getLogger(LogBudget.class);

    private final Path logDirectory;
    private final long bytes;
    private final Retention retention;
    private volatile int current;
    private volatile long reserved;

    /** @param retiring is told the number of each segment before it is deleted */
    LogBudget(
            Path logDirectory,
            LogLimits limits,
            Catalog catalog,
            StoreCounters counters,
            AgeClock ages,
            IntConsumer retiring) {
        this.logDirectory = logDirectory;
        bytes = limits.budgetBytes();
        retention = new Retention(
                logDirectory, catalog, counters, bytes, limits.maxAge(), limits.holdMaxAge(), retiring, ages);
    }

    /** Says which segment is being written; retention leaves it alone, and all that are newer. */
    void current(int segment) {
        current = segment;
    }

    /** Says what the current segment has reserved on the disk; true when that is something new, and room has to be made for it. */
    boolean reserved(long segmentBytes) {
        if (segmentBytes == reserved) {
            return false;
        }
        reserved = segmentBytes;
        return true;
    }

    /** Deletes what the limits do not allow. */
    void enforce() {
        retention.run(current, reserved, LogClock.now(), AgeClock.uptimeNanos());
    }

    /** Lets go of what is over the budget before the log takes more: on a full disk nothing else would make room. */
    void makeRoom() {
        try {
            if (LogDirectory.bytes(logDirectory) > bytes) {
                enforce();
            }
        } catch (IOException unknown) {
            LOG.debug("The log is opened without looking at its budget first", unknown);
        }
    }
}
