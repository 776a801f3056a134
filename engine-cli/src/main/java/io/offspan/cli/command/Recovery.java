package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.SpanStoreException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Moves into the log what a writer that died has left in its slabs, by opening the store for writing once. */
final class Recovery {
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
                Throwable cause = store.failure();
                throw unrecovered(data, cause == null ? "the disk does not take them" : cause.toString(), cause);
            }
            return true;
        } catch (SpanStoreException.Locked living) {
            return false;
        } catch (SpanStoreException unusable) {
            throw unrecovered(data, String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static CommandException unrecovered(Path data, String why, @Nullable Throwable cause) {
        return new CommandException(
                ExitCode.UNUSABLE,
                "the spans that the last writer of " + data + " left in its slabs cannot be moved to the log: " + why
                        + "; they stay there: make room where the disk is full, and run the command again",
                cause);
    }
}
