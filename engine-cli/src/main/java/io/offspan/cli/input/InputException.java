package io.offspan.cli.input;

/** Says that the rest of a file cannot be read, where that is and what was expected there. */
final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Counts input that does not follow its grammar. */
    static final String MALFORMED = "MALFORMED";
    /** Counts files of another kind. */
    static final String FOREIGN = "FOREIGN";
    /** Counts what is larger than the readers hold at once. */
    static final String TOO_LARGE = "TOO_LARGE";
    /** Counts files that end too early. */
    static final String TRUNCATED = "TRUNCATED";

    /** Counts files that the system stops giving. */
    static final String UNREADABLE = "UNREADABLE";

    private final String reason;

    /** @param reason under which this is counted, @param message the place, what was found and what was expected */
    InputException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Returns under which name this is counted. */
    String reason() {
        return reason;
    }
}
