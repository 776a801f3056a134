package io.offspan.otel;

import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.nio.file.Path;

/** Counts what a store holds, as another process would. */
final class StoredSpans {
    private StoredSpans() {}

    static long in(Path store) {
        long spans = 0;
        try (StoreReader reader = StoreReader.open(store);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                spans += blocks.open().count();
            }
        }
        return spans;
    }
}
