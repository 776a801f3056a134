package io.offspan.export.send;

/**
 * What became of one request.
 *
 * @param verdict what it means for the spans
 * @param reason what happened, for people; without secrets
 * @param rejectedSpans how many of the spans the receiver has rejected for good, in an accepted request
 * @param unreadable whether an accepted request was answered with bytes that are not what they should be
 * @param waitMillis how long the receiver asks us to wait, -1 when it does not
 * @param wireBytes how many bytes the body had as it was sent
 * @param doubt what about the request may be to blame, where it was not accepted
 */
public record SendOutcome(
        Verdict verdict,
        String reason,
        long rejectedSpans,
        boolean unreadable,
        long waitMillis,
        int wireBytes,
        Doubt doubt) {
    /** What an outcome means for the spans. */
    public enum Verdict {
        /** They have arrived. */
        ACCEPTED,
        /** Nobody knows whether they have, or the receiver wants them later: the same request again. */
        RETRY,
        /** The destination takes nothing as it is configured: address, rights or certificates. */
        PAUSE,
        /** The receiver does not want this request; another one might be welcome. */
        REFUSED
    }

    /** What about a request may be to blame. */
    public enum Doubt {
        NONE,
        /** How its body is compressed. */
        PACKING,
        /** Its size: there was no answer in time, or one that says so. */
        SIZE
    }

    static SendOutcome failed(Verdict verdict, String reason, int wireBytes) {
        return new SendOutcome(verdict, reason, 0, false, -1, wireBytes, Doubt.NONE);
    }

    SendOutcome doubting(Doubt what) {
        return new SendOutcome(verdict, reason, rejectedSpans, unreadable, waitMillis, wireBytes, what);
    }

    /** Returns this outcome with the bytes of an earlier try added. */
    SendOutcome after(SendOutcome earlier) {
        return new SendOutcome(
                verdict, reason, rejectedSpans, unreadable, waitMillis, wireBytes + earlier.wireBytes, doubt);
    }
}
