package io.offspan.it.fault;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process that opens a store, appends a few thousand spans, says so and holds it until its standard input ends. */
final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
        StoreConfig config = StoreConfig.builder()
                .segmentBytes(4 << 20)
                .budgetBytes(1L << 30)
                .build();
        try (SpanStore store = SpanStore.open(Path.of(arguments[0]), config)) {
            SpanDraft draft = new SpanDraft();
            StampedSpan span = new StampedSpan();
            for (int i = 1; i <= 10_000; i++) {
                span.fill(draft, 0, i);
                store.append(draft);
            }
            System.out.println("flushed " + store.flush(Duration.ofSeconds(60)));
            System.out.println("open");
            System.out.flush();
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (SpanStoreException.Locked refused) {
            System.out.println("locked " + refused.getMessage());
        }
    }
}
