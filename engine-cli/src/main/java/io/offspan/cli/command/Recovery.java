package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.core.SpanStore;
import io.offspan.core.SpanStoreException;
import io.offspan.core.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;

/** Moves into the log what a writer that died has left in its slabs, by opening the store for writing once. */
final class Recovery {
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Recovery() {}

    /**
     * Opens and closes the store, unless a writer has it open, whose work this is then.
     *
     * @return whether that was done
     */
    static boolean run(Path data) {
        // The store is not ours to shrink: a budget of our own would let retention delete what its writer still keeps.
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(Long.MAX_VALUE / 2)
                .segmentBytes(8 * MIB)
                .build();
        try (SpanStore store = SpanStore.open(data, config)) {
            if (!store.flush(PATIENCE)) {
                throw new CommandException(
                        ExitCode.UNUSABLE,
                        "the spans that the last writer of " + data
                                + " left in its slabs could not be moved to the log: " + store.failure()
                                + "; make room on the disk, and see 'offspan verify'");
            }
            return true;
        } catch (SpanStoreException.Locked living) {
            return false;
        }
    }
}
