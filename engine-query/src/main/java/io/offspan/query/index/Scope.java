package io.offspan.query.index;

/**
 * Where the value of a term stands. Scopes with keys are those of attributes; each of the others is one field.
 *
 * <p>The order is part of the index file.
 */
public enum Scope {
    SPAN,
    RESOURCE,
    INSTRUMENTATION,
    EVENT,
    LINK,
    NAME,
    /** A whole number: the code of OTLP. */
    KIND,
    /** A whole number: the code of OTLP, unset where a span has no status. */
    STATUS,
    STATUS_MESSAGE,
    /** The text of the resource attribute {@code service.name}, empty where that is missing or no text. */
    SERVICE,
    SCOPE_NAME,
    SCOPE_VERSION,
    EVENT_NAME,
    /** The {@link #SERVICE} of spans whose status is error, and only of those. */
    SERVICE_OF_ERROR,
    /** True for spans without a parent, and only for those. */
    ROOT;

    private static final Scope[] ALL = values();

    /** Tells whether there are keys. */
    public boolean hasKeys() {
        return ordinal() <= LINK.ordinal();
    }

    /** Tells whether spans without the field have the empty text to a comparison, which is not posted. */
    boolean isSilentlyEmpty() {
        return this == STATUS_MESSAGE || this == SCOPE_NAME || this == SCOPE_VERSION;
    }

    static Scope of(int number) {
        return ALL[number];
    }
}
