package io.offspan.export;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import java.nio.file.Path;
import java.time.Duration;

/** Small stores with spans that are known by their numbers. */
final class TestSpans {
    private TestSpans() {}

    static SpanStore open(Path directory) {
        return SpanStore.open(
                directory,
                StoreConfig.builder()
                        .slabs(8)
                        .slabBytes(64 * 1024)
                        .spansPerBlock(64)
                        .stripes(2)
                        .syncInterval(Duration.ofMillis(50))
                        .build());
    }

    /** Appends the spans of these numbers and moves them to the log. */
    static void append(SpanStore store, long first, long last) {
        append(store, first, last, "span ");
    }

    /** Appends spans whose names have so many letters, and moves them to the log. */
    static void appendLarge(SpanStore store, long first, long last, int letters) {
        append(store, first, last, "n".repeat(letters));
    }

    private static void append(SpanStore store, long first, long last, String name) {
        SpanDraft draft = new SpanDraft();
        for (long id = first; id <= last; id++) {
            draft.clear()
                    .ids(0x1111, id / 10, id)
                    .times(1_000_000 + id, 1_000_500 + id)
                    .name(name + id % 7)
                    .attribute("number", id);
            while (store.append(draft) != AppendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
        }
        if (!store.flush(Duration.ofSeconds(60))) {
            throw new AssertionError("The store was not flushed in time");
        }
    }
}
