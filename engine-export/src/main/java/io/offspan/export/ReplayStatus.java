package io.offspan.export;

/**
 * What a replay was doing at one moment, and what it has counted.
 *
 * @param state what it does
 * @param reason the last words of the receiver, or why the replay has ended; without secrets
 * @param spans spans in requests that the destination has accepted, those rejected within them included
 * @param batches accepted requests
 * @param encodedBytes OTLP bytes of those requests
 * @param wireBytes bytes of all bodies sent, compressed, repeated ones included
 * @param retries requests that have to be sent again
 * @param rejectedSpans spans that the destination has rejected within accepted requests
 * @param refusedSpans spans that the destination has refused by themselves
 * @param tooLargeSpans spans left out because they are larger than a request may be
 * @param unreadableSpans spans left out because they cannot be read, though their block is intact
 * @param damagedBlocks damaged blocks of the log that were passed over
 * @param skippedByRetention how often retention deleted spans before they were sent
 * @param latestNanos how long after they were due the latest spans were sent first; 0 at infinite speed, which has no pace
 * @param packing how requests are compressed, and why so
 */
public record ReplayStatus(
        State state,
        String reason,
        long spans,
        long batches,
        long encodedBytes,
        long wireBytes,
        long retries,
        long rejectedSpans,
        long refusedSpans,
        long tooLargeSpans,
        long unreadableSpans,
        long damagedBlocks,
        long skippedByRetention,
        long latestNanos,
        String packing) {
    /** What a replay does. */
    public enum State {
        /** Spans are on their way, or wait until they are due. */
        SENDING,
        /** A request is sent again after a wait. */
        RETRYING,
        /** Everything was sent. */
        DONE,
        /** It has ended because the destination takes nothing. */
        REFUSED,
        /** It has ended because a request was not accepted for too long. */
        GIVEN_UP,
        /** It was closed before it was done. */
        CLOSED;

        /** Tells whether the replay has ended. */
        public boolean over() {
            return this != SENDING && this != RETRYING;
        }
    }
}
