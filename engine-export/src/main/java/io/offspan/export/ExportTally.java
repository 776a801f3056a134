package io.offspan.export;

import io.offspan.core.value.LogLag;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.batch.BatchReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The counts of one exporter. <b>Threads.</b> Belongs to the exporter's. */
final class ExportTally {
    long spans;
    long batches;
    long encodedBytes;
    long wireBytes;
    long retries;
    long refusals;
    long rejectedSpans;
    long poisonedSpans;
    long unreadableAnswers;
    long cappedWaits;
    long pauses;
    long checkpointFailures;
    LogLag lag = LogLag.NONE;
    long lagSeconds;
    private final long lostBefore;
    private @Nullable Instant lastSuccess;
    private @Nullable Instant lastErrorAt;
    private String lastError = "";

    /** Goes on with what is remembered of an earlier exporter. */
    ExportTally(@Nullable KeptStatus before) {
        lostBefore = before == null ? 0 : before.status().lostSpans();
        if (before != null) {
            lastSuccess = before.status().lastSuccess();
            lastErrorAt = before.status().lastErrorAt();
            lastError = before.status().lastError();
        }
    }

    void succeeded(long epochMillis) {
        lastSuccess = Instant.ofEpochMilli(epochMillis);
    }

    void failed(String why, long epochMillis) {
        lastErrorAt = Instant.ofEpochMilli(epochMillis);
        lastError = why;
    }

    ExportStatus status(
            State state,
            String reason,
            BatchReader log,
            Position checkpoint,
            @Nullable Instant nextAttempt,
            Flow flow,
            String packing) {
        return new ExportStatus(
                state,
                reason,
                spans,
                batches,
                encodedBytes,
                wireBytes,
                retries,
                refusals,
                rejectedSpans,
                poisonedSpans,
                log.tooLarge(),
                log.unreadable(),
                log.notKept(),
                log.retirements(),
                lostBefore + log.lostSpans(),
                log.damagedBlocks(),
                unreadableAnswers,
                cappedWaits,
                pauses,
                checkpointFailures,
                lag.spans(),
                lag.bytes(),
                lagSeconds,
                checkpoint,
                nextAttempt,
                lastSuccess,
                lastErrorAt,
                lastError,
                flow,
                packing,
                log.sampled());
    }
}
