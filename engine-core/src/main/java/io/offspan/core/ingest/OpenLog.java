package io.offspan.core.ingest;

import io.offspan.core.log.BlockLog;
import io.offspan.core.value.StoreCounters;

/**
 * The log from one opening to its closing, with the thread that forces it.
 *
 * <p><b>Owns</b> both.
 */
final class OpenLog {
    private final BlockLog blocks;
    private final LogSync sync;

    /**
     * Starts the thread.
     *
     * @param sequence the first sequence that will be appended
     * @param retention deletes what the limits do not allow
     */
    OpenLog(BlockLog blocks, StoreCounters counters, long sequence, Runnable retention) {
        this.blocks = blocks;
        try {
            sync = new LogSync(blocks::force, counters, sequence, retention);
        } catch (RuntimeException | Error noThread) {
            blocks.close();
            throw noThread;
        }
    }

    /** Returns the blocks. */
    BlockLog blocks() {
        return blocks;
    }

    /** Returns the thread that forces them. */
    LogSync sync() {
        return sync;
    }

    /** Forces what was appended before {@code sequence}, and lets go of the files. */
    void close(long sequence) {
        sync.appended(sequence);
        sync.close();
        blocks.close();
    }
}
