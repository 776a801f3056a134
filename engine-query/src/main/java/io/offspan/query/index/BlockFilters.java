package io.offspan.query.index;

/** Where the blocks of an index begin, and what their filters say: a walk goes through those that may have a term. */
interface BlockFilters {
    /** Returns the ordinal of a block's first span; for the number of blocks, where the last one ends. */
    int firstOrdinal(int block);

    /** Tells whether the filter of a block lets a value with this hash through. */
    boolean mayContain(int block, int hash);
}
