package io.offspan.core;

/** What an append does when no slab is free. */
public enum OverflowPolicy {
    /** Drops the span at once and counts it; the default, because the host comes first. */
    DROP,
    /** Waits for a free slab, no longer than {@link StoreConfig#maxWait()}, and drops the span after that. */
    WAIT
}
