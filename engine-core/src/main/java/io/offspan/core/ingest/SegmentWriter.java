package io.offspan.core.ingest;

import io.offspan.codec.block.BlockGather;

/** Where the ingest agent puts its blocks: the log, cut into segments. */
interface SegmentWriter {
    /** Opens the log; called once by the agent's thread before anything else. */
    void open();

    /** Closes the gathered block and appends it, to a new segment if the present one is complete. */
    void append(BlockGather block, int spans);

    /** Returns the sequence that the next block gets. */
    long nextSequence();

    /** Says that a sync is due for what has been appended. */
    void syncDue();

    /** Gives back what retention allows, and publishes counters. */
    void housekeeping();

    /** Says that the agent lives; called twice a second or more often. */
    void beat();

    /**
     * Looks whether the files of the store are still those that were opened.
     *
     * @throws io.offspan.core.value.SpanStoreException.Lost when they are not; nothing may be written any more then
     */
    void check();

    /** Lets go of files that are lost, without writing to them. */
    void abandon();

    /** Forces and closes the log. */
    void close();
}
