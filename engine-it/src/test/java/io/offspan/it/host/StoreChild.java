package io.offspan.it.host;

import io.offspan.core.BlockCursor;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.StampedSpan;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.ast.Filter;
import java.nio.file.Path;
import java.time.Duration;

/** A program that writes one span and waits until it is in the log, or reads or counts what is there; it says in a line how that went. */
final class StoreChild {
    private StoreChild() {}

    /**
     * Arguments: {@code write}, {@code share} with the group, {@code read} or {@code count}; the directory; and to write the seconds to wait and
     * {@code open} or not.
     */
    public static void main(String[] arguments) {
        Path data = Path.of(arguments[1]);
        try {
            if (arguments[0].equals("read")) {
                read(data);
            } else if (arguments[0].equals("count")) {
                count(data);
            } else {
                StoreConfig config = StoreConfig.builder()
                        .openModules(arguments.length > 3)
                        .groupReads(arguments[0].equals("share"))
                        .build();
                write(data, config, Duration.ofSeconds(Long.parseLong(arguments[2])));
            }
        } catch (SpanStoreException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
        // Not by way of close: a log that cannot be opened would be waited for.
        Runtime.getRuntime().halt(0);
    }

    private static void read(Path data) {
        int spans = 0;
        try (StoreReader reader = StoreReader.open(data);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                spans += blocks.open().count();
            }
        }
        System.out.println("read " + spans);
    }

    private static void count(Path data) {
        try (StoreReader reader = StoreReader.open(data)) {
            System.out.println(
                    "counted " + QueryEngine.over(reader).count(Query.where(Filter.maxDuration(Duration.ofDays(1)))));
        }
    }

    private static void write(Path data, StoreConfig config, Duration patience) {
        SpanStore store = SpanStore.open(data, config);
        SpanAppender appender = store.newAppender();
        new StampedSpan().fill(appender.draft(), 0, 1);
        appender.append();
        System.out.println(store.awaitSynced(patience) ? "logged" : "not logged");
    }
}
