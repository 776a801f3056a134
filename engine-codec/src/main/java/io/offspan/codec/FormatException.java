package io.offspan.codec;

/**
 * Says that bytes do not have the form they claim to have, and why.
 *
 * <p>Thrown for foreign, damaged or oversized input. The message names what was found, what was allowed, and the place.
 */
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why input was refused; the names are the keys of the counters. */
    public enum Reason {
        /** Input ends before what it announces. */
        TRUNCATED,
        /** A length, count or tag that the format does not allow. */
        MALFORMED,
        /** Messages nested deeper than {@value io.offspan.codec.otlp.OtlpLimits#MAX_NESTING}. */
        TOO_DEEP,
        /** A trace, span or parent id that has neither its length nor, where that is allowed, no bytes. */
        BAD_ID,
        /** More bytes, attributes, events or links than a span may have. */
        TOO_LARGE,
        /** Bytes that do not start with the magic number of the format. */
        FOREIGN,
        /** A newer version of the format than this code knows. */
        TOO_NEW,
        /** A version of the format from before the first release. */
        TOO_OLD,
        /** A checksum that does not match. */
        CHECKSUM
    }

    private final Reason reason;

    /** @param reason why the input was refused, @param message what was found and what was allowed */
    public FormatException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    private FormatException(Reason reason, String message, boolean traced) {
        super(message, null, false, traced);
        this.reason = reason;
    }

    /**
     * Makes an exception without a stack trace, which says nothing about foreign input that the message does not, and costs more than
     * everything else about a span that is refused.
     */
    public static FormatException ofInput(Reason reason, String message) {
        return new FormatException(reason, message, false);
    }

    /** Returns why the input was refused. */
    public Reason reason() {
        return reason;
    }
}
