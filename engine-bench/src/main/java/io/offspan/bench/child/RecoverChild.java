package io.offspan.bench.child;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.StoreCounters.Counter;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Opens a store whose writer was killed, in a fresh JVM: first for reading, then for writing until the log has everything. Arguments:
 * directory, spans that have to be there, bytes of the store's budget.
 */
public final class RecoverChild {
    private RecoverChild() {}

    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        long expected = Long.parseLong(arguments[1]);
        long begin = System.nanoTime();
        long open;
        long found;
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            found = snapshot.spans();
            open = snapshot.openSpans();
        }
        long counted = System.nanoTime();
        require(found, expected, "A reader");
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .budgetBytes(Long.parseLong(arguments[2]))
                .build();
        long reopened = System.nanoTime();
        try (SpanStore store = SpanStore.open(directory, config)) {
            long accepts = System.nanoTime();
            if (!store.flush(Duration.ofMinutes(1))) {
                throw new IllegalStateException("Recovery did not end within a minute");
            }
            long logged = System.nanoTime();
            require(store.reader().stats().spans(), expected, "The log after recovery");
            Figures.print(
                    "countNanos", counted - begin,
                    "acceptNanos", accepts - reopened,
                    "recoverNanos", logged - reopened,
                    "openSpans", open,
                    "recovered", store.counters().get(Counter.RECOVERED_SPANS));
        }
    }

    private static void require(long found, long expected, String who) {
        if (found != expected) {
            throw new IllegalStateException(who + " finds " + found + " spans of " + expected);
        }
    }
}
