package io.offspan.query.ast;

import java.util.Locale;

/**
 * Which spans come first in an answer.
 *
 * <p>Spans that tie go by start, the newest first, then by trace id and span id, then by where they were stored: the order does not change
 * when spans move from the open slabs to the log.
 */
public enum SpanOrder {
    /** By the time at which they start, the newest first. */
    NEWEST,
    /** By how long they take, the slowest first; those that do not say when they ended come last. */
    SLOWEST;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
