package io.offspan.query.ast;

/**
 * Says that a question cannot be asked the way it was put, or could not be answered in full, and why.
 *
 * <p>The message names what was found, what is allowed, and what to do.
 */
public class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the question or its answer. */
    public enum Reason {
        /** A text that is not TraceQL. */
        SYNTAX,
        /** A question that TraceQL can put and this engine does not answer. */
        UNSUPPORTED,
        /** A division by zero, or a number beyond all that can be held. */
        ARITHMETIC,
        /** A comparison of things that can never be compared, such as a name with a number. */
        TYPE,
        /** A regular expression that does not compile or would grow too large. */
        PATTERN,
        /** An id that is not hexadecimal or has the wrong length. */
        BAD_ID,
        /** A page token that is damaged, or one of another question or store. */
        BAD_PAGE,
        /** More than one of the {@link FilterLimits} or the limits of a query allows. */
        LIMIT,
        /** An answer that would leave out damaged blocks without saying so. */
        INCOMPLETE
    }

    private final Reason reason;

    public QueryException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public QueryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
