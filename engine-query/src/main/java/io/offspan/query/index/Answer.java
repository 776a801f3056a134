package io.offspan.query.index;

/** What an index says to a lookup. */
public enum Answer {
    /** No indexed span has it. */
    NOTHING,
    /** The walk is over exactly the indexed spans that have it: they need not be looked at. */
    EXACT,
    /** The walk is over all indexed spans that have it, and others: each one has to be looked at. */
    CANDIDATES,
    /** The index does not know; the spans have to be scanned, and the walk is over all of them. */
    UNKNOWN
}
