package io.offspan.core;

/** What may be expected of a store that was opened for writing. */
public enum StoreState {
    /** It takes spans, and what {@link Durability} promises holds. */
    RUNNING,
    /**
     * It takes spans, which survive a kill of the process; the disk has refused to make some of them durable, so that a loss of power
     * may take them, and {@link SpanStore#awaitSynced} answers false until the store is opened again.
     */
    UNSYNCED,
    /** It takes no spans; {@link SpanStore#failure} says why and what to do. */
    FAILED,
    /** It was closed. */
    CLOSED
}
