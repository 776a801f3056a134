package io.offspan.query.index;

/** Which ordinals the blocks of an index have, and what their filters say: a walk goes through those that may have a term. */
interface BlockFilters {
    /** Returns the ordinal of a block's first span. */
    int firstOrdinal(int block);

    /** Returns one more than the ordinal of a block's last span. */
    int endOrdinal(int block);

    /** Tells whether the filter of a block lets a value with this hash through. */
    boolean mayContain(int block, int hash);
}
