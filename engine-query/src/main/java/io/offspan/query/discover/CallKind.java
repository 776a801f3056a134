package io.offspan.query.discover;

import java.util.Locale;

/** What a service calls, or what it is called from. */
public enum CallKind {
    /** From outside of what is stored: a server or consumer without a parent, or with one that is not stored. There is no caller. */
    ENTRY,
    /** Another service, whose span is a child of one of the caller. */
    REQUEST,
    /** Another service that receives a message. */
    MESSAGING,
    /** A database, by the span of the caller alone. */
    DATABASE,
    /** A queue of messages of which no receiver is stored, by the span of the caller alone. */
    QUEUE,
    /** Something else that stores no spans here, by the span of the caller alone. */
    PEER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
