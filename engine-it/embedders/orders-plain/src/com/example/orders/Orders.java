package com.example.orders;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import java.nio.file.Path;
import java.time.Duration;

/** A program that opens a store, keeps one span, finds it and says how long that took; twice, so that the second time is a warm one. */
public final class Orders {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Orders() {}

    /** Arguments: the directory for the stores, and {@code open} where the store may open modules. */
    public static void main(String[] arguments) {
        for (String name : new String[] {"cold", "warm"}) {
            long begin = System.nanoTime();
            SpanStore store = SpanStore.open(
                    Path.of(arguments[0], name),
                    StoreConfig.builder().openModules(arguments.length > 1).build());
            SpanAppender appender = store.newAppender();
            appender.draft().clear().ids(1, 2, 3).name("order").times(1, 2);
            appender.append();
            int found = 0;
            try (SpanCursor spans = QueryEngine.over(store.reader()).find(Query.all().limit(10))) {
                while (spans.next()) {
                    found++;
                }
            }
            System.out.println(name + " found " + found + " ms " + (System.nanoTime() - begin) / NANOS_PER_MILLI);
            System.out.println(name + " logged " + store.awaitSynced(Duration.ofSeconds(60)));
        }
        // The stores stay open: what they take while they are in use is what the script measures.
        System.out.println("measure");
        try {
            System.in.read();
        } catch (java.io.IOException gone) {
            throw new IllegalStateException(gone);
        }
        Runtime.getRuntime().halt(0);
    }
}
