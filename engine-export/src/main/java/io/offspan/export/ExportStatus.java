package io.offspan.export;

import io.offspan.core.value.Position;
import io.offspan.export.sampling.SamplingTally;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an exporter was doing at one moment, and what it has counted since it was started.
 *
 * @param state what it does
 * @param reason why, where the state is not as wanted; the last words of the receiver otherwise; without secrets
 * @param spans spans in requests that the destination has accepted, those rejected within them included
 * @param batches accepted requests
 * @param encodedBytes OTLP bytes of those requests
 * @param wireBytes bytes of all bodies sent, compressed, repeated ones included
 * @param retries requests that have to be sent again
 * @param refusals requests that the destination has refused as they were
 * @param rejectedSpans spans that the destination has rejected for good within accepted requests
 * @param poisonedSpans spans given up because the destination refuses them by themselves while it accepts others
 * @param tooLargeSpans spans left out because they are larger than a batch may be
 * @param unreadableSpans spans left out because they cannot be read, though their block is intact
 * @param notKeptSpans spans left out because sampling policies do not keep their trace
 * @param skippedByRetention how often retention deleted segments before they were sent
 * @param lostSpans spans that retention deleted before they were sent, as far as an exporter of this checkpoint was there to see it;
 *     those that earlier ones have counted among them
 * @param damagedBlocks damaged blocks of the log that were passed over
 * @param unreadableAnswers accepted requests whose answer was not OTLP
 * @param cappedWaits waits that the destination asked for and that were shortened to the limit
 * @param pauses how often the destination was paused
 * @param checkpointFailures checkpoints that the disk did not take
 * @param lagSpans spans in the log that were not acknowledged; this and the next two are at most a second old
 * @param lagBytes bytes of the log that those take
 * @param lagSeconds how long ago the oldest of them came to the log
 * @param checkpoint up to where everything was acknowledged, give or take a block
 * @param nextAttempt when the next request is sent, where a wait is on
 * @param lastSuccess when the destination has last accepted a request, this exporter's or that of an earlier one
 * @param lastErrorAt when it has last not accepted one
 * @param lastError and why it did not; empty when it always has
 * @param flow how much is sent at once
 * @param packing how requests are compressed, and why so
 * @param sampling what sampling policies have decided; null where there are none
 */
public record ExportStatus(
        State state,
        String reason,
        long spans,
        long batches,
        long encodedBytes,
        long wireBytes,
        long retries,
        long refusals,
        long rejectedSpans,
        long poisonedSpans,
        long tooLargeSpans,
        long unreadableSpans,
        long notKeptSpans,
        long skippedByRetention,
        long lostSpans,
        long damagedBlocks,
        long unreadableAnswers,
        long cappedWaits,
        long pauses,
        long checkpointFailures,
        long lagSpans,
        long lagBytes,
        long lagSeconds,
        Position checkpoint,
        @Nullable Instant nextAttempt,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastErrorAt,
        String lastError,
        Flow flow,
        String packing,
        @Nullable SamplingTally sampling) {
    /** What an exporter does. */
    public enum State {
        /** Everything in the log was acknowledged, or left out, or waits to be decided about. */
        IDLE,
        /** Spans are on their way. */
        SENDING,
        /** The last request is sent again after a wait. */
        RETRYING,
        /** The destination takes nothing; one probe now and then. */
        PAUSED,
        /** The exporter has ended because of a failure of its own. */
        FAILED,
        /** The exporter was closed. */
        CLOSED
    }
}
