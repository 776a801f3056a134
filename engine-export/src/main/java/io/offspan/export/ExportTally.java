package io.offspan.export;

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

    ExportStatus status(
            State state,
            String reason,
            BatchReader log,
            long lag,
            Position checkpoint,
            @Nullable Instant nextAttempt,
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
                log.retirements(),
                log.damagedBlocks(),
                unreadableAnswers,
                cappedWaits,
                pauses,
                checkpointFailures,
                lag,
                checkpoint,
                nextAttempt,
                packing);
    }
}
